using Declarative.Acl;
using Declarative.OAuth;
using Microsoft.AspNetCore.Http;

namespace Declarative.Integrations;

/// <summary>Reads <c>Authorization: OAuth</c>: a call signed by an integration. What is wrong with it is told, as in the originals.</summary>
internal sealed class OAuthReader(OAuthGate gate) : ICredentialReader
{
    public ValueTask<CallerIdentity?> ReadAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        return header.Count == 1 && OAuthHeader.IsOAuth(header[0]) && context.GetEndpoint()?.Metadata.GetMetadata<TokenRoute>() is null
            ? ReadOnceAsync(context, header[0]!)
            : default;
    }

    /// <summary>A request may be read by the host's middleware and by the route: its nonce is good for one reading.</summary>
    private async ValueTask<CallerIdentity?> ReadOnceAsync(HttpContext context, string authorization)
    {
        if (context.Features.Get<CallerIdentity>() is { } known)
            return known;
        var request = OAuthRequest.Of(context, authorization);
        var caller = (await gate.AdmitAsync(request, OAuthCall.Api, context.RequestAborted).ConfigureAwait(false)).Identity();
        context.Features.Set(caller);
        return caller;
    }
}
