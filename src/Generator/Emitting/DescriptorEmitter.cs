using System.Linq;
using Declarative.Generator.Binding;

namespace Declarative.Generator.Emitting;

/// <summary>
/// Writes the row of an event in its file's table:
/// <code>
/// module.Add&lt;ISalesOrderCreatedPublisher, SalesOrderCreatedPublisher&gt;(new("sales.order.created", file)
/// {
///     Service = typeof(IOrderRepository), Method = "Get", Payload = typeof(Order),
///     Parameters = [new("id", typeof(int))],
///     Resolve = static call => new(call.Result(call.Service&lt;IOrderRepository&gt;().Get(call.Argument&lt;int&gt;(0)))),
/// });
/// </code>
/// and the assembly attribute by which a host's generator knows the event.
/// </summary>
internal static class DescriptorEmitter
{
    public static void Emit(CodeWriter code, EventModel model)
    {
        var publisher = PublisherEmitter.HasPublisher(model)
            ? $"<Events.{PublisherEmitter.InterfaceName(model)}, Events.{PublisherEmitter.ClassName(model)}>"
            : "";
        code.Open($"module.Add{publisher}(new({CodeWriter.Literal(model.Name)}, {CodeWriter.Literal(model.DeclaredIn)})");
        code.Line($"Payload = typeof({model.PayloadType}),");
        if (model.Resources.Count > 0)
            code.Line($"Resources = {TextArray(model.Resources)},");
        if (model.Service is { } service)
        {
            code.Line($"Service = typeof({service.Type}),");
            code.Line($"Method = {CodeWriter.Literal(service.Method)},");
            if (model.Parameters.Count > 0)
                code.Line($"Parameters = [{string.Join(", ", model.Parameters.Select(parameter => $"new({CodeWriter.Literal(parameter.Name)}, typeof({parameter.TypeOf}){(parameter.IsRequired ? "" : ", false")})"))}],");
            code.Line($"Resolve = {Resolve(model, service)},");
        }

        code.Close("});");
    }

    public static void EmitAttribute(CodeWriter code, EventModel model)
    {
        var parts = new System.Text.StringBuilder($"[assembly: DeclaredAsyncEvent({CodeWriter.Literal(model.Name)}, {CodeWriter.Literal(model.DeclaredIn)}");
        if (model.Service is { } service)
            parts.Append($", Service = typeof({service.Type}), Method = {CodeWriter.Literal(service.Method)}");
        if (model.Parameters.Count > 0)
        {
            parts.Append($", ParameterNames = {TextArray(model.Parameters.Select(parameter => parameter.Name))}");
            parts.Append($", ParameterTypes = [{string.Join(", ", model.Parameters.Select(parameter => $"typeof({parameter.TypeOf})"))}]");
        }

        if (model.Resources.Count > 0)
            parts.Append($", Resources = {TextArray(model.Resources)}");
        code.Line(parts.Append(")]").ToString());
    }

    public static string TextArray(System.Collections.Generic.IEnumerable<string> texts) =>
        $"[{string.Join(", ", texts.Select(CodeWriter.Literal))}]";

    private static string Resolve(EventModel model, ServiceModel service)
    {
        var arguments = model.Parameters.Select((parameter, index) =>
            $"call.Argument<{parameter.Type}>({index}{(parameter.Default is { } value && value is not ("null" or "default") ? ", " + value : "")})");
        if (service.TakesToken)
            arguments = arguments.Concat(["call.CancellationToken"]);
        var invocation = $"call.Service<{service.Type}>().{Identifiers.Escape(service.Method)}({string.Join(", ", arguments)})";
        return service.IsAwaited
            ? $"static async call => call.Result(await {invocation}.ConfigureAwait(false))"
            : $"static call => new(call.Result({invocation}))";
    }
}
