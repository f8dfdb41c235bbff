using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Declarative.Matching;

/// <summary>JSON as converters, processors and contexts see it.</summary>
internal static class PayloadNode
{
    /// <summary>
    /// Parses a value. Unlike <see cref="JsonNode.Parse(ReadOnlySpan{byte}, JsonNodeOptions?, JsonDocumentOptions)"/> it
    /// stands repeated names (the last counts), which there throw when the object is first used.
    /// </summary>
    public static JsonNode? Parse(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        return Make(document.RootElement);
    }

    public static byte[] ToBytes(JsonNode? node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (node is null)
                writer.WriteNullValue();
            else
                node.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Lays <paramref name="over"/> on <paramref name="under"/>: objects member by member, lists of one length element by
    /// element; anything else is replaced.
    /// </summary>
    public static JsonNode? Merge(JsonNode? under, JsonNode? over)
    {
        switch (under, over)
        {
            case (JsonObject one, JsonObject other):
                foreach (var (name, value) in other)
                    one[name] = one.TryGetPropertyValue(name, out var old) ? Merge(old?.DeepClone(), value) : value?.DeepClone();
                return one;
            case (JsonArray one, JsonArray other) when one.Count == other.Count:
                for (var i = 0; i < one.Count; i++)
                    one[i] = Merge(one[i]?.DeepClone(), other[i]);
                return one;
            default:
                return over?.DeepClone();
        }
    }

    private static JsonNode? Make(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var made = new JsonObject();
                foreach (var member in element.EnumerateObject())
                    made[member.Name] = Make(member.Value);
                return made;
            case JsonValueKind.Array:
                var list = new JsonArray();
                foreach (var one in element.EnumerateArray())
                    list.Add(Make(one));
                return list;
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}
