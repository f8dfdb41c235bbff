using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Declarative.Testing;

/// <summary>Requests with an event, signed as senders sign them, for a test of a consumer.</summary>
public static class SignedRequest
{
    /// <summary>As the async events module sends: <c>{"data": …}</c>, the event's name in <c>x-event-name</c>, and <c>x-magento-signature</c>.</summary>
    /// <param name="path">The consumer's path.</param>
    /// <param name="secret">The shared secret.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="payload">What it carries; an object of C# gets snake_case names.</param>
    public static HttpRequestMessage Magento(string path, string secret, string eventName, object payload)
    {
        var body = Body(new Dictionary<string, object>(StringComparer.Ordinal) { ["data"] = payload });
        var request = Post(path, body);
        request.Headers.Add("x-event-name", eventName);
        request.Headers.Add("x-magento-signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)));
        return request;
    }

    /// <summary>As Standard Webhooks prescribes: <c>{"type": …, "timestamp": …, "data": …}</c> and the three <c>webhook-</c> headers.</summary>
    /// <param name="path">The consumer's path.</param>
    /// <param name="secret">The shared secret, <c>whsec_…</c> or plain.</param>
    /// <param name="eventName">The event's name.</param>
    /// <param name="payload">What it carries; an object of C# gets snake_case names.</param>
    /// <param name="now">When it is sent; the consumer refuses what is more than five minutes off its clock.</param>
    /// <param name="id">The <c>webhook-id</c>; the same for a repeat.</param>
    public static HttpRequestMessage StandardWebhooks(string path, string secret, string eventName, object payload, DateTimeOffset now, string? id = null)
    {
        const string Prefix = "whsec_";
        ArgumentNullException.ThrowIfNull(secret);
        var body = Body(new Dictionary<string, object>(StringComparer.Ordinal) { ["type"] = eventName, ["timestamp"] = now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), ["data"] = payload });
        var key = secret.StartsWith(Prefix, StringComparison.Ordinal) ? Convert.FromBase64String(secret[Prefix.Length..]) : Encoding.UTF8.GetBytes(secret);
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        id ??= "msg_" + Guid.CreateVersion7(now).ToString("N");
        var request = Post(path, body);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body])));
        return request;
    }

    private static byte[] Body(Dictionary<string, object> content) => JsonSerializer.SerializeToUtf8Bytes(content, Names.Wire);

    private static HttpRequestMessage Post(string path, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return request;
    }
}
