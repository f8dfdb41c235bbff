using System.Globalization;

namespace Declarative.Commerce;

/// <summary>Signs each request with the stored tokens. What would go anywhere but to the store is neither signed nor sent.</summary>
internal sealed class SigningHandler(RegisteredStore store, CommerceTokens tokens, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!store.Holds(request.RequestUri!))
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{request.RequestUri!.GetLeftPart(UriPartial.Path)} is not below {store.BaseUrl} (Declarative:Commerce:BaseUrl), and this client talks to that store only. Use relative URLs without a slash at the beginning, such as rest/V1/orders, and another HttpClient for other hosts."));
        }

        // Read anew each time: an activation, on this node or another, counts for the next request.
        var stored = await tokens.FindAsync(cancellationToken).ConfigureAwait(false) ?? throw new IntegrationNotActivatedException(store.BaseUrl);
        var signer = new RequestSigner { ConsumerKey = stored.ConsumerKey, ConsumerSecret = stored.ConsumerSecret, Token = stored.AccessToken, TokenSecret = stored.AccessTokenSecret };
        await signer.SignAsync(request, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A request to the store can't be signed, since the store has given no tokens yet.</summary>
/// <param name="store">The store's address.</param>
public sealed class IntegrationNotActivatedException(Uri store)
    : InvalidOperationException($"There are no tokens for {store} yet. An administrator of the store must activate the integration (System > Extensions > Integrations); the tokens are fetched then.");
