using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Declarative.Consumers;
using Declarative.Json;
using Microsoft.Extensions.Options;

namespace Declarative.History;

/// <summary>
/// What of the data nobody is to see when looking back: values whose names speak of secrets, and the fields of <c>Declarative:History:RedactedFields</c>, which
/// can't be searched for either. What is sent is not touched.
/// </summary>
internal sealed class Redaction(IOptions<HistoryOptions> options)
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string[] _fields = [.. options.Value.RedactedFields];

    /// <summary>Whether a field is declared to be redacted: by its path, that of something it is in, or a name on its way.</summary>
    /// <param name="path">Names with dots between; lists are passed through.</param>
    public bool IsRedacted(string path)
    {
        foreach (var field in _fields)
        {
            if (field.Contains('.', StringComparison.Ordinal)
                ? path.StartsWith(field, StringComparison.OrdinalIgnoreCase) && (path.Length == field.Length || path[field.Length] == '.')
                : $".{path}.".Contains($".{field}.", StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>The JSON with hidden values.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public byte[] Json(ReadOnlySpan<byte> json)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length + 16);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            reader.Read();
            Copy(ref reader, writer, "");
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A text that somebody answered, with hidden values where it is JSON. What is no JSON, or was cut, has no names to go by and is as it came.</summary>
    public string? Text(string? text)
    {
        if (string.IsNullOrEmpty(text) || text[0] is not ('{' or '['))
            return text;
        try
        {
            return Encoding.UTF8.GetString(Json(Encoding.UTF8.GetBytes(text)));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return text;
        }
    }

    /// <summary>Half a surrogate pair is legal in JSON and in no text; it becomes U+FFFD.</summary>
    internal static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    private void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer, string path)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = TextOf(ref reader);
                    var inside = path.Length == 0 ? name : $"{path}.{name}";
                    writer.WritePropertyName(name);
                    reader.Read();
                    if (SecretMask.IsSecret(name) || IsRedacted(inside))
                    {
                        reader.Skip();
                        writer.WriteStringValue(SecretMask.Hidden);
                    }
                    else
                    {
                        Copy(ref reader, writer, inside);
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    Copy(ref reader, writer, path);
                writer.WriteEndArray();
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(TextOf(ref reader));
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }
}
