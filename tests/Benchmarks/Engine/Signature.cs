using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Declarative.Benchmarks.Engine;

/// <summary>The request that the engine sends, written by hand: same body, same headers, both signatures.</summary>
internal static class Signature
{
    public const string Token = "a-verification-token-of-usual-length";

    private static readonly byte[] Key = Encoding.UTF8.GetBytes(Token);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public static HttpRequestMessage Request(Uri receiver, string id, ReadOnlySpan<byte> payload)
    {
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var prefix = Encoding.ASCII.GetBytes($"{id}.{timestamp}.");
        byte[] signed = [.. prefix, .. "{\"data\":"u8, .. payload, (byte)'}'];
        var body = signed.AsMemory(prefix.Length);
        var request = new HttpRequestMessage(HttpMethod.Post, receiver) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = Json;
        request.Headers.TryAddWithoutValidation("user-agent", "Yardstick/1");
        request.Headers.TryAddWithoutValidation("x-event-name", OrdersModule.Created);
        request.Headers.TryAddWithoutValidation("x-attempt", "1");
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp);
        request.Headers.TryAddWithoutValidation("x-magento-signature", Convert.ToHexStringLower(HMACSHA256.HashData(Key, body.Span)));
        request.Headers.TryAddWithoutValidation("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key, signed)));
        return request;
    }

    public static HttpMessageInvoker Client() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        MaxConnectionsPerServer = EngineHost.InFlight,
        ActivityHeadersPropagator = null,
    });
}
