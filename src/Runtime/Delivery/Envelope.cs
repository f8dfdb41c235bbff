using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Declarative.Eventing;
using Declarative.Modules;
using Microsoft.Extensions.Options;

namespace Declarative.Delivery;

/// <summary>What stands around a payload in each form, so that the payload's bytes are copied once and never read again.</summary>
/// <remarks>
/// The data of CloudEvents to eventing's subscriptions has Adobe I/O Events' form, which its consumers read:
/// <c>{"key": id, "source": "merchant.environment", "_metadata": {…}, "value": payload}</c>.
/// </remarks>
internal sealed class Envelope(EventingState state, IOptions<EventingOptions> options)
{
    private const string SpecVersion = "1.0";

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue CloudEvent = new("application/cloudevents+json") { CharSet = "utf-8" };

    public static MediaTypeHeaderValue ContentType(DeliveryFormat format) => format == DeliveryFormat.CloudEvents ? CloudEvent : Json;

    /// <summary>What comes before the payload, and after it.</summary>
    public (byte[] Before, byte[] After) Around(Notification notification) => notification.Format switch
    {
        DeliveryFormat.CloudEvents => Join(WriteCloudEvent(notification), DataOf(notification), "}"u8),
        DeliveryFormat.CloudEventsBinary => DataOf(notification),
        DeliveryFormat.Standard => (WriteStandard(notification), "}"u8.ToArray()),
        _ => (Aligent, AligentEnd),
    };

    /// <summary>The attributes that binary mode has as headers.</summary>
    public void AddHeaders(HttpRequestHeaders headers, Notification notification)
    {
        if (notification.Format != DeliveryFormat.CloudEventsBinary)
            return;
        headers.TryAddWithoutValidation("ce-specversion", SpecVersion);
        headers.TryAddWithoutValidation("ce-id", notification.WebhookId);
        headers.TryAddWithoutValidation("ce-type", notification.EventCode);
        headers.TryAddWithoutValidation("ce-source", Source(notification));
        headers.TryAddWithoutValidation("ce-time", Time(notification));
    }

    private static byte[] Aligent { get; } = "{\"data\":"u8.ToArray();

    private static byte[] AligentEnd { get; } = "}"u8.ToArray();

    private static byte[] WriteStandard(Notification notification) => Write(writer =>
    {
        writer.WriteString("type"u8, notification.EventCode);
        writer.WriteString("timestamp"u8, Time(notification));
        writer.WritePropertyName("data"u8);
    });

    private byte[] WriteCloudEvent(Notification notification) => Write(writer =>
    {
        writer.WriteString("specversion"u8, SpecVersion);
        writer.WriteString("id"u8, notification.WebhookId);
        writer.WriteString("type"u8, notification.EventCode);
        writer.WriteString("source"u8, Source(notification));
        writer.WriteString("time"u8, Time(notification));
        writer.WriteString("datacontenttype"u8, "application/json");
        writer.WritePropertyName("data"u8);
    });

    private (byte[] Before, byte[] After) DataOf(Notification notification)
    {
        if (!notification.IsNamed)
            return ([], []);
        var before = Write(writer =>
        {
            writer.WriteString("key"u8, notification.WebhookId);
            writer.WriteString("source"u8, $"{state.MerchantId}.{state.EnvironmentId}");
            writer.WritePropertyName("_metadata"u8);
            WriteMetadata(writer, notification.StoreId);
            writer.WritePropertyName("value"u8);
        });
        return (before, AligentEnd);
    }

    /// <summary>What Adobe Commerce tells about where an event comes from; all of it text.</summary>
    private void WriteMetadata(Utf8JsonWriter writer, int storeId)
    {
        var place = options.Value.Stores.TryGetValue(storeId, out var known) ? known : new StorePlace();
        writer.WriteStartObject();
        writer.WriteString("commerceEdition"u8, options.Value.CommerceEdition);
        writer.WriteString("commerceVersion"u8, options.Value.CommerceVersion ?? ModuleCatalog.PackageVersion);
        writer.WriteString("eventsClientVersion"u8, ModuleCatalog.PackageVersion);
        writer.WriteString("storeId"u8, Text(storeId));
        writer.WriteString("websiteId"u8, Text(place.WebsiteId));
        writer.WriteString("storeGroupId"u8, Text(place.StoreGroupId));
        writer.WriteEndObject();
    }

    /// <summary>The provider as Adobe I/O Events writes it; else the store's id, as the async events module does.</summary>
    private string Source(Notification notification) => notification.IsNamed && (notification.ProviderId ?? state.ProviderId) is { } provider
        ? "urn:uuid:" + Uri.EscapeDataString(provider)
        : Text(notification.StoreId);

    private static string Time(Notification notification) => notification.PublishedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The beginning of an object, up to where the payload comes.</summary>
    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream(256);
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            write(writer);
        }

        return stream.ToArray();
    }

    private static (byte[] Before, byte[] After) Join(byte[] outer, (byte[] Before, byte[] After) inner, ReadOnlySpan<byte> end) =>
        ([.. outer, .. inner.Before], [.. inner.After, .. end]);
}
