using System.Security.Claims;
using Declarative.Rest;
using Declarative.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Declarative.Acl;

/// <summary>
/// The authentication scheme of our tokens and signatures (<see cref="CallerReader"/>). It does not derive from ASP.NET Core's base class because that would bring
/// the Data Protection services into hosts that have none, and with them a key ring of the host's.
/// </summary>
internal sealed class CallerHandler(CallerReader reader) : IAuthenticationHandler
{
    private HttpContext _context = null!;
    private Task<AuthenticateResult>? _result;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync() => _result ??= ReadAsync();

    /// <summary>
    /// 401 for guests, unless a scheme of the host was asked before and has answered, by a redirect to its log-in for example; 503 while the store can't tell who the caller is.
    /// </summary>
    public async Task ChallengeAsync(AuthenticationProperties? properties)
    {
        if (_context.Response.StatusCode != StatusCodes.Status200OK)
            return;
        if ((await AuthenticateAsync().ConfigureAwait(false)).Failure is not StoreException)
        {
            Refuse();
            return;
        }

        _context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        _context.Response.Headers.RetryAfter = "1";
    }

    /// <summary>
    /// 401 for callers of ours too, as in the originals, where ASP.NET Core has 403. Callers that only a scheme of the host
    /// knows get what that scheme answered.
    /// </summary>
    public async Task ForbidAsync(AuthenticationProperties? properties)
    {
        var isOurs = (await AuthenticateAsync().ConfigureAwait(false)).Succeeded;
        if (isOurs || _context.Response.StatusCode == StatusCodes.Status200OK)
            Refuse();
    }

    private void Refuse()
    {
        _context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        _context.Response.Headers.Append(HeaderNames.WWWAuthenticate, "Bearer");
    }

    private async Task<AuthenticateResult> ReadAsync()
    {
        try
        {
            return await reader.ReadAsync(_context).ConfigureAwait(false) is { } caller
                ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(caller), CallerDefaults.AuthenticationScheme))
                : AuthenticateResult.NoResult();
        }
        catch (Exception exception) when (exception is RestException or StoreException)
        {
            // The route's pipeline reads again and tells what is wrong; the host's own endpoints are challenged.
            return AuthenticateResult.Fail(exception);
        }
    }
}
