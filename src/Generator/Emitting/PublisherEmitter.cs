using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Binding;

namespace Declarative.Generator.Emitting;

/// <summary>
/// Writes an event's typed publisher:
/// <code>
/// public interface ISalesOrderCreatedPublisher
/// {
///     Task&lt;Guid&gt; PublishAsync(int id, PublishOptions? options = null, CancellationToken cancellationToken = default);
/// }
///
/// public sealed class SalesOrderCreatedPublisher(EventQueue queue) : ISalesOrderCreatedPublisher
/// {
///     public Task&lt;Guid&gt; PublishAsync(int id, PublishOptions? options = null, CancellationToken cancellationToken = default) => queue.PublishAsync(queue.Arguments("sales.order.created").Add("id", id), options, cancellationToken);
/// }
/// </code>
/// </summary>
internal static class PublisherEmitter
{
    /// <summary>What fits any call where the parameters aren't known, so that the one error is that of the declaration: also a call that names what comes after them.</summary>
    private static readonly string[] Unknown =
    [
        .. Enumerable.Range(0, 4).Select(count => string.Concat(Enumerable.Range(0, count).Select(number => $"object? argument{(char)('A' + number)}, ")) + Rest("options", "cancellationToken")),
        "params object?[] arguments",
    ];

    public static string InterfaceName(EventModel model) => InterfaceName(model.Identifier);

    public static string InterfaceName(string identifier) => $"I{identifier}Publisher";

    public static string ClassName(EventModel model) => $"{model.Identifier}Publisher";

    /// <summary>Whether the event gets a publisher here: an override's publisher is the overridden module's.</summary>
    public static bool HasPublisher(EventModel model) => model.Identifier.Length > 0 && model.Overrides is null;

    /// <summary>Short names for what every publisher mentions; inside the namespace, so that no type of the user's shadows them.</summary>
    public static void EmitUsings(CodeWriter code)
    {
        code.Line("using CancellationToken = global::System.Threading.CancellationToken;");
        code.Line("using PublishedId = global::System.Threading.Tasks.Task<global::System.Guid>;");
        code.Line("using PublishOptions = global::Declarative.PublishOptions;");
        code.Line();
    }

    public static void Emit(CodeWriter code, EventModel model)
    {
        // Ours step aside: the service's parameter names are the user's.
        var taken = model.Parameters.Select(parameter => parameter.Name).ToList();
        var queue = Free("queue", taken);
        var signatures = (model is { IsBroken: true, Parameters.Count: 0 } ? Unknown : [Parameters(model, taken)]).Select(parameters => $"PublishedId PublishAsync({parameters})").ToList();
        var visibility = model.IsPublic ? "public" : "internal";

        code.Line($"/// <summary>Publishes the event <c>{CodeWriter.Doc(model.Name)}</c>, declared in {CodeWriter.Doc(model.DeclaredIn)}.</summary>");
        code.Open($"{visibility} interface {InterfaceName(model)}");
        code.Line("/// <summary>Gives its id once it is stored durably.</summary>");
        foreach (var signature in signatures)
            code.Line(signature + ";");
        code.Close();
        code.Line();

        code.Open($"{visibility} sealed class {ClassName(model)}{(model.IsBroken ? "" : $"(global::Declarative.Events.EventQueue {queue})")} : {InterfaceName(model)}");
        foreach (var signature in signatures)
            code.Line($"public {signature} => {Body(model, queue, taken)};");
        code.Close();
        code.Line();
    }

    private static string Parameters(EventModel model, List<string> taken)
    {
        // A default before a parameter without one is legal for the service by attribute only; here it would not be.
        var lastRequired = model.Parameters.Select((parameter, index) => (parameter, index)).LastOrDefault(one => one.parameter.Default is null).index;
        var parameters = model.Parameters.Select((parameter, index) =>
            $"{parameter.Type} {Identifiers.Escape(parameter.Name)}{(parameter.Default is { } value && index > lastRequired ? " = " + value : "")}");
        return string.Join(", ", parameters.Concat([Rest(Free("options", taken), Free("cancellationToken", taken))]));
    }

    private static string Rest(string options, string cancellationToken) => $"PublishOptions? {options} = null, CancellationToken {cancellationToken} = default";

    private static string Body(EventModel model, string queue, List<string> taken)
    {
        if (model.IsBroken)
            return $"throw new global::System.InvalidOperationException({CodeWriter.Literal($"The event '{model.Name}' is declared wrongly in {model.DeclaredIn}; see the build's errors.")})";
        var name = CodeWriter.Literal(model.Name);
        var rest = $"{Free("options", taken)}, {Free("cancellationToken", taken)}";
        if (model.Service is null)
            return $"{queue}.PublishAsync({name}, payload, {rest})";
        var arguments = string.Concat(model.Parameters.Select(parameter => $".Add({CodeWriter.Literal(parameter.Name)}, {Identifiers.Escape(parameter.Name)})"));
        return $"{queue}.PublishAsync({queue}.Arguments({name}){arguments}, {rest})";
    }

    private static string Free(string name, List<string> taken)
    {
        while (taken.Contains(name))
            name = "_" + name;
        return name;
    }
}
