using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Declarative.Events;
using Declarative.Storage;
using RabbitMQ.Client;

namespace Declarative.RabbitMq;

/// <summary>
/// An event message as AMQP carries it: the body is the originals' array of strings, everything else travels as properties and headers,
/// which publishers of the originals leave out and their consumers don't look at.
/// </summary>
internal static class AmqpMessage
{
    public const string RoutingKey = "event.trigger";
    public const string Reason = "x-declarative-reason";

    private const string Original = "x-declarative-original";
    private const string IdempotencyKey = "x-declarative-idempotency-key";
    private const string RequestHash = "x-declarative-request-hash";
    private const string CarriesPayload = "x-declarative-carries-payload";
    private const string CreatedAt = "x-declarative-created-at";
    private const string TraceParent = "traceparent";
    private const string TraceState = "tracestate";

    /// <summary>The trace once more: a host that traces the AMQP client has that overwrite <c>traceparent</c> with a span that has no parent.</summary>
    private const string OwnTraceParent = "x-declarative-traceparent";

    public static byte[] Body(NewMessage message) => new EventMessage(message.Name, message.Json, message.StoreId).ToWire();

    public static BasicProperties Properties(NewMessage message)
    {
        var headers = new Dictionary<string, object?>(8, StringComparer.Ordinal)
        {
            [CarriesPayload] = message.CarriesPayload,
            [CreatedAt] = message.CreatedAt.ToUnixTimeMilliseconds(),
        };
        if (message.Original is { } original)
            headers[Original] = original;
        if (message.IdempotencyKey is { } key)
            headers[IdempotencyKey] = key;
        if (message.RequestHash is { } hash)
            headers[RequestHash] = hash;
        if (message.TraceParent is { } parent)
            headers[TraceParent] = headers[OwnTraceParent] = parent;
        if (message.TraceState is { } state)
            headers[TraceState] = state;
        return new BasicProperties
        {
            MessageId = message.Id.ToString(),
            ContentType = "application/json",
            DeliveryMode = DeliveryModes.Persistent,
            Timestamp = new AmqpTimestamp(message.CreatedAt.ToUnixTimeSeconds()),
            Headers = headers,
        };
    }

    /// <summary>Reads a message of ours or of a publisher that knows the body only.</summary>
    /// <param name="body">The body.</param>
    /// <param name="properties">Properties and headers.</param>
    /// <param name="carriesPayload">Whether an event's messages carry its payload, for publishers that don't say.</param>
    /// <param name="maxBytes">The longest JSON.</param>
    /// <param name="now">The time, for a message without id.</param>
    /// <exception cref="FormatException">It is no event message.</exception>
    public static NewMessage Read(ReadOnlySpan<byte> body, IReadOnlyBasicProperties properties, Func<string, bool> carriesPayload, int maxBytes, DateTimeOffset now)
    {
        var message = EventMessage.FromWire(body);
        if (message.Json.Length > maxBytes)
            throw new FormatException($"Its JSON has {message.Json.Length} bytes; Declarative:Publishing:MaxMessageBytes allows {maxBytes}.");
        Check(message.Json.Span, "JSON");
        var headers = properties.Headers;
        var name = message.Name.ToLowerInvariant();
        var original = Bytes(headers, Original);
        if (original is not null)
            Check(original, Original);
        var key = Text(headers, IdempotencyKey);
        if (key is { Length: 0 or > 255 })
            throw new FormatException($"The header {IdempotencyKey} must be 1 to 255 characters long.");
        return new NewMessage
        {
            Id = IdOf(properties.IsMessageIdPresent() ? properties.MessageId : null, now),
            Name = name,
            StoreId = message.StoreId,
            CarriesPayload = Value(headers, CarriesPayload) as bool? ?? carriesPayload(name),
            Json = message.Json.ToArray(),
            Original = original,
            IdempotencyKey = key,
            RequestHash = key is null ? null : Bytes(headers, RequestHash) ?? SHA256.HashData(body),
            TraceParent = Text(headers, OwnTraceParent) ?? Text(headers, TraceParent),
            TraceState = Text(headers, TraceState),
            CreatedAt = TimeOf(headers, properties, now),
        };
    }

    /// <summary>
    /// Ours is a UUID with hyphens and stays. Another publisher's text (Magento's is an MD5) gives the same UUID each time, of version 8,
    /// so that a message which the broker delivers again is the same event.
    /// </summary>
    private static Guid IdOf(string? id, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(id))
            return Guid.CreateVersion7(now);
        if (Guid.TryParseExact(id, "D", out var own) && own != Guid.Empty)
            return own;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    private static DateTimeOffset TimeOf(IDictionary<string, object?>? headers, IReadOnlyBasicProperties properties, DateTimeOffset now)
    {
        try
        {
            var stated = Value(headers, CreatedAt) is long milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                : properties.IsTimestampPresent() ? DateTimeOffset.FromUnixTimeSeconds(properties.Timestamp.UnixTime)
                : now;

            // An event that would be made only later would not be due before then.
            return stated < now ? stated : now;
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new FormatException("Its time is none: " + exception.Message, exception);
        }
    }

    /// <summary>Text that is no JSON would only fail later, in the worker, again and again.</summary>
    private static void Check(ReadOnlySpan<byte> json, string what)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
                reader.Skip();
        }
        catch (JsonException exception)
        {
            throw new FormatException($"Its {what} is none: {exception.Message}", exception);
        }
    }

    private static object? Value(IDictionary<string, object?>? headers, string name) =>
        headers is not null && headers.TryGetValue(name, out var value) ? value : null;

    private static byte[]? Bytes(IDictionary<string, object?>? headers, string name) => Value(headers, name) as byte[];

    private static string? Text(IDictionary<string, object?>? headers, string name) =>
        Bytes(headers, name) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
}
