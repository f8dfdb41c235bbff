using Declarative.Storage;
using Declarative.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Declarative.Commerce;

/// <summary>
/// The popup's way through the application's log-in. What the store asks stays in the URL's query, to which a form without an
/// <c>action</c> posts, so there is no state to forge; it is checked at each request.
/// </summary>
internal sealed class IdentityLinkPage(RegisteredStore registered, CommerceTokens tokens, IIntegrationTokenStore store, ILogger<IdentityLinkPage> logger)
{
    private const string Unknown = "The store has not posted the credentials of this oauth_consumer_key within the last hour, or they could not be exchanged. Activate the integration again in the store's administration.";

    public async Task HandleAsync(HttpContext context, Func<HttpContext, IdentityLink, Task<string?>> login)
    {
        // The URL holds the key and a page of the store's administration: neither is for other sites, or for frames of theirs.
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = "frame-ancestors 'none'";

        var query = context.Request.Query;
        if (query["success_call_back"] is not [{ } callback] || !registered.TryRead(callback, out var url))
        {
            await RefuseAsync(context, $"success_call_back must be there once, and be an address of the store {registered.BaseUrl}.").ConfigureAwait(false);
            return;
        }

        if (query["oauth_consumer_key"] is not [{ Length: > 0 and <= CallbackPage.MaxLength } key] || !await tokens.KnowsAsync(key, context.RequestAborted).ConfigureAwait(false))
        {
            await RefuseAsync(context, Unknown).ConfigureAwait(false);
            return;
        }

        var person = await login(context, new IdentityLink(key, url)).ConfigureAwait(false);
        if (string.IsNullOrEmpty(person))
            return;
        if (!await store.TieAsync(key, person, context.RequestAborted).ConfigureAwait(false))
        {
            await RefuseAsync(context, Unknown).ConfigureAwait(false);
            return;
        }

        logger.LoginTied(registered.BaseUrl.Authority);
        context.Response.Redirect(url.AbsoluteUri);
    }

    private Task RefuseAsync(HttpContext context, string problem)
    {
        logger.LinkRefused(problem);
        return PlainAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, problem);
    }
}
