using System.Buffers;
using System.Text;
using System.Text.Json;
using Declarative.Json;
using Microsoft.AspNetCore.Http;

namespace Declarative.Consumers;

/// <summary>
/// What came, as a log may show it: values whose names speak of secrets are hidden. The starter kit hides names with <c>secret</c> and <c>token</c> and the
/// authorization header; passwords, keys, cookies and signatures are hidden here too.
/// </summary>
internal static class SecretMask
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Hidden = "<hidden>";

    // A log line is no place for more.
    private const int MaxLength = 4096;

    private static readonly SearchValues<string> Words = SearchValues.Create(["secret", "token", "password", "passwd", "authorization", "cookie", "signature", "apikey", "api-key", "api_key", "private"], StringComparison.OrdinalIgnoreCase);

    public static string Headers(IHeaderDictionary headers) =>
        Shortened(string.Join(", ", headers.Select(static header => $"{header.Key}: {(IsSecret(header.Key) ? Hidden : header.Value)}")));

    /// <summary>JSON with hidden values; what is no JSON is not shown at all.</summary>
    public static string Json(ReadOnlySpan<byte> json)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length + 16);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
            using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            while (reader.Read())
                Copy(ref reader, writer);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return $"({json.Length} bytes that are no JSON)";
        }

        return Shortened(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName:
                var name = reader.GetString()!;
                writer.WritePropertyName(name);
                if (!IsSecret(name))
                    break;
                reader.Read();
                reader.Skip();
                writer.WriteStringValue(Hidden);
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(reader.GetString());
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }

    /// <summary>Whether a name speaks of a secret.</summary>
    public static bool IsSecret(string name) => name.AsSpan().ContainsAny(Words);

    private static string Shortened(string text) => text.Length <= MaxLength ? text : text[..MaxLength] + "…";
}
