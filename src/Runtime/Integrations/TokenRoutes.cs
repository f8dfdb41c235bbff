using System.Collections.Concurrent;
using System.Net.Mime;
using System.Text;
using Declarative.OAuth;
using Declarative.Rest;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Declarative.Telemetry;

namespace Declarative.Integrations;

/// <summary>
/// <c>POST /oauth/token/request</c> and <c>/oauth/token/access</c>: where a third party fetches its tokens. Answers and errors are
/// form-encoded text, as in the originals.
/// </summary>
internal sealed class TokenRoutes(OAuthGate gate, IntegrationCache integrations, ExchangeRefusals refusals, TimeProvider time, ILogger<TokenRoutes> logger)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        Map(endpoints, "/oauth/token/request", OAuthCall.RequestToken);
        Map(endpoints, "/oauth/token/access", OAuthCall.AccessToken);
    }

    private void Map(IEndpointRouteBuilder endpoints, string path, OAuthCall call) =>
        endpoints.MapPost(path, context => HandleAsync(context, call)).WithMetadata(new AllowAnonymousAttribute(), TokenRoute.Mark).ExcludeFromDescription();

    private async Task HandleAsync(HttpContext context, OAuthCall call)
    {
        OAuthRequest? request = null;
        try
        {
            var authorization = context.Request.Headers.Authorization;
            if (authorization.Count != 1 || !OAuthHeader.IsOAuth(authorization[0]))
                throw new InputException("The Authorization header must be one of the scheme OAuth.");
            request = OAuthRequest.Of(context, authorization[0]!);
            var integration = await gate.AdmitAsync(request, call, context.RequestAborted).ConfigureAwait(false);
            var token = await IssueAsync(integration, call).ConfigureAwait(false);
            await WriteAsync(context, StatusCodes.Status200OK, $"oauth_token={token.Token}&oauth_token_secret={token.Secret}").ConfigureAwait(false);
        }
        catch (RestException exception)
        {
            if (request?.Header.ConsumerKey is { } key && integrations.FindConsumer(key) is { } integration)
                refusals.Note(integration.Record.Id, exception);
            await WriteAsync(context, exception.Status, "oauth_problem=" + Uri.EscapeDataString(exception.Filled)).ConfigureAwait(false);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            var report = "oauth-" + Guid.CreateVersion7().ToString("N");
            logger.RouteFailed(report, context.Request.Method, context.Request.Path, exception);
            await WriteAsync(context, StatusCodes.Status500InternalServerError, "oauth_problem=internal_error&message=" + Uri.EscapeDataString("The log has the details under the report ID " + report)).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The token that an admitted call asks for. It is not cancelled by a caller who hangs up: what was issued is found again by asking again.
    /// </summary>
    /// <exception cref="AuthenticationException">The exchange that it was admitted to has ended meanwhile.</exception>
    internal async Task<SecretToken> IssueAsync(IntegrationEntry admitted, OAuthCall call)
    {
        var after = await integrations.ChangeAsync(admitted.Record.Id, before => Next(before, admitted.Credentials.Exchange!, call), CancellationToken.None).ConfigureAwait(false);
        var exchange = after.Credentials.Exchange!;
        return call == OAuthCall.RequestToken ? exchange.RequestToken! : exchange.AccessToken!;
    }

    /// <summary>One step of the exchange; null if it was made before, by the same call. Two at the same time make one step.</summary>
    private IntegrationChange? Next(IntegrationEntry before, TokenExchange admitted, OAuthCall call)
    {
        // Who was admitted to an exchange that has ended since then gets nothing of the next one.
        if (before.Credentials.Exchange is not { } exchange || exchange.Verifier != admitted.Verifier)
            throw new AuthenticationException("The exchange was called off meanwhile.");
        var now = time.GetUtcNow();
        if (call == OAuthCall.RequestToken)
        {
            return exchange.RequestToken is not null
                ? null
                : new IntegrationChange(before.Record with { ModifiedAt = now }, before.Credentials.With(exchange.With(SecretToken.New())));
        }

        if (exchange.AccessToken is not null)
            return null;
        var access = SecretToken.New();
        refusals.Clear(before.Record.Id);
        return new IntegrationChange(
            before.Record with { Status = IntegrationStatus.Active, ModifiedAt = now },
            before.Credentials.With(exchange.With(exchange.RequestToken!, access), [access]));
    }

    private static async Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/x-www-form-urlencoded; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = OAuthHeader.Scheme;
        await context.Response.WriteAsync(body, Encoding.ASCII, context.RequestAborted).ConfigureAwait(false);
    }
}

/// <summary>Marks the token routes, whose signatures are no calls' signatures.</summary>
internal sealed class TokenRoute
{
    public static readonly TokenRoute Mark = new();
}

/// <summary>Why a third party's last call to a token route was refused, in this process' memory: what the administrator who waits wants to read.</summary>
internal sealed class ExchangeRefusals
{
    private readonly ConcurrentDictionary<long, string> _last = new();

    public string? Find(long integration) => _last.GetValueOrDefault(integration);

    /// <summary>The consumer key is no secret, so anybody can have a call refused: values of the caller's are shown only if they are short and plain.</summary>
    public void Note(long integration, RestException exception) => _last[integration] = exception.Fill(static value => IsPlain(value) ? value : "…");

    public void Clear(long integration) => _last.TryRemove(integration, out _);

    private static bool IsPlain(string value) => value.Length <= 40 && value.All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' or ' ');
}
