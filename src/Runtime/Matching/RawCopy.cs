using System.Buffers.Text;
using System.Text.Json;

namespace Declarative.Matching;

/// <summary>Copies JSON without image content (<c>base64_encoded_data</c>, at any depth), which the originals never send.</summary>
internal static class RawCopy
{
    /// <summary>
    /// Whether a member of that name can be in a payload: rarely, so that all others are copied as they are. Escapes of its
    /// characters may hide it; nobody writes those without need, while other characters are escaped often.
    /// </summary>
    public static bool MayHoldImages(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("base64_encoded_data"u8) >= 0)
            return true;
        for (var at = json.IndexOf("\\u00"u8); at >= 0; at = json.IndexOf("\\u00"u8))
        {
            json = json[(at + 4)..];
            if (json.Length > 1 && Utf8Parser.TryParse(json[..2], out byte character, out _, 'x') && (char.IsAsciiLetterOrDigit((char)character) || character == (byte)'_'))
                return true;
        }

        return false;
    }

    /// <summary>Writes an object or a list, and gives the length.</summary>
    /// <param name="json">The value, at most 64 levels deep.</param>
    /// <param name="output">As long as the value at least.</param>
    public static int WithoutImages(ReadOnlySpan<byte> json, Span<byte> output)
    {
        var reader = new Utf8JsonReader(json);
        var length = 0;
        var isFirst = true;
        var isAfterName = false;
        while (reader.Read())
        {
            var token = reader.TokenType;
            if (token == JsonTokenType.PropertyName && reader.ValueTextEquals("base64_encoded_data"u8))
            {
                reader.Read();
                reader.Skip();
                continue;
            }

            if (token is not (JsonTokenType.EndObject or JsonTokenType.EndArray) && !isFirst && !isAfterName)
                output[length++] = (byte)',';
            var start = (int)reader.TokenStartIndex;
            var end = (int)reader.BytesConsumed;
            if (token == JsonTokenType.PropertyName)
            {
                // The token's end lies behind the colon, and white space may be before that.
                end = start + reader.ValueSpan.Length + 2;
            }

            json[start..end].CopyTo(output[length..]);
            length += end - start;
            isFirst = token is JsonTokenType.StartObject or JsonTokenType.StartArray;
            isAfterName = token == JsonTokenType.PropertyName;
            if (isAfterName)
                output[length++] = (byte)':';
        }

        return length;
    }
}
