using Declarative.Acl;
using Declarative.Admin.Layout;
using Declarative.Integrations;
using Declarative.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace Declarative.Admin.Integrations;

/// <summary>Giving an integration its tokens: directly, or by the exchange with the third party.</summary>
internal sealed class ActivationPages(
    IntegrationService integrations,
    IntegrationPages pages,
    AclResourceTree resources,
    AdminUsers users,
    Grants grants,
    Forms forms,
    IOptions<RestOptions> rest,
    TimeProvider time)
{
    public static void Map(RouteGroupBuilder group)
    {
        var mine = group.MapGroup("/integrations").RequirePage(IntegrationPages.Resource);
        foreach (var isAnew in new[] { false, true })
        {
            var path = "/{id:long}/" + (isAnew ? "reauthorize" : "activate");
            mine.MapGet(path, Pages.With<ActivationPages>((page, context) => page.WithAsync(context, (_, one) => page.AskAsync(context, one, isAnew))));
            mine.MapPost(path, Pages.With<ActivationPages>((page, context) => page.WithAsync(context, (_, one) => page.ActivateAsync(context, one, isAnew))));
        }

        mine.MapGet("/{id:long}/exchange", Pages.With<ActivationPages>(static (page, context) => page.WithAsync(context, page.ExchangeAsync)));
        mine.MapGet("/{id:long}/exchange/status", Pages.With<ActivationPages>(static (page, context) => page.WithAsync(context, page.StatusAsync)));

        // Nothing is told or done here, and who comes back may have been signed out meanwhile.
        group.MapGet("/integrations/linked", static context => Pages.RenderAsync<LinkedPage>(context, [], isPopup: true)).AllowAnonymous();
    }

    private Task WithAsync(HttpContext context, Func<HttpContext, Integration, Task> handle) => pages.WithAsync(context, handle);

    private async Task AskAsync(HttpContext context, Integration integration, bool isAnew, string? problem = null, string? passwordError = null)
    {
        if (IsDecided(integration, isAnew))
        {
            await AdminMount.RedirectAsync(context, $"/integrations/{integration.Id}").ConfigureAwait(false);
            return;
        }

        // Who gets to see the tokens could call with them at once.
        var missing = integration.ExchangesTokens ? [] : await grants.MissingAsync(context.User, integration).ConfigureAwait(false);
        await Pages.RenderAsync<ActivatePage>(
            context,
            new()
            {
                [nameof(ActivatePage.Integration)] = integration,
                [nameof(ActivatePage.IsAnew)] = isAnew,
                [nameof(ActivatePage.Roots)] = resources.Roots,
                [nameof(ActivatePage.Missing)] = missing,
                [nameof(ActivatePage.Problem)] = problem,
                [nameof(ActivatePage.PasswordError)] = passwordError,
            },
            problem is null && passwordError is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest).ConfigureAwait(false);
    }

    private async Task ActivateAsync(HttpContext context, Integration integration, bool isAnew)
    {
        if (IsDecided(integration, isAnew))
        {
            await AdminMount.RedirectAsync(context, $"/integrations/{integration.Id}").ConfigureAwait(false);
            return;
        }

        var (values, isOurs) = await forms.ReadAsync(context).ConfigureAwait(false);
        if (!isOurs)
        {
            await AskAsync(context, integration, isAnew, Forms.TooOld).ConfigureAwait(false);
            return;
        }

        if (!integration.ExchangesTokens && await grants.MissingAsync(context.User, integration).ConfigureAwait(false) is { Count: > 0 })
        {
            await AskAsync(context, integration, isAnew, "Nothing was changed.").ConfigureAwait(false);
            return;
        }

        if (!await users.VerifyPasswordAsync(context.User.Identity!.Name!, values["password"].ToString(), context.RequestAborted).ConfigureAwait(false))
        {
            await AskAsync(context, integration, isAnew, passwordError: "The password is wrong, or can't be checked for now after too many wrong ones.").ConfigureAwait(false);
            return;
        }

        try
        {
            var callback = Callback(context);
            var activation = isAnew
                ? await integrations.ReauthorizeAsync(integration.Id, callback, context.RequestAborted).ConfigureAwait(false)
                : await integrations.ActivateAsync(integration.Id, callback, context.RequestAborted).ConfigureAwait(false);
            if (activation.Tokens is { } tokens)
                await Pages.RenderAsync<TokensPage>(context, new() { [nameof(TokensPage.Integration)] = activation.Integration, [nameof(TokensPage.Tokens)] = tokens }).ConfigureAwait(false);
            else
                await AdminMount.RedirectAsync(context, $"/integrations/{integration.Id}{(activation.IdentityLink is null ? "?done=activate" : "/exchange")}").ConfigureAwait(false);
        }
        catch (InputException exception)
        {
            await AskAsync(context, integration, isAnew, Words.Of(exception)).ConfigureAwait(false);
        }
    }

    /// <summary>Whether there is nothing to do: the page that showed the tokens is loaded again, for example.</summary>
    private static bool IsDecided(Integration integration, bool isAnew) =>
        isAnew ? !integration.ExchangesTokens : integration.Status == IntegrationStatus.Active;

    private Task ExchangeAsync(HttpContext context, Integration integration) => Pages.RenderAsync<ExchangePage>(context, new()
    {
        [nameof(ExchangePage.Integration)] = integration,
        [nameof(ExchangePage.State)] = ExchangeState.Of(integration, time.GetUtcNow()),
        [nameof(ExchangePage.IdentityLink)] = IdentityLink(context, integration),
    });

    private Task StatusAsync(HttpContext context, Integration integration)
    {
        PageHeaders.Add(context.Response);
        return context.Response.WriteAsJsonAsync(ExchangeState.Of(integration, time.GetUtcNow()), context.RequestAborted);
    }

    /// <summary>Where the third party's log-in page leads back to, by the configured address: the Host header says what anybody wants.</summary>
    private Uri Callback(HttpContext context) =>
        new(rest.Value.BaseUrl?.TrimEnd('/') + AdminMount.PrefixOf(context) + "/integrations/linked", UriKind.RelativeOrAbsolute);

    private string? IdentityLink(HttpContext context, Integration integration) => integration.IdentityLinkUrl is not { } link
        ? null
        : QueryHelpers.AddQueryString(link, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["oauth_consumer_key"] = integration.ConsumerKey,
            ["success_call_back"] = Callback(context).OriginalString,
        });
}
