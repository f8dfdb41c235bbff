using Declarative.Acl;
using Declarative.Merging;
using Declarative.Rest;
using Microsoft.Extensions.Options;

namespace Declarative.Integrations;

/// <summary>
/// <c>integrations</c> over REST; the originals have them in their pages only. Nobody gives away what they don't hold: who gives an
/// integration resources, or gets to see its tokens, needs these resources too.
/// </summary>
internal sealed class IntegrationRoutes(IntegrationService integrations, RouteAccess access, IOptions<RestOptions> options)
{
    private static readonly SearchPage<IntegrationView> Search = new(new Dictionary<string, Func<IntegrationView, object?>>(StringComparer.Ordinal)
    {
        ["integration_id"] = static one => one.IntegrationId,
        ["name"] = static one => one.Name,
        ["email"] = static one => one.Email,
        ["status"] = static one => one.Status,
        ["type"] = static one => one.Type,
        ["created_at"] = static one => one.CreatedAt.ToString("O"),
        ["modified_at"] = static one => one.ModifiedAt.ToString("O"),
    });

    public async Task<SearchResults<IntegrationView>> GetList(SearchCriteria? searchCriteria, CancellationToken cancellationToken) =>
        Search.Of((await integrations.ListAsync(cancellationToken).ConfigureAwait(false)).Select(IntegrationView.Of), searchCriteria);

    public async Task<IntegrationView> Get(long integrationId, CancellationToken cancellationToken) =>
        IntegrationView.Of(await RequireAsync(integrationId, cancellationToken).ConfigureAwait(false));

    public async Task<IntegrationView> Create(IntegrationInput integration, CancellationToken cancellationToken)
    {
        var data = integration.ToData();
        await access.DemandAsync(Given(data.AllResources, data.Resources)).ConfigureAwait(false);
        return IntegrationView.Of(await integrations.CreateAsync(data, cancellationToken).ConfigureAwait(false));
    }

    public async Task<IntegrationView> Update(long integrationId, IntegrationInput integration, CancellationToken cancellationToken)
    {
        var data = integration.ToData();
        await access.DemandAsync(Given(data.AllResources, data.Resources)).ConfigureAwait(false);
        return IntegrationView.Of(await integrations.UpdateAsync(integrationId, data, cancellationToken).ConfigureAwait(false));
    }

    public async Task<bool> Delete(long integrationId, CancellationToken cancellationToken)
    {
        await integrations.DeleteAsync(integrationId, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public async Task<ActivationView> Activate(long integrationId, string? successCallBack, CancellationToken cancellationToken)
    {
        var integration = await RequireAsync(integrationId, cancellationToken).ConfigureAwait(false);
        if (!integration.ExchangesTokens)
            await access.DemandAsync(Given(integration.HoldsEverything, integration.Resources)).ConfigureAwait(false);
        return ActivationView.Of(await integrations.ActivateAsync(integrationId, Callback(successCallBack), cancellationToken).ConfigureAwait(false));
    }

    public async Task<ActivationView> Reauthorize(long integrationId, string? successCallBack, CancellationToken cancellationToken) =>
        ActivationView.Of(await integrations.ReauthorizeAsync(integrationId, Callback(successCallBack), cancellationToken).ConfigureAwait(false));

    public async Task<IntegrationView> Deactivate(long integrationId, CancellationToken cancellationToken)
    {
        await integrations.DeactivateAsync(integrationId, cancellationToken).ConfigureAwait(false);
        return await Get(integrationId, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IntegrationView> Revoke(long integrationId, CancellationToken cancellationToken)
    {
        await integrations.RevokeAsync(integrationId, cancellationToken).ConfigureAwait(false);
        return await Get(integrationId, cancellationToken).ConfigureAwait(false);
    }

    private static IReadOnlyList<string> Given(bool isEverything, IReadOnlyList<string> resources) => isEverything ? [AclTree.Everything] : resources;

    private async Task<Integration> RequireAsync(long id, CancellationToken cancellationToken) =>
        await integrations.FindAsync(id, cancellationToken).ConfigureAwait(false) ?? throw IntegrationCache.Unknown(id);

    /// <summary>Where the log-in page leads back to; this host's own address unless the caller has a page for it there.</summary>
    private Uri Callback(string? successCallBack)
    {
        var home = options.Value.Base ?? new Uri("http://localhost/");
        if (string.IsNullOrEmpty(successCallBack))
            return home;
        return Uri.TryCreate(successCallBack, UriKind.Absolute, out var url) && home.IsBaseOf(url)
            ? url
            : throw new InputException("success_call_back must be an address of this host, below %base (Declarative:Rest:BaseUrl).", ("base", home));
    }
}
