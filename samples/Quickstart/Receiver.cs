using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Quickstart;

/// <summary>
/// The other side, as somebody else would write it: checks both signatures over the raw body, then answers as its path
/// says: <c>orders</c> accepts, <c>customers</c> is busy twice first, <c>products</c> is broken for good.
/// </summary>
public sealed class Receiver
{
    public const string Token = "fv38u07Wdh$R@mRd";

    private readonly ConcurrentDictionary<string, int> _calls = new(StringComparer.Ordinal);
    private int _verified;
    private int _refused;

    public int Verified => _verified;

    public int Refused => _refused;

    public void MapTo(WebApplication app) => app.MapPost("/receiver/{name}", async (HttpRequest request, string name) =>
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        if (!IsSigned(request.Headers, body.ToArray()))
        {
            Interlocked.Increment(ref _refused);
            return Results.Text("bad signature", statusCode: StatusCodes.Status401Unauthorized);
        }

        Interlocked.Increment(ref _verified);
        var call = _calls.AddOrUpdate(name, 1, (_, calls) => calls + 1);
        return name switch
        {
            "customers" when call <= 2 => Results.Text("busy, try again", statusCode: StatusCodes.Status503ServiceUnavailable),
            "products" => Results.Text("out of order", statusCode: StatusCodes.Status500InternalServerError),
            _ => Results.Text("thank you"),
        };
    });

    private static bool IsSigned(IHeaderDictionary headers, byte[] body)
    {
        var key = Encoding.UTF8.GetBytes(Token);
        var magento = Convert.ToHexStringLower(HMACSHA256.HashData(key, body));

        // https://www.standardwebhooks.com: "id.timestamp.body", base64, and not older than five minutes.
        var id = headers["webhook-id"].ToString();
        var timestamp = headers["webhook-timestamp"].ToString();
        var signed = Encoding.UTF8.GetBytes($"{id}.{timestamp}.").Concat(body).ToArray();
        var standard = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
        var age = TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(long.TryParse(timestamp, out var seconds) ? seconds : 0);

        return Same(headers["x-magento-signature"], magento)
            && headers["webhook-signature"].ToString().Split(' ').Any(one => Same(one, standard))
            && age.Duration() < TimeSpan.FromMinutes(5);
    }

    private static bool Same(string? given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given ?? ""), Encoding.UTF8.GetBytes(expected));
}
