using System.Text.Json;
using Declarative.Json;
using Declarative.Storage;

namespace Declarative.History;

/// <summary>The values of a payload as they are searched for: path and text in lower case.</summary>
internal static class PayloadValues
{
    /// <summary>What a huge payload would cost the index is bounded; the values after these are not found.</summary>
    private const int MaxValues = 512;

    /// <exception cref="JsonException">The payload is no JSON.</exception>
    public static void AddTo(List<IndexedValue> values, long payload, ReadOnlySpan<byte> json, Redaction redaction)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
        var names = new Stack<string>();
        var path = "";
        var count = 0;
        while (reader.Read() && count < MaxValues)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    var parent = names.Count == 0 ? "" : names.Peek();
                    path = parent.Length == 0 ? reader.GetString()! : parent + "." + reader.GetString();
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    names.Push(path);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    names.Pop();
                    path = names.Count == 0 ? "" : names.Peek();
                    break;
                case JsonTokenType.String:
                    Add(reader.GetString()!);
                    break;
                case JsonTokenType.Number:
                    Add(System.Text.Encoding.UTF8.GetString(reader.ValueSpan));
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    Add(reader.TokenType == JsonTokenType.True ? "true" : "false");
                    break;
            }
        }

        void Add(string text)
        {
            if (redaction.IsRedacted(path))
                return;
            var lower = text.ToLowerInvariant();
            values.Add(new IndexedValue(payload, path, lower.Length > SearchQuery.MaxValueLength ? lower[..SearchQuery.MaxValueLength] : lower));
            count++;
        }
    }
}
