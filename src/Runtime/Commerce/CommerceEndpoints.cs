using Declarative.Commerce;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative;

/// <summary>The two pages that an integration of a store needs; the store knows them by their URLs.</summary>
public static class CommerceEndpoints
{
    /// <summary>
    /// Maps the page that an integration names as its <c>endpoint_url</c>. The store posts credentials to it when an administrator
    /// activates the integration; they are answered with 200, exchanged for tokens in the background (within 5 minutes, also over a
    /// restart), and the tokens are kept for the clients of <see cref="DeclarativeBuilder.AddCommerceClient()"/>.
    /// </summary>
    /// <remarks>
    /// Anybody may post. What names another store than <c>Declarative:Commerce:BaseUrl</c> is answered with 400; nothing is ever sent to
    /// an address that was posted, and tokens that work stay until other credentials were exchanged.
    /// </remarks>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The page's path, e.g. <c>/integration/callback</c>.</param>
    /// <exception cref="InvalidOperationException">AddCommerceClient() was not called.</exception>
    public static IEndpointConventionBuilder MapIntegrationCallback(this IEndpointRouteBuilder endpoints, string pattern)
    {
        Require(endpoints, nameof(MapIntegrationCallback));
        return endpoints.MapPost(pattern, static context => context.RequestServices.GetRequiredService<CallbackPage>().HandleAsync(context)).WithMetadata(new AllowAnonymousAttribute()).ExcludeFromDescription();
    }

    /// <summary>
    /// Maps the page that an integration names as its <c>identity_link_url</c>. The store opens it in a popup; once the person is logged
    /// in here, the consumer's key is tied to the log-in and the person is led back to the store.
    /// </summary>
    /// <remarks>
    /// A <c>success_call_back</c> that does not lie within the store is answered with 400, so that the page is no open redirect. So is a
    /// consumer key that was not posted to the callback page.
    /// </remarks>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The page's path, e.g. <c>/integration/login</c>; GET and POST.</param>
    /// <param name="login">
    /// Gives the name or id of who is logged in, or writes a page that asks for it and gives null. A form without an <c>action</c> posts to
    /// the same URL, so that this is called again. Where the application's own authentication does that, call
    /// <c>RequireAuthorization()</c> on what is returned, and give <c>context.User.Identity?.Name</c>.
    /// </param>
    /// <exception cref="InvalidOperationException">AddCommerceClient() was not called.</exception>
    public static IEndpointConventionBuilder MapIdentityLink(this IEndpointRouteBuilder endpoints, string pattern, Func<HttpContext, IdentityLink, Task<string?>> login)
    {
        ArgumentNullException.ThrowIfNull(login);
        Require(endpoints, nameof(MapIdentityLink));
        return endpoints.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Post], context => context.RequestServices.GetRequiredService<IdentityLinkPage>().HandleAsync(context, login)).ExcludeFromDescription();
    }

    private static void Require(IEndpointRouteBuilder endpoints, string method)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.ServiceProvider.GetService<RegisteredStore>() is null)
            throw new InvalidOperationException($"{method}() needs declarative.AddCommerceClient() in builder.AddDeclarative(declarative => ...).");
    }
}
