using System.Linq;
using Declarative.Generator.Binding;

namespace Declarative.Generator.Emitting;

/// <summary>
/// Writes the row of an event in its file's table:
/// <code>
/// module.AddEvent&lt;ISalesOrderCreatedPublisher, SalesOrderCreatedPublisher, IOrderRepository, Order&gt;(
///     "sales.order.created", File, "Get", [new("id", typeof(int))], ["Shop_Sales::orders"], static (service, call) => new(call.Result(service.Get(call.Argument&lt;int&gt;(0)))));
/// </code>
/// and the assembly attribute by which a host's generator knows the event.
/// </summary>
internal static class DescriptorEmitter
{
    public static void Emit(CodeWriter code, EventModel model, string declaredIn)
    {
        var publisher = PublisherEmitter.HasPublisher(model) ? $"{PublisherEmitter.InterfaceName(model)}, {PublisherEmitter.ClassName(model)}, " : "";
        var name = $"{CodeWriter.Literal(model.Name)}, {declaredIn}";
        if (model.Service is not { } service)
        {
            code.Line($"module.AddPayloadEvent<{publisher}{model.PayloadType}>({name}, {TextArray(model.Resources)});");
            return;
        }

        var parameters = string.Join(", ", model.Parameters.Select(parameter => $"new({CodeWriter.Literal(parameter.Name)}, typeof({parameter.TypeOf}){(parameter.IsRequired ? "" : ", false")})"));
        code.Line($"module.AddEvent<{publisher}{service.Type}, {model.PayloadType}>({name}, {CodeWriter.Literal(service.Method)}, [{parameters}], {TextArray(model.Resources)}, {Resolve(model, service)});");
    }

    public static void EmitAttribute(CodeWriter code, EventModel model)
    {
        var parts = new System.Text.StringBuilder($"[assembly: DeclaredAsyncEvent({CodeWriter.Literal(model.Name)}, {CodeWriter.Literal(model.DeclaredIn)}");
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
        var invocation = $"service.{Identifiers.Escape(service.Method)}({string.Join(", ", arguments)})";
        return service.IsAwaited
            ? $"static async (service, call) => call.Result(await {invocation})"
            : $"static (service, call) => new(call.Result({invocation}))";
    }
}
