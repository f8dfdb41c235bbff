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
internal static class EventRowEmitter
{
    public static string Row(EventModel model, string declaredIn)
    {
        var publisher = PublisherEmitter.HasPublisher(model) ? $"{PublisherEmitter.InterfaceName(model)}, {PublisherEmitter.ClassName(model)}, " : "";
        var name = $"{CodeWriter.Literal(model.Name)}, {declaredIn}";
        if (model.Service is not { } service)
            return $"module.AddPayloadEvent<{publisher}{model.PayloadType}>({name}, {CodeWriter.Literals(model.Resources)});";

        var invocation = ServiceCallEmitter.Invocation(service, model.Parameters);
        var resolve = service.IsAwaited
            ? $"static async (service, call) => call.Result(await {invocation})"
            : $"static (service, call) => new(call.Result({invocation}))";
        return $"module.AddEvent<{publisher}{service.Type}, {model.PayloadType}>({name}, {CodeWriter.Literal(service.Method)}, {ServiceCallEmitter.Parameters(model.Parameters)}, {CodeWriter.Literals(model.Resources)}, {resolve});";
    }

    public static void EmitAttribute(CodeWriter code, EventModel model)
    {
        var parts = new System.Text.StringBuilder($"[assembly: DeclaredAsyncEvent({CodeWriter.Literal(model.Name)}, {CodeWriter.Literal(model.DeclaredIn)}");
        if (model.Parameters.Count > 0)
        {
            parts.Append($", ParameterNames = {CodeWriter.Literals(model.Parameters.Select(parameter => parameter.Name))}");
            parts.Append($", ParameterTypes = [{string.Join(", ", model.Parameters.Select(parameter => $"typeof({parameter.TypeOf})"))}]");
        }

        if (model.PayloadType is { } payload)
            parts.Append($", Payload = typeof({payload})");
        if (model.Resources.Count > 0)
            parts.Append($", Resources = {CodeWriter.Literals(model.Resources)}");
        code.Line(parts.Append(")]").ToString());
    }
}
