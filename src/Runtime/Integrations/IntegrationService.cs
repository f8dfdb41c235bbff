using Declarative.Acl;
using Declarative.History;
using Declarative.Merging;
using Declarative.OAuth;
using Declarative.Rest;
using Declarative.Storage;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;

namespace Declarative.Integrations;

/// <summary>
/// The integrations of this host: made by hand or by modules, activated, deactivated, revoked. What is changed counts for the next
/// request. Whoever calls it has checked that the person may (<c>Magento_Integration::integrations</c>).
/// </summary>
public sealed class IntegrationService
{
    private readonly IntegrationCache _integrations;
    private readonly IntegrationDataCheck _check;
    private readonly TokenExchanges _exchanges;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;
    private readonly ILogger<IntegrationService> _logger;

    internal IntegrationService(IntegrationCache integrations, IntegrationDataCheck check, TokenExchanges exchanges, AuditLog audit, TimeProvider time, ILogger<IntegrationService> logger)
    {
        _integrations = integrations;
        _check = check;
        _exchanges = exchanges;
        _audit = audit;
        _time = time;
        _logger = logger;
    }

    /// <summary>All integrations, by name.</summary>
    /// <param name="cancellationToken">Cancels waiting.</param>
    public async Task<IReadOnlyList<Integration>> ListAsync(CancellationToken cancellationToken = default)
    {
        await _integrations.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return [.. _integrations.All.Select(_exchanges.View)];
    }

    /// <summary>One integration, or null.</summary>
    /// <param name="id">Its row.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    public async Task<Integration?> FindAsync(long id, CancellationToken cancellationToken = default)
    {
        await _integrations.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return _integrations.Find(id) is { } entry ? _exchanges.View(entry) : null;
    }

    /// <summary>Makes an integration by hand, inactive.</summary>
    /// <param name="data">What it is.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="InputException">Something of it can't be used; the errors name all such fields.</exception>
    public async Task<Integration> CreateAsync(IntegrationData data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        data = _check.Checked(data);
        var now = _time.GetUtcNow();
        var record = Apply(data, new IntegrationRecord
        {
            Name = data.Name,
            NameKey = "",
            Status = IntegrationStatus.Inactive,
            Type = IntegrationType.Manual,
            Resources = [],
            ConsumerKey = OAuthSecret.New(),
            Credentials = [],
            CreatedAt = now,
            ModifiedAt = now,
        });
        var entry = await _integrations.AddAsync(record, IntegrationCredentials.New(), cancellationToken).ConfigureAwait(false) ?? throw IntegrationCache.NameTaken(data.Name);
        await AuditAsync("create", data.Name).ConfigureAwait(false);
        return _exchanges.View(entry);
    }

    /// <summary>Changes an integration that was made by hand. Its status and tokens stay.</summary>
    /// <param name="id">Its row.</param>
    /// <param name="data">What it is from now on.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="InputException">Something of it can't be used, or a module declares it.</exception>
    /// <exception cref="NoSuchEntityException">There is no such integration.</exception>
    public async Task<Integration> UpdateAsync(long id, IntegrationData data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        var after = await ChangeAsync(
            id,
            before =>
            {
                RequireManual(before, "changed");
                return new IntegrationChange(Apply(_check.Checked(data), before.Record));
            },
            cancellationToken).ConfigureAwait(false);
        await AuditAsync("change", after.Name).ConfigureAwait(false);
        return after;
    }

    /// <summary>Removes an integration that was made by hand, with its tokens; its access ends at once.</summary>
    /// <param name="id">Its row.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="InputException">A module declares it.</exception>
    /// <exception cref="NoSuchEntityException">There is no such integration.</exception>
    public async Task DeleteAsync(long id, CancellationToken cancellationToken = default)
    {
        await _integrations.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var before = _integrations.Find(id) ?? throw IntegrationCache.Unknown(id);
        RequireManual(before, "deleted");
        await _integrations.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
        await AuditAsync("delete", before.Record.Name).ConfigureAwait(false);
    }

    /// <summary>
    /// Activates an integration. Without URLs it is active at once: new tokens are given back if it has none, else it keeps them. With
    /// both URLs the credentials are posted to the third party, which then fetches its tokens; the integration is active once it has them.
    /// </summary>
    /// <param name="id">Its row.</param>
    /// <param name="successCallback">Where the third party's log-in page sends the person back to.</param>
    /// <param name="cancellationToken">Cancels waiting; what was posted is not taken back.</param>
    /// <exception cref="InputException">The third party can't be reached, refused, or this host's own address is not configured; the message says what to do.</exception>
    /// <exception cref="NoSuchEntityException">There is no such integration.</exception>
    public Task<IntegrationActivation> ActivateAsync(long id, Uri successCallback, CancellationToken cancellationToken = default) =>
        ActivateAsync(id, successCallback, isAgain: false, cancellationToken);

    /// <summary>Takes the tokens away, makes it inactive and begins the exchange anew; for integrations that exchange tokens.</summary>
    /// <param name="id">Its row.</param>
    /// <param name="successCallback">As for <see cref="ActivateAsync(long, Uri, CancellationToken)"/>.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="InputException">As for <see cref="ActivateAsync(long, Uri, CancellationToken)"/>, or it exchanges no tokens.</exception>
    /// <exception cref="NoSuchEntityException">There is no such integration.</exception>
    public Task<IntegrationActivation> ReauthorizeAsync(long id, Uri successCallback, CancellationToken cancellationToken = default) =>
        ActivateAsync(id, successCallback, isAgain: true, cancellationToken);

    /// <summary>
    /// Makes it inactive: each further call is refused. Its tokens stay and work again once it is activated; only one that exchanges tokens
    /// fetches new ones then.
    /// </summary>
    /// <param name="id">Its row.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="NoSuchEntityException">There is no such integration.</exception>
    public async Task DeactivateAsync(long id, CancellationToken cancellationToken = default)
    {
        var after = await ChangeAsync(
            id,
            static before => new IntegrationChange(before.Record with { Status = IntegrationStatus.Inactive }, before.Credentials.With(exchange: null)),
            cancellationToken).ConfigureAwait(false);
        _logger.IntegrationDeactivated(after.Name);
        await AuditAsync("deactivate", after.Name).ConfigureAwait(false);
    }

    /// <summary>Makes it inactive and removes its tokens for good.</summary>
    /// <param name="id">Its row.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="NoSuchEntityException">There is no such integration.</exception>
    public async Task RevokeAsync(long id, CancellationToken cancellationToken = default)
    {
        var after = await ChangeAsync(
            id,
            static before => new IntegrationChange(before.Record with { Status = IntegrationStatus.Inactive }, before.Credentials.With(exchange: null, [])),
            cancellationToken).ConfigureAwait(false);
        _logger.IntegrationRevoked(after.Name);
        await AuditAsync("revoke", after.Name).ConfigureAwait(false);
    }

    private async Task<IntegrationActivation> ActivateAsync(long id, Uri successCallback, bool isAgain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(successCallback);
        await _integrations.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var integration = _exchanges.View(_integrations.Find(id) ?? throw IntegrationCache.Unknown(id));
        if (isAgain && !integration.ExchangesTokens)
            throw new InputException("The integration '%name' exchanges no tokens. Revoke its tokens and activate it to make new ones.", ("name", integration.Name));
        if (!isAgain && integration.Status == IntegrationStatus.Active)
            throw new InputException("The integration '%name' is active already.", ("name", integration.Name));
        var activation = integration.ExchangesTokens
            ? await _exchanges.BeginAsync(integration, successCallback, cancellationToken).ConfigureAwait(false)
            : await ActivateDirectlyAsync(id, cancellationToken).ConfigureAwait(false);
        await AuditAsync(isAgain ? "reauthorize" : "activate", integration.Name).ConfigureAwait(false);
        return activation;
    }

    /// <summary>A change that is made is noted, whoever waits for it no longer.</summary>
    private Task AuditAsync(string action, string name) => _audit.WriteAsync("integration." + action, name, null, CancellationToken.None);

    /// <summary>What is shown was never shown before: with the first token comes a new consumer's secret.</summary>
    private async Task<IntegrationActivation> ActivateDirectlyAsync(long id, CancellationToken cancellationToken)
    {
        IntegrationCredentials? made = null;
        var after = await ChangeAsync(
            id,
            before =>
            {
                made = before.Credentials.AccessTokens.Count > 0 ? null : IntegrationCredentials.New().With(exchange: null, [SecretToken.New()]);
                return new IntegrationChange(before.Record with { Status = IntegrationStatus.Active }, made);
            },
            cancellationToken).ConfigureAwait(false);
        _logger.IntegrationActivated(after.Name);
        return new IntegrationActivation
        {
            Integration = after,
            Tokens = made is null ? null : new IntegrationTokens
            {
                ConsumerKey = after.ConsumerKey,
                ConsumerSecret = made.ConsumerSecret,
                AccessToken = made.AccessTokens[0].Token,
                AccessTokenSecret = made.AccessTokens[0].Secret,
            },
        };
    }

    private async Task<Integration> ChangeAsync(long id, Func<IntegrationEntry, IntegrationChange> change, CancellationToken cancellationToken)
    {
        await _integrations.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var now = _time.GetUtcNow();
        var after = await _integrations.ChangeAsync(id, before => change(before) is var one ? one with { Record = one.Record with { ModifiedAt = now } } : null, cancellationToken).ConfigureAwait(false);
        return _exchanges.View(after);
    }

    private static IntegrationRecord Apply(IntegrationData data, IntegrationRecord record) => record with
    {
        Name = data.Name,
        NameKey = UserName.Key(data.Name, nameof(data)),
        Email = data.Email,
        EndpointUrl = data.EndpointUrl,
        IdentityLinkUrl = data.IdentityLinkUrl,
        Resources = data.AllResources ? [AclTree.Everything] : data.Resources,
    };

    private static void RequireManual(IntegrationEntry integration, string what)
    {
        if (integration.Record.Type == IntegrationType.Config)
            throw new InputException("The integration '%name' is declared by a module, so it can't be " + what + " here. It can be deactivated.", ("name", integration.Record.Name));
    }
}
