using Declarative.Merging;
using Declarative.OAuth;
using Declarative.Rest;
using Declarative.Telemetry;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Integrations;

/// <summary>Begins token exchanges and tells how far they have come; the third party makes the steps by <see cref="TokenRoutes"/>.</summary>
internal sealed class TokenExchanges(
    IntegrationCache integrations,
    CredentialsPost post,
    ExchangeRefusals refusals,
    IOptions<OAuthOptions> options,
    IOptions<RestOptions> rest,
    TimeProvider time,
    ILogger<TokenExchanges> logger)
{
    /// <summary>
    /// Takes the tokens away and posts the credentials with a new verifier. Third parties may fetch their tokens before they answer the
    /// post, or after.
    /// </summary>
    /// <exception cref="InputException">The third party did not take them, or this host doesn't know its own address.</exception>
    public async Task<IntegrationActivation> BeginAsync(Integration integration, Uri successCallback, CancellationToken cancellationToken)
    {
        var store = rest.Value.Base
            ?? throw new InputException("This host doesn't know by which address third parties reach it. Set Declarative:Rest:BaseUrl, e.g. to https://shop.example.com.");
        var exchange = new TokenExchange { StartedAt = time.GetUtcNow(), Verifier = OAuthSecret.New() };
        var begun = await integrations.ChangeAsync(
            integration.Id,
            before => new IntegrationChange(before.Record with { Status = Waiting(before.Record.Status), ModifiedAt = exchange.StartedAt }, before.Credentials.With(exchange, [])),
            cancellationToken).ConfigureAwait(false);
        refusals.Clear(integration.Id);
        var problem = await post.SendAsync(
            integration.EndpointUrl!,
            [
                new("oauth_consumer_key", begun.Record.ConsumerKey),
                new("oauth_consumer_secret", begun.Credentials.ConsumerSecret),
                new("store_base_url", store.AbsoluteUri),
                new("oauth_verifier", exchange.Verifier),
            ],
            cancellationToken).ConfigureAwait(false);
        await integrations.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var after = integrations.Find(integration.Id) ?? throw IntegrationCache.Unknown(integration.Id);
        if (problem is not null && !after.IsActive)
        {
            logger.ExchangeFailed(integration.Name, problem);
            throw new InputException("The credentials could not be posted to %url: %problem. Nothing is activated; try again once that is mended.", ("url", integration.EndpointUrl!), ("problem", problem));
        }

        return new IntegrationActivation { Integration = View(after), IdentityLink = IdentityLink(after, successCallback) };
    }

    /// <summary>The integration as people see it.</summary>
    public Integration View(IntegrationEntry entry)
    {
        var record = entry.Record;
        var holdsEverything = record.Resources.Contains(AclTree.Everything, StringComparer.Ordinal);
        return new Integration
        {
            Id = record.Id,
            Name = record.Name,
            Email = record.Email,
            EndpointUrl = record.EndpointUrl,
            IdentityLinkUrl = record.IdentityLinkUrl,
            Status = record.Status,
            Type = record.Type,
            HoldsEverything = holdsEverything,
            Resources = holdsEverything ? [] : record.Resources,
            ConsumerKey = record.ConsumerKey,
            AccessTokens = entry.Credentials.AccessTokens.Count,
            Exchange = entry.Credentials.Exchange is { } exchange
                ? new IntegrationExchange(exchange.StartedAt, exchange.StartedAt + options.Value.ExchangePeriod, exchange.Stage, refusals.Find(record.Id))
                : null,
            CreatedAt = record.CreatedAt,
            ModifiedAt = record.ModifiedAt,
        };
    }

    /// <summary>Recreated ones say so until they have their tokens.</summary>
    private static IntegrationStatus Waiting(IntegrationStatus status) => status == IntegrationStatus.Recreated ? IntegrationStatus.Recreated : IntegrationStatus.Inactive;

    private static Uri IdentityLink(IntegrationEntry entry, Uri successCallback) => new(QueryHelpers.AddQueryString(
        entry.Record.IdentityLinkUrl!,
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["oauth_consumer_key"] = entry.Record.ConsumerKey, ["success_call_back"] = successCallback.AbsoluteUri }));
}
