using Declarative.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Declarative.Commerce;

/// <summary>
/// Takes the four fields that a store posts when an administrator activates the integration. Anybody can post, so what is posted
/// names nothing that is talked to: the exchange goes to the registered store, which alone can say that the credentials are its own.
/// </summary>
internal sealed class CallbackPage(RegisteredStore registered, CommerceTokens tokens, PostSignal signal, ILogger<CallbackPage> logger)
{
    /// <summary>Most characters of a key, secret or verifier; stores make them of 32.</summary>
    public const int MaxLength = 128;

    private const int MaxBytes = 16 * 1024;

    public async Task HandleAsync(HttpContext context)
    {
        var (status, problem) = await TakeAsync(context).ConfigureAwait(false);
        if (problem is not null)
            logger.PostRefused(problem);
        await PlainAnswer.WriteAsync(context, status, problem ?? "").ConfigureAwait(false);
    }

    private async Task<(int Status, string? Problem)> TakeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBytes;
        if (!context.Request.HasFormContentType)
            return (StatusCodes.Status400BadRequest, "The body must be a form.");
        IFormCollection form;
        try
        {
            form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is BadHttpRequestException or InvalidDataException)
        {
            return ((exception as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest, "The form can't be read.");
        }

        foreach (var name in (ReadOnlySpan<string>)["oauth_consumer_key", "oauth_consumer_secret", "oauth_verifier", "store_base_url"])
        {
            if (form[name] is not [{ Length: > 0 } value] || (value.Length > MaxLength && name != "store_base_url"))
                return (StatusCodes.Status400BadRequest, $"The field {name} must be there once, with 1 to {MaxLength} characters.");
        }

        if (!registered.Is(form["store_base_url"].ToString()))
            return (StatusCodes.Status400BadRequest, "The field store_base_url is not the address of the store that this application belongs to.");
        var posted = new PostedCredentials { ConsumerKey = form["oauth_consumer_key"].ToString(), ConsumerSecret = form["oauth_consumer_secret"].ToString(), Verifier = form["oauth_verifier"].ToString() };
        if (!await tokens.AddPostAsync(posted, context.RequestAborted).ConfigureAwait(false))
            return (StatusCodes.Status503ServiceUnavailable, "Too many credentials wait to be exchanged; try again in a moment.");
        logger.CredentialsPosted(registered.BaseUrl.Authority);
        signal.Set();
        return (StatusCodes.Status200OK, null);
    }
}
