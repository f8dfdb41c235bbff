using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Declarative.Subscriptions;

namespace Declarative.Benchmarks.Matching;

/// <summary>
/// What one would write with care: the payload is parsed once for all, paths are split and names encoded beforehand, a
/// writer into one buffer is used again and again.
/// </summary>
internal sealed class MatchYardstick : IDisposable
{
    private readonly Subscription[] _subscriptions;
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _writer;

    public MatchYardstick(IEnumerable<(IReadOnlyList<SubscriptionField> Fields, SubscriptionRule Rule)> subscriptions)
    {
        _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });
        _subscriptions = [.. subscriptions.Select(one => new Subscription(
            [.. one.Rule.Field.Split('.').Select(System.Text.Encoding.UTF8.GetBytes)],
            System.Text.Encoding.UTF8.GetBytes(one.Rule.Value),
            one.Rule.Operator == "greaterThan",
            double.TryParse(one.Rule.Value, CultureInfo.InvariantCulture, out var number) ? number : null,
            [.. one.Fields.Select(field => new Field([.. field.Name.Replace("[]", "", StringComparison.Ordinal).Split('.').Select(name => JsonEncodedText.Encode(name))]))]))];
    }

    public int Match(byte[] payload)
    {
        using var document = JsonDocument.Parse(payload);
        var length = 0;
        foreach (var subscription in _subscriptions)
        {
            if (!IsMatch(document.RootElement, subscription))
                continue;
            _buffer.ResetWrittenCount();
            _writer.Reset();
            _writer.WriteStartObject();
            foreach (var field in subscription.Fields)
                Write(document.RootElement, field.Names);
            _writer.WriteEndObject();
            _writer.Flush();
            length += _buffer.WrittenSpan.ToArray().Length;
        }

        return length;
    }

    public void Dispose() => _writer.Dispose();

    private static bool IsMatch(JsonElement element, Subscription subscription)
    {
        foreach (var name in subscription.Rule)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return false;
        }

        return element.ValueKind switch
        {
            JsonValueKind.String => element.ValueEquals(subscription.Text),
            JsonValueKind.Number => subscription.IsGreater ? element.GetDouble() > subscription.Number : element.GetDouble() == subscription.Number,
            _ => false,
        };
    }

    private void Write(JsonElement element, ReadOnlySpan<JsonEncodedText> names)
    {
        _writer.WritePropertyName(names[0]);
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(names[0].EncodedUtf8Bytes, out var value))
            _writer.WriteNullValue();
        else if (names.Length == 1)
            value.WriteTo(_writer);
        else if (value.ValueKind == JsonValueKind.Array)
            WriteEach(value, names[1..]);
        else
            WriteObject(value, names[1..]);
    }

    private void WriteEach(JsonElement list, ReadOnlySpan<JsonEncodedText> names)
    {
        _writer.WriteStartArray();
        foreach (var one in list.EnumerateArray())
            WriteObject(one, names);
        _writer.WriteEndArray();
    }

    private void WriteObject(JsonElement value, ReadOnlySpan<JsonEncodedText> names)
    {
        _writer.WriteStartObject();
        Write(value, names);
        _writer.WriteEndObject();
    }

    private sealed record Subscription(byte[][] Rule, byte[] Text, bool IsGreater, double? Number, Field[] Fields);

    private sealed record Field(JsonEncodedText[] Names);
}
