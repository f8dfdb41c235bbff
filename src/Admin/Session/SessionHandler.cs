using Declarative.Acl;
using Declarative.Admin.Layout;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Declarative.Admin.Session;

/// <summary>
/// The authentication scheme of the pages. Who isn't signed in is sent to sign in and then back; who may not is told what is missing.
/// </summary>
internal sealed class SessionHandler(AdminUsers users, AclResourceTree resources) : IAuthenticationHandler
{
    private HttpContext _context = null!;
    private Task<AuthenticateResult>? _result;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync() => _result ??= ReadAsync();

    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        var request = _context.Request;

        // A POST is lost; its form stands at the same address.
        var asked = request.PathBase.ToUriComponent() + request.Path.ToUriComponent() + (HttpMethods.IsGet(request.Method) ? request.QueryString.Value : "");
        return AdminMount.RedirectAsync(_context, QueryHelpers.AddQueryString("/login", "return", asked));
    }

    public Task ForbidAsync(AuthenticationProperties? properties)
    {
        var id = _context.GetEndpoint()?.Metadata.GetMetadata<PageResource>()?.Id ?? "";
        return Pages.RenderAsync<ForbiddenPage>(
            _context,
            new() { [nameof(ForbiddenPage.Id)] = id, [nameof(ForbiddenPage.Title)] = resources.TitleOf(id) },
            StatusCodes.Status403Forbidden);
    }

    private async Task<AuthenticateResult> ReadAsync()
    {
        var caller = SessionCookie.Read(_context) is { } token ? await users.FindCallerAsync(token, _context.RequestAborted).ConfigureAwait(false) : null;
        return caller is null
            ? AuthenticateResult.NoResult()
            : AuthenticateResult.Success(new AuthenticationTicket(caller, SessionScheme.Name));
    }
}
