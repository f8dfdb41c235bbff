using System.Globalization;
using Declarative.OAuth;

namespace Declarative.Commerce;

/// <summary>
/// Signs requests by OAuth 1.0a with HMAC-SHA256 (RFC 5849), in the header only. A class, so that no <c>ToString</c> shows what it holds.
/// </summary>
internal sealed class RequestSigner
{
    public required string ConsumerKey { get; init; }

    public required string ConsumerSecret { get; init; }

    public string? Token { get; init; }

    public string TokenSecret { get; init; } = "";

    public string? Verifier { get; init; }

    /// <summary>Signs a request, which may have been signed before: each time it gets a nonce of its own.</summary>
    /// <param name="request">The request, with an absolute URL. Its query is rewritten to the spelling that is signed.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels reading a form.</param>
    public async ValueTask SignAsync(HttpRequestMessage request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var url = request.RequestUri = Spelled(request.RequestUri!);
        List<OAuthParameter> header =
        [
            new("oauth_consumer_key", ConsumerKey),
            new("oauth_nonce", OAuthSecret.New()),
            new("oauth_signature_method", OAuthSignature.HmacSha256),
            new("oauth_timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            new("oauth_version", "1.0"),
        ];
        if (Token is not null)
            header.Add(new OAuthParameter("oauth_token", Token));
        if (Verifier is not null)
            header.Add(new OAuthParameter("oauth_verifier", Verifier));

        var signed = new List<OAuthParameter>(header);
        OAuthParameter.Read(QueryOf(url), plusIsSpace: true, signed);
        if (request.Content is { } content && string.Equals(content.Headers.ContentType?.MediaType, "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            OAuthParameter.Read(await content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false), plusIsSpace: true, signed);

        // As the Host header is written: an address of IPv6 in brackets, a name in ASCII.
        var host = url.HostNameType == UriHostNameType.IPv6 ? url.Host : url.IdnHost;
        var address = SignatureBase.Address(url.Scheme, url.IsDefaultPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{url.Port}"), url.AbsolutePath);
        var text = SignatureBase.Of(request.Method.Method, address, signed, StringComparer.Ordinal);
        header.Add(new OAuthParameter(OAuthHeader.SignatureName, new OAuthSignature(ConsumerSecret, TokenSecret).Sign(text, OAuthSignature.HmacSha256)));
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("Authorization", OAuthHeader.Write(header));
    }

    /// <summary>
    /// The URL with each pair of its query as <c>name=value</c>, percent-encoded. It means the same, but servers disagree about what a plus,
    /// a name without a value or a second equals sign contribute to the signature; spelled so, they can't.
    /// </summary>
    private static Uri Spelled(Uri url)
    {
        var pairs = new List<OAuthParameter>();
        OAuthParameter.Read(QueryOf(url), plusIsSpace: true, pairs);
        var query = string.Join('&', pairs.Select(static pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}"));
        return new Uri(url.GetLeftPart(UriPartial.Path) + (query.Length == 0 ? "" : "?" + query));
    }

    private static ReadOnlySpan<char> QueryOf(Uri url) => url.Query.Length == 0 ? [] : url.Query.AsSpan(1);
}
