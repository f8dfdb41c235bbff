using System.Text.Json;
using System.Text.Json.Serialization;

namespace Declarative.Json;

/// <summary>Reads <c>true</c>, <c>false</c>, <c>1</c>, <c>0</c> and the same as strings; writes JSON booleans.</summary>
internal sealed class LenientBooleanConverter : JsonConverter<bool>
{
    public static LenientBooleanConverter Instance { get; } = new();

    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.Number when reader.TryGetInt32(out var number) && number is 0 or 1:
                return reader.GetInt32() == 1;
            case JsonTokenType.String when reader.ValueTextEquals("1"u8) || reader.ValueTextEquals("true"u8):
                return true;
            case JsonTokenType.String when reader.ValueTextEquals("0"u8) || reader.ValueTextEquals("false"u8):
                return false;
            default:
                throw new JsonException("Expected true, false, 1 or 0.");
        }
    }

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);

    public override bool ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        bool.Parse(reader.GetString()!);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value ? "true" : "false");
}
