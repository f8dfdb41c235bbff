using Declarative.Acl;
using Declarative.Rest;
using Declarative.Storage;
using Declarative.Subscriptions;

namespace Declarative.History;

/// <summary>What operators look at, over REST.</summary>
internal sealed class OperationsRoutes(Overview overview, AuditLog audit, PermissionHolders holders, SubscriptionService subscriptions)
{
    public Task<OverviewReport> Overview(CancellationToken cancellationToken = default) => overview.GetAsync(cancellationToken);

    /// <summary>Who did what, newest first; <paramref name="before"/> is the last number of the page before.</summary>
    public Task<IReadOnlyList<AuditEntry>> Audit(string? actor = null, string? action = null, string? subject = null, long? before = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        if (limit is < 1 or > 1_000)
            throw new InputException("limit must be 1 to %max.", ("max", 1_000));
        return audit.ListAsync(new AuditSelection(actor, action, subject), before, limit, cancellationToken);
    }

    public Task<IReadOnlyList<HeldPermission>> Permissions(CancellationToken cancellationToken = default) => holders.ListAsync(cancellationToken);

    /// <summary>Enables or disables many subscriptions, eventing's too; how many changed.</summary>
    public Task<int> SetStatus(IReadOnlyList<long> ids, bool status, CancellationToken cancellationToken = default) => subscriptions.SetStatusAsync(ids, status, cancellationToken);

    /// <summary>Makes one attempt with made-up data, at once.</summary>
    public Task<TestDelivery> Test(long subscriptionId, CancellationToken cancellationToken = default) => subscriptions.TestAsync(subscriptionId, cancellationToken);
}
