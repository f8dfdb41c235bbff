using System.Globalization;
using Declarative.OAuth;
using Declarative.Rest;
using Declarative.Storage;
using Microsoft.Extensions.Options;

namespace Declarative.Integrations;

/// <summary>What a signed request asks for.</summary>
internal enum OAuthCall
{
    /// <summary>A request token.</summary>
    RequestToken,

    /// <summary>An access token for a request token.</summary>
    AccessToken,

    /// <summary>Anything else: the caller shows an access token.</summary>
    Api,
}

/// <summary>
/// Lets signed requests in: the originals' checks in the originals' order. The nonce's place is the sixth, yet its row is only written
/// once all else holds, so that a forged request burns none; it is then the unique key that decides between two at a time. Where a
/// later check fails, the row is looked for before that is said.
/// </summary>
internal sealed class OAuthGate(IntegrationCache integrations, IIntegrationStore store, NonceWriter nonces, IOptions<OAuthOptions> options, TimeProvider time)
{
    private const int MaxNonceLength = 128;

    private readonly OAuthOptions _options = options.Value;

    /// <summary>Who sent the request.</summary>
    /// <exception cref="RestException">The request is refused: 400 if it is malformed, else 401.</exception>
    public async ValueTask<IntegrationEntry> AdmitAsync(OAuthRequest request, OAuthCall call, CancellationToken cancellationToken)
    {
        var header = request.Header;
        CheckForm(header, call);
        await integrations.RefreshAsync(cancellationToken).ConfigureAwait(false);
        if (header.ConsumerKey!.Length != OAuthSecret.Length)
            throw new AuthenticationException("oauth_consumer_key must have 32 characters.");
        var integration = integrations.FindConsumer(header.ConsumerKey)
            ?? throw new AuthenticationException("There is no consumer with this oauth_consumer_key.");
        var nonce = new IntegrationNonce(integration.Record.Id, header.Nonce!, Timestamp(header.Timestamp!));
        await request.ReadFormAsync(cancellationToken).ConfigureAwait(false);
        if (Refusal(request, call, integration) is { } refusal)
            throw await store.HasNonceAsync(nonce, cancellationToken).ConfigureAwait(false) ? NonceUsed() : refusal;
        return await nonces.AddAsync(nonce).ConfigureAwait(false) ? integration : throw NonceUsed();
    }

    private void CheckForm(OAuthHeader header, OAuthCall call)
    {
        if (header.Version is { } version && version != "1.0")
            throw new InputException("oauth_version is '%version'; only 1.0 is known.", ("version", version));
        var missing = Required(call).Where(name => header.Find(name) is null).Select(static name => new RestError("%fieldName is required; it must not be empty.", ("fieldName", name))).ToList();
        if (missing.Count > 0)
            throw InputException.Of("The Authorization header is incomplete.", missing);
        if (call != OAuthCall.RequestToken && header.Token!.Length != OAuthSecret.Length)
            throw new InputException("oauth_token must have 32 characters.");
        if (header.SignatureMethod != OAuthSignature.HmacSha256 && !(_options.AcceptSha1 && header.SignatureMethod == OAuthSignature.HmacSha1))
            throw new InputException("oauth_signature_method is '%method'; %known.", ("method", header.SignatureMethod!), ("known", _options.AcceptSha1 ? "HMAC-SHA256 and HMAC-SHA1 are known" : "only HMAC-SHA256 is accepted"));
        if (header.Nonce!.Length > MaxNonceLength)
            throw new InputException("oauth_nonce may have at most 128 characters.");
    }

    private static IEnumerable<string> Required(OAuthCall call)
    {
        yield return "oauth_consumer_key";
        yield return OAuthHeader.SignatureName;
        yield return "oauth_signature_method";
        yield return "oauth_nonce";
        yield return "oauth_timestamp";
        if (call != OAuthCall.RequestToken)
            yield return "oauth_token";
        if (call == OAuthCall.AccessToken)
            yield return "oauth_verifier";
    }

    /// <summary>The originals call a wrong timestamp a wrong nonce, and let old ones in, so that a request can be repeated once its nonce is cleaned up.</summary>
    private long Timestamp(string text)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var timestamp) || timestamp == 0)
            throw new AuthenticationException("oauth_timestamp must be the time of the request in whole seconds since 1970.");
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var off = timestamp - now;
        var tolerance = (long)_options.TimestampTolerance.TotalSeconds;
        if (off > 100 * (decimal)now)
            throw new AuthenticationException("oauth_timestamp is far in the future. Is it in milliseconds? It must be in seconds since 1970.");
        if (off > tolerance)
            throw new AuthenticationException("oauth_timestamp is %seconds s after this host's clock; %tolerance are tolerated. Set the clocks right.", ("seconds", off), ("tolerance", tolerance));
        if (off < -tolerance)
            throw new AuthenticationException("oauth_timestamp is %seconds s before this host's clock; %tolerance are tolerated. Set the clocks right, and sign each request anew.", ("seconds", -off), ("tolerance", tolerance));
        return timestamp;
    }

    /// <summary>Why what comes after the nonce does not hold; null if it does.</summary>
    private AuthenticationException? Refusal(OAuthRequest request, OAuthCall call, IntegrationEntry integration)
    {
        var header = request.Header;
        var exchange = integration.Credentials.Exchange;
        OAuthSignature? key;
        switch (call)
        {
            case OAuthCall.RequestToken:
                if (exchange is null)
                    return new AuthenticationException("There is no verifier to exchange. An administrator must activate the integration first.");
                if (!IsInTime(exchange))
                    return new AuthenticationException("The time to ask for a request token is over. An administrator must activate the integration again.");
                key = integration.KeyFor("");
                break;
            case OAuthCall.AccessToken:
                if (exchange?.RequestToken is not { } token || !OAuthSecret.AreEqual(token.Token, header.Token!))
                    return new AuthenticationException("oauth_token is no request token of this consumer, or one that is used up.");
                if (!IsInTime(exchange))
                    return new AuthenticationException("oauth_token is used up, or the time to exchange it is over. An administrator must activate the integration again.");
                if (!OAuthSecret.AreEqual(exchange.Verifier, header.Verifier!))
                    return new AuthenticationException("oauth_verifier is not the one that was posted with the credentials.");
                key = integration.KeyFor(token.Secret);
                break;
            default:
                key = integration.AccessKey(header.Token!);
                if (key is null)
                    return new AuthenticationException("oauth_token is no access token of this consumer, or it was revoked.");
                break;
        }

        if (!request.IsSignedBy(key, header.SignatureMethod!))
            return new AuthenticationException("The signature is wrong. It covers the method, the URL as sent, the query, a form body and the oauth_ parameters, with the consumer's secret & the token's secret as the key.");
        return call == OAuthCall.Api && !integration.IsActive
            ? new AuthenticationException("The integration '%name' is not active. An administrator can activate it.", ("name", integration.Record.Name))
            : null;
    }

    private bool IsInTime(TokenExchange exchange) => time.GetUtcNow() < exchange.StartedAt + _options.ExchangePeriod;

    private static AuthenticationException NonceUsed() => new("oauth_nonce was used before. Each request needs a new one.");
}
