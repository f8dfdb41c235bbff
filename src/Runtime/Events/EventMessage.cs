using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Declarative.Events;

/// <summary>
/// An event message in the original systems' wire form, the JSON array <c>["name","{json}","store"]</c> of strings, as
/// brokers carry it. What it doesn't carry (id, idempotency key, original state, trace context) travels beside it.
/// </summary>
/// <param name="Name">The event's name.</param>
/// <param name="Json">UTF-8 JSON: the service method's arguments, or the payload.</param>
/// <param name="StoreId">The store; 0 if the wire form leaves it out.</param>
public sealed record EventMessage(string Name, ReadOnlyMemory<byte> Json, int StoreId)
{
    /// <summary>The wire form, byte for byte as PHP's <c>json_encode</c> writes it.</summary>
    public byte[] ToWire()
    {
        var buffer = new ArrayBufferWriter<byte>(Json.Length + (Json.Length / 4) + Name.Length + 32);
        buffer.Write("[\""u8);
        PhpText.Escape(Encoding.UTF8.GetBytes(Name), buffer);
        buffer.Write("\",\""u8);
        PhpText.Escape(Json.Span, buffer);
        buffer.Write("\",\""u8);
        buffer.Write(Encoding.UTF8.GetBytes(StoreId.ToString(CultureInfo.InvariantCulture)));
        buffer.Write("\"]"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the wire form; the store may be a string or a number, or be left out.</summary>
    /// <param name="wire">UTF-8 bytes.</param>
    /// <exception cref="FormatException">The bytes are no such array.</exception>
    public static EventMessage FromWire(ReadOnlySpan<byte> wire)
    {
        try
        {
            var reader = new Utf8JsonReader(wire);
            Expect(reader.Read() && reader.TokenType == JsonTokenType.StartArray, "an array");
            Expect(reader.Read() && reader.TokenType == JsonTokenType.String, "the event's name as a string");
            var name = reader.GetString()!;
            Expect(name.Length > 0, "a name that is not empty");
            Expect(reader.Read() && reader.TokenType == JsonTokenType.String, "the JSON as a string");
            var json = Encoding.UTF8.GetBytes(reader.GetString()!);
            var store = 0;
            if (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                Expect(TryReadStore(ref reader, out store), "the store as a number that is not negative");
                reader.Read();
            }

            Expect(reader.TokenType == JsonTokenType.EndArray, "two or three entries");
            Expect(!reader.Read(), "nothing behind the array");
            return new EventMessage(name, json, store);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException("The event message is no JSON: " + exception.Message, exception);
        }
    }

    private static bool TryReadStore(ref Utf8JsonReader reader, out int store)
    {
        store = 0;
        return reader.TokenType switch
        {
            JsonTokenType.Number => reader.TryGetInt32(out store),
            JsonTokenType.String => int.TryParse(reader.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out store),
            _ => false,
        } && store >= 0;
    }

    private static void Expect(bool condition, string what)
    {
        if (!condition)
            throw new FormatException($"The event message must be [\"name\",\"{{json}}\",\"store\"]; expected {what}.");
    }
}
