using System.Text.Json;
using System.Text.Json.Nodes;
using Declarative.Events;

namespace Declarative.Json;

/// <summary>A schema that <see cref="JsonSchemas"/> wrote, looked at as fields and as a sample.</summary>
internal sealed class SchemaTree(JsonObject schema, string prefix)
{
    /// <summary>Types that all refer to each other have more ways through them than anybody reads, or a machine can hold.</summary>
    private const int MaxFields = 4096;

    private readonly JsonObject? _definitions = schema["$defs"] as JsonObject;
    private int _fields;

    /// <summary>The fields, to a depth; where a type holds itself they end.</summary>
    public EventField Fields(int depth) => FieldOf("", schema, isRequired: true, depth, []);

    /// <summary>A value as one could be; where a type holds itself it ends.</summary>
    public JsonNode? Sample()
    {
        _fields = 0;
        return SampleOf(schema, []);
    }

    /// <summary>The type's name: JSON Schema's own, its format, <c>[]</c> for a list.</summary>
    public static string TypeOf(JsonObject schema)
    {
        if (schema["anyOf"] is JsonArray any)
            return any.Count == 2 && any[1] is JsonObject second && TypeName(second) == "null" ? TypeOf(any[0]!.AsObject()) : "object";
        if (schema.ContainsKey("$ref"))
            return "object";
        var name = TypeName(schema);
        return name switch
        {
            "array" => (schema["items"] is JsonObject items ? TypeOf(items) : "any") + "[]",
            null => schema.ContainsKey("enum") ? "string" : "any",
            _ => schema["format"] is { } format ? $"{name} ({format})" : name,
        };
    }

    private static string? TypeName(JsonObject schema) => schema["type"] switch
    {
        JsonArray several => (string?)several[0],
        JsonValue one => (string?)one,
        _ => null,
    };

    private EventField FieldOf(string name, JsonObject field, bool isRequired, int depth, HashSet<JsonObject> around)
    {
        var (whole, lists) = (Follow(field), "");
        while (TypeName(whole) == "array" && lists.Length < 2 * WireJson.MaxDepth)
        {
            lists += "[]";
            whole = Follow(whole["items"] as JsonObject ?? []);
        }

        // A list of itself has no end.
        var type = TypeName(whole) == "array" ? "any" : TypeOf(whole);
        if (depth == 0 || _fields++ >= MaxFields || !around.Add(whole))
            return new EventField(name, type + lists, isRequired, []);
        var fields = Inner(whole, depth, around);
        around.Remove(whole);
        return new EventField(name, type + lists, isRequired, fields);
    }

    private IReadOnlyList<EventField> Inner(JsonObject whole, int depth, HashSet<JsonObject> around)
    {
        if (whole["properties"] is JsonObject properties)
        {
            var required = (whole["required"] as JsonArray)?.Select(static one => (string?)one).ToHashSet(StringComparer.Ordinal) ?? [];
            return [.. properties.Select(one => FieldOf(one.Key, one.Value!.AsObject(), required.Contains(one.Key), depth - 1, around))];
        }

        return whole["additionalProperties"] is JsonObject values ? [FieldOf("*", values, isRequired: false, depth - 1, around)] : [];
    }

    /// <summary>The schema itself: without reference, without "or null".</summary>
    private JsonObject Follow(JsonObject field)
    {
        if (field["$ref"] is { } reference)
            return Follow(_definitions![((string)reference!)[prefix.Length..]]!.AsObject());
        return field["anyOf"] is JsonArray { Count: 2 } any && any[1] is JsonObject second && TypeName(second) == "null" ? Follow(any[0]!.AsObject()) : field;
    }

    private JsonNode? SampleOf(JsonObject field, HashSet<JsonObject> around)
    {
        var whole = Follow(field);
        if (_fields++ >= MaxFields || !around.Add(whole))
            return null;
        var sample = Value(whole, around);
        around.Remove(whole);
        return sample;
    }

    private JsonNode? Value(JsonObject whole, HashSet<JsonObject> around)
    {
        if (whole["anyOf"] is JsonArray any)
            return SampleOf(any[0]!.AsObject(), around);
        if (whole["allOf"] is JsonArray all)
        {
            var merged = new JsonObject();
            foreach (var (name, value) in all.SelectMany(one => SampleOf(one!.AsObject(), around) as JsonObject ?? []))
                merged[name] = value?.DeepClone();
            return merged;
        }

        if (whole["const"] is { } stated)
            return stated.DeepClone();
        if (whole["enum"] is JsonArray values)
            return values[0]?.DeepClone();
        return TypeName(whole) switch
        {
            "object" when whole["properties"] is JsonObject properties => new JsonObject(properties
                .Select(one => KeyValuePair.Create(one.Key, SampleOf(one.Value!.AsObject(), around)))
                .Where(static one => one.Value is not null)),
            "object" => whole["additionalProperties"] is JsonObject element && SampleOf(element, around) is { } one ? new JsonObject { ["key"] = one } : new JsonObject(),
            "array" => whole["items"] is JsonObject element && SampleOf(element, around) is { } one ? new JsonArray(one) : new JsonArray(),
            "integer" => 1,
            "number" => 1.5m,
            "boolean" => true,
            "string" => (string?)whole["format"] switch
            {
                "date-time" => "2026-01-31T10:00:00Z",
                "date" => "2026-01-31",
                "time" => "10:00:00",
                "uuid" => "00000000-0000-0000-0000-000000000001",
                "uri" => "https://example.com/",
                _ => whole.ContainsKey("maxLength") ? "a" : whole.ContainsKey("pattern") ? "1.00:00:00" : "text",
            },
            _ => new JsonObject(),
        };
    }
}
