using System.Security.Claims;
using Declarative.Acl;
using Declarative.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Declarative.Rest;

/// <summary>
/// What every request to a declared route goes through: who calls and may they, is the transport what the route wants, can we
/// answer in a form that is accepted; then the arguments, the service, the answer. It stands on its own: a host that forgets
/// its authorization middleware lets nobody in by that.
/// </summary>
internal sealed class RoutePipeline(WireJson json, CallerReader callers, IOptions<RestOptions> options, ErrorAnswer errors)
{
    private readonly RestOptions _options = options.Value;

    /// <summary>Handles a request to a route.</summary>
    public async Task HandleAsync(Route route, HttpContext context)
    {
        RouteCall? call = null;
        try
        {
            StoreCodes.Check(context, _options);
            await IdentifyAsync(context).ConfigureAwait(false);
            if (route.Requirements.Count > 0)
                await AuthorizeAsync(route, context).ConfigureAwait(false);
            if (route.Descriptor.IsSecure == true && !context.Request.IsHttps)
                throw new InputException("This operation is allowed over HTTPS only.");
            CheckAccept(context.Request.Headers.Accept);
            call = new RouteCall(route, context, json, _options);
            await call.BindAsync().ConfigureAwait(false);
            await route.Descriptor.Handle!(call).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await errors.WriteAsync(context, exception).ConfigureAwait(false);
        }
        finally
        {
            call?.Release();
        }
    }

    /// <summary>Answers with what is no declared route's, errors as everywhere.</summary>
    public async Task AnswerAsync(HttpContext context, RequestDelegate answer)
    {
        try
        {
            await answer(context).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await errors.WriteAsync(context, exception).ConfigureAwait(false);
        }
    }

    /// <summary>Answers what no route matches.</summary>
    public Task RefuseAsync(HttpContext context) => errors.WriteAsync(context, new NoSuchEntityException("No route matches the request; check its method and path."));

    /// <summary>
    /// Credentials of ours go before whoever else the host's own schemes found, as in the originals, on anonymous routes too.
    /// Mostly the host's middleware has read it already.
    /// </summary>
    private async ValueTask IdentifyAsync(HttpContext context)
    {
        if (context.User.Identity is not CallerIdentity
            && await callers.ReadAsync(context).ConfigureAwait(false) is { } caller)
        {
            context.User = new ClaimsPrincipal(caller);
        }
    }

    private static async ValueTask AuthorizeAsync(Route route, HttpContext context)
    {

        var authorization = context.RequestServices.GetRequiredService<IAuthorizationService>();
        var verdict = await authorization.AuthorizeAsync(context.User, context, route.Requirements).ConfigureAwait(false);
        if (!verdict.Succeeded)
            throw new AuthenticationException("The caller is not allowed to use %resources.", ("resources", route.ResourceList));
        context.Response.Headers.CacheControl = "no-store";
    }

    private static void CheckAccept(StringValues accept)
    {
        if (accept.Count == 0 || (accept.Count == 1 && accept[0] is "*/*" or "application/json" or ""))
            return;
        if (!MediaTypeHeaderValue.TryParseList(accept!, out var types))
            throw NotAcceptable(accept);
        foreach (var type in types)
        {
            if (type.Quality is not 0 && (type.MatchesAllTypes || (type.Type.Equals("application", StringComparison.OrdinalIgnoreCase) && (type.MatchesAllSubTypes || type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase)))))
                return;
        }

        throw NotAcceptable(accept);
    }

    private static RestException NotAcceptable(StringValues accept) => new("Answers are application/json, which the Accept header '%accept' rules out.", StatusCodes.Status406NotAcceptable, ("accept", accept));
}
