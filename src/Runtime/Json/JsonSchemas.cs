using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Declarative.Json;

/// <summary>
/// C# types as JSON Schema 2020-12, by the contracts that they have on the wire. Each object is a definition that others refer to, so that types may
/// hold themselves. Elements of lists and dictionaries count as never null, since no contract tells whether they may be.
/// </summary>
/// <param name="options"><see cref="WireJson.Schema"/>.</param>
/// <param name="prefix">What a reference to a definition begins with, e.g. <c>#/$defs/</c>.</param>
/// <param name="definitions">Where definitions go, by name.</param>
/// <param name="isInput">Whether it is about what is read, not about what is written.</param>
internal sealed class JsonSchemas(JsonSerializerOptions options, string prefix, JsonObject definitions, bool isInput = false)
{
    private static readonly JsonSchemaExporterOptions Leaves = new() { TreatNullObliviousAsNonNullable = true };

    private readonly Dictionary<Type, string> _names = [];

    /// <summary>The schema of a type; an open one where there is no contract, or a converter keeps its form to itself.</summary>
    public JsonObject Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return OrNull(Of(value));
        if (WireJson.ProblemOf(options, type) is not null)
            return [];
        var contract = options.GetTypeInfo(type);
        return IsDefinition(contract) ? new JsonObject { ["$ref"] = prefix + Define(contract) } : Write(contract);
    }

    /// <summary>An object of such fields.</summary>
    /// <param name="fields">Name, schema, and whether the field is always there.</param>
    public static JsonObject OfFields(IEnumerable<(string Name, JsonObject Schema, bool IsRequired)> fields)
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var (name, field, isRequired) in fields)
        {
            properties[name] = field;
            if (isRequired)
                required.Add((JsonNode)name);
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
            schema["required"] = required;
        return schema;
    }

    /// <summary>The same, or null.</summary>
    public static JsonObject OrNull(JsonObject schema)
    {
        if (schema["type"] is JsonArray)
            return schema;
        if (schema["type"] is JsonValue type)
        {
            schema["type"] = new JsonArray(type.DeepClone(), "null");
            (schema["enum"] as JsonArray)?.Add((JsonNode?)null);
            return schema;
        }

        return schema.Count == 0 ? schema : new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
    }

    /// <summary>Objects, and collections of the application's own: only those can hold themselves.</summary>
    private static bool IsDefinition(JsonTypeInfo contract) => contract.Kind switch
    {
        JsonTypeInfoKind.Object => true,
        JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary => !contract.Type.IsArray && contract.Type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true,
        _ => false,
    };

    private string Define(JsonTypeInfo contract)
    {
        if (_names.TryGetValue(contract.Type, out var name))
            return name;
        var plain = NameOf(contract.Type);
        name = plain;
        for (var i = 2; definitions.ContainsKey(name); i++)
            name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{plain}{i}");

        // Its name is taken before its members are looked at: one of them may be of the same type.
        _names.Add(contract.Type, name);
        definitions.Add(name, null);
        definitions[name] = Write(contract);
        return name;
    }

    private static string NameOf(Type type)
    {
        var name = string.Concat(type.Name.Split('`')[0].Where(char.IsAsciiLetterOrDigit));
        return type.IsGenericType ? name + "Of" + string.Concat(type.GetGenericArguments().Select(NameOf)) : name.Length > 0 ? name : "Type";
    }

    private JsonObject Write(JsonTypeInfo contract) => contract.Kind switch
    {
        JsonTypeInfoKind.Object => contract.PolymorphismOptions is { DerivedTypes.Count: > 0 } polymorphism ? WriteDerived(contract, polymorphism) : WriteObject(contract),
        JsonTypeInfoKind.Enumerable => new JsonObject { ["type"] = "array", ["items"] = contract.ElementType is { } element ? Of(element) : [] },
        JsonTypeInfoKind.Dictionary => new JsonObject { ["type"] = "object", ["additionalProperties"] = contract.ElementType is { } element ? Of(element) : [] },
        _ => WriteLeaf(contract),
    };

    /// <summary>Ours read more than they write, which a schema would show as anything.</summary>
    private static JsonObject WriteLeaf(JsonTypeInfo contract) => contract.Converter switch
    {
        LenientStringConverter => new JsonObject { ["type"] = "string" },
        LenientBooleanConverter => new JsonObject { ["type"] = "boolean" },
        _ => contract.GetJsonSchemaAsNode(Leaves) as JsonObject ?? [],
    };

    private JsonObject WriteObject(JsonTypeInfo contract) => OfFields(contract.Properties
        .Where(property => !property.IsExtensionData && (isInput ? property.Set is not null || property.AssociatedParameter is not null : property.Get is not null))
        .Select(property =>
        {
            var isNullable = isInput ? property.IsSetNullable : property.IsGetNullable;
            var schema = property is { CustomConverter: null, NumberHandling: null } ? Of(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) : WriteSpecial(contract, property);
            return (property.Name, isNullable ? OrNull(schema) : schema, isInput ? property.IsRequired : !isNullable && property.ShouldSerialize is null);
        }));

    /// <summary>A member with a converter of its own, which only the exporter of the whole object looks at.</summary>
    private static JsonObject WriteSpecial(JsonTypeInfo contract, JsonPropertyInfo property) =>
        contract.GetJsonSchemaAsNode(Leaves)["properties"]?[property.Name]?.DeepClone() as JsonObject ?? [];

    private JsonObject WriteDerived(JsonTypeInfo contract, JsonPolymorphismOptions polymorphism)
    {
        var any = new JsonArray();
        foreach (var derived in polymorphism.DerivedTypes)
        {
            var shape = derived.DerivedType == contract.Type ? WriteObject(contract) : Of(derived.DerivedType);
            any.Add((JsonNode)(derived.TypeDiscriminator is { } discriminator
                ? new JsonObject { ["allOf"] = new JsonArray(shape, OfFields([(polymorphism.TypeDiscriminatorPropertyName, new JsonObject { ["const"] = discriminator is int number ? number : (string)discriminator }, true)])) }
                : shape));
        }

        if (!contract.Type.IsAbstract && polymorphism.DerivedTypes.All(derived => derived.DerivedType != contract.Type))
            any.Add((JsonNode)WriteObject(contract));
        return new JsonObject { ["anyOf"] = any };
    }
}
