using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Declarative.Json;
using Declarative.Modules;

namespace Declarative.Events;

/// <summary>The declared events as people and tools look at them: who declares one, what its payload holds, and its JSON Schema.</summary>
public sealed class EventCatalog
{
    /// <summary>Where schemas are served, each as <c>{name}.json</c>.</summary>
    internal const string SchemaPath = "/rest/schemas/";

    private const string DefinitionPrefix = "#/$defs/";

    private readonly EventRegistry _registry;
    private readonly WireJson _json;
    private readonly ConditionalWeakTable<AsyncEventDescriptor, string> _schemas = [];

    internal EventCatalog(EventRegistry registry, WireJson json) => (_registry, _json) = (registry, json);

    /// <summary>The names of the declared events, in order of first declaration.</summary>
    public IReadOnlyList<string> Names => [.. _registry.Events.Select(static one => one.Name)];

    /// <summary>Describes an event.</summary>
    /// <param name="name">Its name, in any spelling.</param>
    /// <param name="depth">How many levels of the payload's fields are described; 1 is its own fields only.</param>
    /// <exception cref="UnknownEventException">No active module declares the event.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="depth"/> is not 1 to 64.</exception>
    public EventInfo Describe(string name, int depth = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, WireJson.MaxDepth);
        var descriptor = _registry.Require(name);
        var schema = new SchemaTree(Write(descriptor), DefinitionPrefix);
        var types = new JsonSchemas(_json.Schema, DefinitionPrefix, []);
        return new EventInfo(
            descriptor.Name,
            _registry.Declared.First(one => one.Event == descriptor).Module.Name,
            descriptor.IsPlugin ? "plugin" : descriptor.CarriesPayload ? "payload" : "service",
            descriptor.DeclaredIn,
            descriptor.Service is { } service ? $"{service.FullName}.{descriptor.Method}" : null,
            [.. descriptor.Parameters.Select(one => new EventParameter(one.SnakeCaseName, SchemaTree.TypeOf(types.Of(one.Type)), one.IsRequired))],
            descriptor.Resources,
            schema.Fields(depth),
            schema.Sample(),
            UrlOf(descriptor));
    }

    /// <summary>The JSON Schema 2020-12 of an event's payload, as its subscribers get it who don't choose fields.</summary>
    /// <param name="name">The event's name, in any spelling.</param>
    /// <exception cref="UnknownEventException">No active module declares the event.</exception>
    public string Schema(string name) => _schemas.GetValue(_registry.Require(name), descriptor => Write(descriptor).ToJsonString());

    internal static string UrlOf(AsyncEventDescriptor descriptor) => SchemaPath + Uri.EscapeDataString(descriptor.Name) + ".json";

    /// <summary>The schema of a payload: what the service method gives, or of one that gives nothing, the arguments of its call.</summary>
    internal static JsonObject PayloadOf(AsyncEventDescriptor descriptor, JsonSchemas types) => descriptor is { IsPlugin: true, Parameters.Count: > 0 }
        ? JsonSchemas.OfFields(descriptor.Parameters.Select(one => (one.SnakeCaseName, one.IsRequired ? types.Of(one.Type) : JsonSchemas.OrNull(types.Of(one.Type)), true)))
        : types.Of(descriptor.Payload);

    private JsonObject Write(AsyncEventDescriptor descriptor)
    {
        var definitions = new JsonObject();
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = UrlOf(descriptor),
            ["title"] = descriptor.Name,
        };
        foreach (var (member, value) in PayloadOf(descriptor, new JsonSchemas(_json.Schema, DefinitionPrefix, definitions)))
            schema[member] = value?.DeepClone();
        if (definitions.Count > 0)
            schema["$defs"] = definitions;
        return schema;
    }
}
