using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Declarative.EventBridge;

/// <summary>One entry of a <c>PutEvents</c> request.</summary>
/// <param name="Bus">Name or ARN of the bus.</param>
/// <param name="Source">Who sends it.</param>
/// <param name="DetailType">The event's name.</param>
/// <param name="Detail">The event as JSON.</param>
/// <param name="Time">When it was published.</param>
internal sealed record EventEntry(string Bus, string Source, string DetailType, string Detail, DateTimeOffset Time)
{
    /// <summary>What AWS takes, for one entry and for a whole request: 256 KB.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>AWS's own count: 14 for the time, and what the texts have in UTF-8.</summary>
    public int Size { get; } = 14 + Encoding.UTF8.GetByteCount(Source) + Encoding.UTF8.GetByteCount(DetailType) + Encoding.UTF8.GetByteCount(Detail);

    /// <summary>A request's body.</summary>
    public static byte[] Body(IReadOnlyList<EventEntry> entries)
    {
        var buffer = new ArrayBufferWriter<byte>(entries.Sum(static one => one.Size + 256));
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("Entries"u8);
            foreach (var entry in entries)
            {
                writer.WriteStartObject();
                writer.WriteNumber("Time"u8, entry.Time.ToUnixTimeMilliseconds() / 1000m);
                writer.WriteString("Source"u8, entry.Source);
                writer.WriteString("DetailType"u8, entry.DetailType);
                writer.WriteString("Detail"u8, entry.Detail);
                writer.WriteString("EventBusName"u8, entry.Bus);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
