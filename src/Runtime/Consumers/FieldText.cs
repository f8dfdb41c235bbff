using System.Buffers;
using System.Text.Json;
using Declarative.Json;

namespace Declarative.Consumers;

/// <summary>Finds the values by which events are split and echoes recognised, by paths with dots into objects.</summary>
internal static class FieldText
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = WireJson.MaxDepth };

    /// <summary>
    /// The value at a path as text, as it stands; of numbers the shortest form, so that <c>10</c> and <c>10.0</c> are the same. Null if there is none, or it
    /// is <c>null</c>.
    /// </summary>
    /// <exception cref="JsonException">The bytes are no JSON.</exception>
    /// <exception cref="InvalidOperationException">A text is no Unicode.</exception>
    public static string? At(ReadOnlySpan<byte> json, string path)
    {
        var reader = new Utf8JsonReader(json, Strict);
        reader.Read();
        foreach (var segment in path.AsSpan().Split('.'))
        {
            if (!Enter(ref reader, path.AsSpan(segment)))
                return null;
        }

        return Text(ref reader, json);
    }

    /// <summary>
    /// As <see cref="At"/>, for comparing what two systems write: Adobe Commerce has prices as <c>"10.0000"</c>, so zeros at the end of a fraction count for
    /// nothing in texts either. Texts of digits alone stay as they are: <c>0012</c> is not 12.
    /// </summary>
    /// <exception cref="JsonException">The bytes are no JSON.</exception>
    /// <exception cref="InvalidOperationException">A text is no Unicode.</exception>
    public static string? Comparable(ReadOnlySpan<byte> json, string path)
    {
        var text = At(json, path);
        return text is not null && IsFraction(text) ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    private static bool IsFraction(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && dot < text.Length - 1 && dot == text.LastIndexOf('.') && !text.AsSpan(text[0] == '-' ? 1 : 0).ContainsAnyExcept(Digits);
    }

    /// <summary>Moves on to the value of a member of the object that the reader stands on.</summary>
    private static bool Enter(ref Utf8JsonReader reader, ReadOnlySpan<char> name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
                return true;
            reader.Skip();
        }

        return false;
    }

    private static string? Text(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return reader.GetString()!;
            case JsonTokenType.Number when reader.TryGetDecimal(out var number):
                return Shortest(number);
            default:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                return System.Text.Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]);
        }
    }

    private static string Shortest(decimal number) => (number / 1.0000000000000000000000000000m).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
