using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Declarative.Json;
using Declarative.Merging;

namespace Declarative.Rest;

/// <summary>
/// Brings the names in a body to those of the contract: callers of the originals write <c>customer_id</c> or
/// <c>customerId</c>. Also puts the values of a path in the place of ids in the body. Keys of dictionaries stay as they are.
/// </summary>
internal static class JsonNames
{
    /// <summary>The contract's property that a name on the wire stands for: the same, or else the same but for case and underscores.</summary>
    public static JsonPropertyInfo? Find(JsonTypeInfo contract, string name)
    {
        JsonPropertyInfo? near = null;
        foreach (var property in contract.Properties)
        {
            if (property.Name == name)
                return property;
            if (near is null && WireName.AreAlike(property.Name, name))
                near = property;
        }

        return near;
    }

    /// <summary>
    /// Whether a path value of the name has a place in objects of the contract: a property of theirs, or of an object
    /// inside. Elements of lists don't count; an id in the path names one thing.
    /// </summary>
    public static bool Holds(JsonTypeInfo contract, string name) => Holds(contract, name, []);

    /// <summary>Copies JSON with the contract's names.</summary>
    /// <param name="json">One JSON value, known to be well-formed.</param>
    /// <param name="contract">Its contract.</param>
    /// <param name="ids">Values to put in, by name: at the nearest object to the root whose contract has the name.</param>
    public static ReadOnlyMemory<byte> Rewrite(ReadOnlySpan<byte> json, JsonTypeInfo contract, IReadOnlyList<KeyValuePair<string, string>> ids)
    {
        var output = new ArrayBufferWriter<byte>(json.Length + 64);
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
            reader.Read();
            Copy(ref reader, json, writer, contract, ids);
        }

        return output.WrittenMemory;
    }

    private static bool Holds(JsonTypeInfo contract, string name, HashSet<Type> seen)
    {
        if (contract.Kind != JsonTypeInfoKind.Object || !seen.Add(contract.Type))
            return false;
        return Find(contract, name) is not null || contract.Properties.Any(property => Holds(contract.Options.GetTypeInfo(property.PropertyType), name, seen));
    }

    private static void Copy(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, Utf8JsonWriter writer, JsonTypeInfo? contract, IReadOnlyList<KeyValuePair<string, string>> ids)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                CopyObject(ref reader, json, writer, contract, ids);
                break;
            case JsonTokenType.StartArray:
                var element = contract is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } type } ? contract.Options.GetTypeInfo(type) : null;
                writer.WriteStartArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    // No annotation of a list's elements is left at run time to say that they may be null.
                    if (reader.TokenType == JsonTokenType.Null && element?.Kind == JsonTypeInfoKind.Object)
                        throw new InputException("A list of objects holds null.");
                    Copy(ref reader, json, writer, element, []);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteRawValue(json[(int)reader.TokenStartIndex..(int)reader.BytesConsumed], skipInputValidation: true);
                break;
        }
    }

    private static void CopyObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, Utf8JsonWriter writer, JsonTypeInfo? contract, IReadOnlyList<KeyValuePair<string, string>> ids)
    {
        var own = new List<(JsonPropertyInfo Property, string Value)>();
        var inner = new List<KeyValuePair<string, string>>();
        if (contract is { Kind: JsonTypeInfoKind.Object })
        {
            foreach (var id in ids)
            {
                if (Find(contract, id.Key) is { } property)
                    own.Add((property, id.Value));
                else
                    inner.Add(id);
            }
        }

        writer.WriteStartObject();
        foreach (var (property, value) in own)
        {
            writer.WritePropertyName(property.Name);
            RouteScalar.Write(writer, value, property.PropertyType);
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var property = contract is { Kind: JsonTypeInfoKind.Object } ? Find(contract, name) : null;
            if (property is not null && own.Exists(one => one.Property == property))
            {
                reader.Skip();
                continue;
            }

            writer.WritePropertyName(property?.Name ?? name);
            var wanted = property?.PropertyType ?? (contract is { Kind: JsonTypeInfoKind.Dictionary } ? contract.ElementType : null);
            Copy(ref reader, json, writer, wanted is null ? null : contract!.Options.GetTypeInfo(wanted), inner);
        }

        writer.WriteEndObject();
    }
}
