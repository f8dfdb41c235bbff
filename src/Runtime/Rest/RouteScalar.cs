using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Declarative.Rest;

/// <summary>A value that came as text, in a path, a query or a declaration, as the type that is wanted; cast as the originals do.</summary>
internal static class RouteScalar
{
    /// <summary>Reads the text as the type.</summary>
    /// <exception cref="JsonException">It can't be one.</exception>
    public static T Read<T>(string text, JsonTypeInfo<T> contract)
    {
        if (typeof(T) == typeof(string))
            return (T)(object)text;
        if (typeof(T) == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return (T)(object)number;
        if (typeof(T) == typeof(long) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large))
            return (T)(object)large;
        if (typeof(T) == typeof(Guid) && Guid.TryParse(text, out var guid))
            return (T)(object)guid;

        var buffer = new System.Buffers.ArrayBufferWriter<byte>(text.Length + 2);
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, text, typeof(T));
        return JsonSerializer.Deserialize(buffer.WrittenSpan, contract)!;
    }

    /// <summary>Writes the text as JSON that a contract of the type can read: a string, but an enum's value as number or name.</summary>
    public static void Write(Utf8JsonWriter writer, string text, Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare.IsEnum && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            writer.WriteNumberValue(number);
        else if (bare.IsEnum && Enum.TryParse(bare, text, ignoreCase: true, out var value))
            writer.WriteRawValue(Enum.Format(bare, value!, "D"));
        else
            writer.WriteStringValue(text);
    }
}
