using System.Net;

namespace Declarative.Delivery;

/// <summary>
/// How requests leave for addresses that people name: no proxy, no cookies, no redirects, and only to addresses that
/// <see cref="AddressGuard"/> lets through.
/// </summary>
internal static class OutgoingHttp
{
    public static SocketsHttpHandler Handler(AddressGuard guard, DeliveryOptions options) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = options.ConnectTimeout,
        ConnectCallback = guard.ConnectAsync,
        MaxConnectionsPerServer = options.Endpoints.Values.Select(static limit => limit.MaxInFlight ?? 0).Append(options.MaxInFlightPerEndpoint).Max(),
        PooledConnectionLifetime = TimeSpan.FromMinutes(3),

        // In KiB. All of it becomes objects, of as many attempts as are under way: 64, the default, were 130 MB beside 200 receivers that send headers without end.
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,
        ResponseDrainTimeout = TimeSpan.Zero,
        ActivityHeadersPropagator = null,
    };

    /// <summary>Why requests can't go to the URL; null if they can, as far as can be told before its name is resolved.</summary>
    public static string? ProblemOf(string text, AddressGuard guard)
    {
        const int MaxLength = 2048;
        if (text.Length > MaxLength)
            return $"the URL is longer than {MaxLength} characters.";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return $"'{text}' is no absolute http or https URL.";
        if (url.UserInfo.Length > 0)
            return "the URL holds a user name or password; receivers are authenticated by the signature.";
        return IPAddress.TryParse(url.DnsSafeHost, out var literal) && !guard.IsAllowed(literal)
            ? $"the address {literal} is not public; allow its network by Declarative:Delivery:AllowedNetworks."
            : null;
    }
}
