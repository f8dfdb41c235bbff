using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Declarative.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Declarative.Consumers;

/// <summary>
/// Reads which event a request tells of, in the forms that senders use: CloudEvents in the structured, batched and binary modes (CloudEvents 1.0.2,
/// HTTP binding), Standard Webhooks' and the starter kit's <c>{"type", "data"}</c>, and the async events module's <c>{"data"}</c> with the header
/// <c>x-event-name</c>.
/// </summary>
internal static class EventReader
{
    private const string CloudEvents = "application/cloudevents";
    private const string CloudEventsBatch = "application/cloudevents-batch";

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = WireJson.MaxDepth };

    public static IncomingEvents Read(HttpRequest request, ReadOnlyMemory<byte> body, int maxBatch)
    {
        var contentType = request.ContentType ?? "";
        try
        {
            if (contentType.StartsWith(CloudEventsBatch, StringComparison.OrdinalIgnoreCase))
                return ReadBatch(body, maxBatch);
            if (contentType.StartsWith(CloudEvents, StringComparison.OrdinalIgnoreCase))
                return One(ReadObject(body, isCloudEvent: true, null, out var problem), problem);
            return request.Headers.ContainsKey("ce-type") ? ReadBinary(request.Headers, body) : ReadPlain(request.Headers, body);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is no Unicode. What the reader says holds no text of the body.
            return IncomingEvents.Refused("The body is no JSON that can be read.");
        }
    }

    private static IncomingEvents One(IncomingEvent? incoming, string? problem) =>
        incoming is null ? IncomingEvents.Refused(problem!) : new IncomingEvents([incoming]);

    private static IncomingEvents ReadBatch(ReadOnlyMemory<byte> body, int maxBatch)
    {
        var reader = new Utf8JsonReader(body.Span, Strict);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            return IncomingEvents.Refused("A batch of CloudEvents is a JSON array.");
        var events = new List<IncomingEvent>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (events.Count == maxBatch)
                return IncomingEvents.Refused($"A batch may hold {maxBatch} events at most.", StatusCodes.Status413PayloadTooLarge);
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var one = ReadObject(body[start..(int)reader.BytesConsumed], isCloudEvent: true, null, out var problem);
            if (one is null)
                return IncomingEvents.Refused($"Event {events.Count} of the batch: {problem}");
            events.Add(one);
        }

        return reader.Read() ? IncomingEvents.Refused("Nothing may follow the batch.") : new IncomingEvents(events, IsBatch: true);
    }

    private static IncomingEvents ReadBinary(IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        if (headers["ce-specversion"] != "1.0" || Attribute(headers["ce-id"]) is not { } id || Attribute(headers["ce-source"]) is not { } source || Attribute(headers["ce-type"]) is not { } type)
            return IncomingEvents.Refused("A CloudEvent in binary mode has the headers ce-specversion (1.0), ce-id, ce-source and ce-type.");
        var reader = new Utf8JsonReader(body.Span, Strict);
        reader.Read();
        reader.Skip();
        if (reader.Read())
            return IncomingEvents.Refused("Nothing may follow the event's data.");
        return new IncomingEvents([new IncomingEvent(type, ValueOf(body)) { Id = id, Source = source, Time = Attribute(headers["ce-time"]) }]);
    }

    private static IncomingEvents ReadPlain(IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        var names = headers["x-event-name"];
        var name = names.Count == 1 && !string.IsNullOrWhiteSpace(names[0]) ? names[0]!.Trim() : null;
        var reader = new Utf8JsonReader(body.Span, Strict);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
            return One(ReadObject(body, isCloudEvent: false, name, out var problem), problem);
        reader.Skip();
        if (reader.Read())
            return IncomingEvents.Refused("Nothing may follow the event's payload.");
        return name is null ? IncomingEvents.Refused(NoName) : new IncomingEvents([new IncomingEvent(name, body)]);
    }

    private const string NoName = "The event has no name: give it as \"type\" in the body, or in the header x-event-name.";

    /// <summary>An event in an object of its own; null, and the problem, if it isn't one.</summary>
    private static IncomingEvent? ReadObject(ReadOnlyMemory<byte> body, bool isCloudEvent, string? nameByHeader, out string? problem)
    {
        var reader = new Utf8JsonReader(body.Span, Strict);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            problem = "A CloudEvent is a JSON object.";
            return null;
        }

        var found = new Members();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!found.Take(ref reader, body, out var repeated))
            {
                problem = $"\"{repeated}\" stands twice in the event.";
                return null;
            }
        }

        // Without "data" a body that a header names is the payload itself, which may have a "type" of its own.
        problem = reader.Read() ? "Nothing may follow the event's object." : null;
        if (problem is null && !isCloudEvent && nameByHeader is not null && found.Data.IsEmpty && found.Decoded is null)
            return new IncomingEvent(nameByHeader, body);
        problem ??= found.Check(isCloudEvent, nameByHeader);
        if (problem is not null)
            return null;
        var payload = found.Data.IsEmpty ? found.Decoded!.Value : ValueOf(found.Data);
        var name = found.Type ?? nameByHeader!;

        // In what is no CloudEvent an "id" is anybody's guess, the order's rather than the event's.
        return found.SpecVersion is null
            ? new IncomingEvent(name, payload)
            : new IncomingEvent(name, payload) { Id = found.Id, Source = found.Source, Time = found.Time };
    }

    /// <summary>
    /// What Adobe I/O Events puts around a payload taken off: <c>{"key", "value", "source", "_metadata"}</c>, or <c>{"value"}</c> alone. Anything else is a
    /// payload that has a field of that name.
    /// </summary>
    private static ReadOnlyMemory<byte> ValueOf(ReadOnlyMemory<byte> data)
    {
        var reader = new Utf8JsonReader(data.Span, Strict);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return data;
        ReadOnlyMemory<byte> value = default;
        var (count, isAdobes) = (0, false);
        for (; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; count++)
        {
            var isValue = reader.ValueTextEquals("value"u8);
            var isMark = reader.ValueTextEquals("source"u8) || reader.ValueTextEquals("_metadata"u8);
            if (!isValue && !isMark && !reader.ValueTextEquals("key"u8))
                return data;
            isAdobes |= isMark;
            reader.Read();
            if (isValue && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                return data;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isValue)
                value = data[start..(int)reader.BytesConsumed];
        }

        return value.IsEmpty || !(isAdobes || count == 1) ? data : value;
    }

    /// <summary>An attribute in a header: quotes taken off, then percent-decoded once, as the HTTP binding 3.1.3.2 says; null if it is missing or can't be read.</summary>
    private static string? Attribute(StringValues header)
    {
        if (header.Count != 1 || string.IsNullOrEmpty(header[0]))
            return null;
        var text = header[0]!;
        if (text.Length >= 2 && text[0] == '"' && text[^1] == '"')
            text = text[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        return text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
    }

    /// <summary>The members of an event's object that count.</summary>
    private struct Members
    {
        public string? SpecVersion;
        public string? Type;
        public string? Id;
        public string? Source;
        public string? Time;
        public ReadOnlyMemory<byte> Data;
        public ReadOnlyMemory<byte>? Decoded;
        private string? _contentType;
        private bool _isUndecodable;

        /// <summary>Takes a member; false if it was there before.</summary>
        public bool Take(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, [NotNullWhen(false)] out string? repeated)
        {
            repeated = null;
            if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (!Data.IsEmpty)
                    repeated = "data";
                Data = body[start..(int)reader.BytesConsumed];
            }
            else if (reader.ValueTextEquals("type"u8))
                repeated = Text(ref reader, ref Type, "type");
            else if (reader.ValueTextEquals("id"u8))
                repeated = Text(ref reader, ref Id, "id");
            else if (reader.ValueTextEquals("source"u8))
                repeated = Text(ref reader, ref Source, "source");
            else if (reader.ValueTextEquals("time"u8))
                repeated = Text(ref reader, ref Time, "time");
            else if (reader.ValueTextEquals("specversion"u8))
                repeated = Text(ref reader, ref SpecVersion, "specversion");
            else if (reader.ValueTextEquals("datacontenttype"u8))
                repeated = Text(ref reader, ref _contentType, "datacontenttype");
            else if (reader.ValueTextEquals("data_base64"u8))
                repeated = Decode(ref reader);
            else
            {
                reader.Read();
                reader.Skip();
            }

            return repeated is null;
        }

        public readonly string? Check(bool isCloudEvent, string? nameByHeader)
        {
            if (isCloudEvent && (SpecVersion != "1.0" || string.IsNullOrEmpty(Id) || string.IsNullOrEmpty(Source) || string.IsNullOrEmpty(Type)))
                return "A CloudEvent has \"specversion\" (\"1.0\"), \"id\", \"source\" and \"type\", each a text.";
            if (_isUndecodable)
                return "\"data_base64\" is no base64.";
            if (!Data.IsEmpty && Decoded is not null)
                return "An event has \"data\" or \"data_base64\", not both.";
            if (_contentType is not null && !_contentType.Contains("json", StringComparison.OrdinalIgnoreCase))
                return "Data of another type than JSON (\"datacontenttype\") can't be read.";
            if (Type is { Length: 0 } || (Type is null && nameByHeader is null))
                return NoName;
            if (Data.IsEmpty && Decoded is null)
                return "The event has no \"data\".";
            return Decoded is { } decoded && !IsJson(decoded.Span) ? "What \"data_base64\" holds is no JSON." : null;
        }

        /// <summary>Takes a text; anything else counts as not there, since a payload without "type" and "data" may have such fields of its own.</summary>
        private static string? Text(ref Utf8JsonReader reader, ref string? value, string name)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                reader.Skip();
                return null;
            }

            if (value is not null)
                return name;
            value = reader.GetString();
            return null;
        }

        private string? Decode(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (Decoded is not null)
                return "data_base64";
            if (reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes))
                Decoded = bytes;
            else
                _isUndecodable = true;
            reader.Skip();
            return null;
        }

        private static bool IsJson(ReadOnlySpan<byte> json)
        {
            try
            {
                var reader = new Utf8JsonReader(json, Strict);
                reader.Read();
                reader.Skip();
                return !reader.Read();
            }
            catch (JsonException)
            {
                return false;
            }
        }
    }
}
