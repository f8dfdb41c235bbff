using Declarative.Rest;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Declarative.Acl;

/// <summary>For our own routes: further resources that the caller of the running request needs, depending on what was asked.</summary>
internal sealed class RouteAccess(IHttpContextAccessor http, IAuthorizationService authorization)
{
    /// <exception cref="AuthenticationException">The caller doesn't hold all of <paramref name="resources"/>.</exception>
    public async Task DemandAsync(IReadOnlyList<string> resources)
    {
        if (resources.Count == 0)
            return;
        var context = http.HttpContext ?? throw new InvalidOperationException("There is no request.");
        var verdict = await authorization.AuthorizeAsync(context.User, context, resources.Select(ResourcePolicy.Requirement)).ConfigureAwait(false);
        if (!verdict.Succeeded)
            throw new AuthenticationException("The caller is not allowed to use %resources.", ("resources", string.Join(",", resources)));
    }
}
