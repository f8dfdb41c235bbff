using Declarative.Delivery;
using Declarative.Events;
using Declarative.Secrets;
using Declarative.Storage;

namespace Declarative.Subscriptions;

/// <summary>A subscription as the workers need it: its row, its retry schedule read, its secret decrypted.</summary>
/// <param name="Record">The row.</param>
/// <param name="Retry">When failed deliveries are tried again.</param>
/// <param name="Secret">The token; null if it has none.</param>
internal sealed record SubscriptionEntry(SubscriptionRecord Record, RetrySchedule Retry, SubscriptionSecret? Secret)
{
    public long Id => Record.Id;

    public long EndpointId => Record.EndpointId;
}

/// <summary>
/// All subscriptions in memory, by event, so that matching reads no table. It may lag behind the table for a moment;
/// nothing depends on that, since the transaction that stores a delivery looks at the status once more.
/// </summary>
internal sealed class SubscriptionCache(ISubscriptionRecords records, SecretProtector protector)
{
    private volatile Snapshot _snapshot = new([], [], []);

    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        var byId = new Dictionary<long, SubscriptionEntry>();
        var active = new Dictionary<string, List<SubscriptionEntry>>(StringComparer.OrdinalIgnoreCase);
        var all = new List<SubscriptionEntry>();
        foreach (var record in await records.LoadAsync(cancellationToken).ConfigureAwait(false))
        {
            var entry = Read(record);
            byId.Add(record.Id, entry);
            all.Add(entry);
            if (record.Status != SubscriptionStatus.Active)
                continue;
            var key = EventRegistry.Key(record.EventName);
            if (!active.TryGetValue(key, out var entries))
                active.Add(key, entries = []);
            entries.Add(entry);
        }

        _snapshot = new Snapshot(byId, active, all);
    }

    public IReadOnlyList<SubscriptionEntry> All => _snapshot.All;

    public SubscriptionEntry? Find(long id) => _snapshot.ById.GetValueOrDefault(id);

    /// <summary>
    /// The active subscriptions that get an event. An event of store 0 reaches all of them, and a subscription of store 0
    /// gets the events of all stores (the original gives it those of store 0 only).
    /// </summary>
    public IReadOnlyList<SubscriptionEntry> Matching(string eventName, int storeId)
    {
        if (!_snapshot.Active.TryGetValue(EventRegistry.Key(eventName), out var entries))
            return [];
        if (storeId == 0)
            return entries;
        var matching = new List<SubscriptionEntry>(entries.Count);
        foreach (var entry in entries)
        {
            if (entry.Record.StoreId == 0 || entry.Record.StoreId == storeId)
                matching.Add(entry);
        }

        return matching;
    }

    private SubscriptionEntry Read(SubscriptionRecord record) => new(
        record,
        RetrySchedule.TryParse(record.Retry, out var schedule, out _) ? schedule : RetrySchedule.Standard,
        record.Secret is null ? null : new SubscriptionSecret(
            protector.Unprotect(record.Secret),
            record.PreviousSecret is null ? null : protector.Unprotect(record.PreviousSecret),
            record.PreviousSecretUntil));

    private sealed record Snapshot(
        Dictionary<long, SubscriptionEntry> ById,
        Dictionary<string, List<SubscriptionEntry>> Active,
        IReadOnlyList<SubscriptionEntry> All);
}
