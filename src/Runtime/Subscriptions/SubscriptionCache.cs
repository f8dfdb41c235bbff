using Declarative.Delivery;
using Declarative.Events;
using Declarative.Matching;
using Declarative.Merging;
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

    /// <summary>What receivers are told the event is, if it isn't the event's name: Adobe Commerce puts its own before the subscription's.</summary>
    public string? EventCode { get; } = Record.Name is null ? null : EventName.VendorPrefix + Record.Name;

    public MatchTarget ToTarget() => new(
        Id,
        Record.Name ?? Record.EventName,
        Record.StoreId,
        SubscriptionText.Fields(Record.Fields),
        SubscriptionText.Rules(Record.Rules),
        SubscriptionText.Processors(Record.Processors),
        Record.IsHipaaAuditRequired);
}

/// <summary>The active subscriptions of one event, and the plan that decides which of them get a payload.</summary>
internal sealed class EventSubscriptions(IReadOnlyList<SubscriptionEntry> entries, MatchServices services)
{
    // Compiled when the first event comes: most changes of subscriptions concern other events.
    private readonly Lazy<MatchPlan> _plan = new(() => MatchPlan.Compile([.. entries.Select(static entry => entry.ToTarget())], services));

    /// <summary>The subscriptions, in the plan's order.</summary>
    public IReadOnlyList<SubscriptionEntry> Entries { get; } = entries;

    public MatchPlan Plan => _plan.Value;

    /// <summary>Whether any of them gets events of the store.</summary>
    public bool HasAny(int storeId) => storeId == 0 ? Entries.Count > 0 : Entries.Any(entry => entry.Record.StoreId == 0 || entry.Record.StoreId == storeId);
}

/// <summary>
/// All subscriptions in memory, by event, so that matching reads no table. It may lag behind the table for a moment;
/// nothing depends on that: a message is matched with what was there when it was claimed, and the transaction that stores a delivery looks at the status once more.
/// </summary>
internal sealed class SubscriptionCache(ISubscriptionRecords records, SecretProtector protector, MatchServices services, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _reloads = new(1, 1);
    private volatile Snapshot _snapshot = new([], [], [], []);
    private long _loadedAt;
    private long _version = -1;

    /// <summary>One after the other, so that no older state comes after a newer one.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _reloads.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await LoadAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _reloads.Release();
        }
    }

    /// <summary>Reads the table if it was changed since: to a version that was seen before the reading begins.</summary>
    public async ValueTask CatchUpAsync(long version, CancellationToken cancellationToken)
    {
        if (version <= Volatile.Read(ref _version))
            return;
        await _reloads.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (version <= _version)
                return;
            await LoadAsync(cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _version, version);
        }
        finally
        {
            _reloads.Release();
        }
    }

    /// <summary>Finds a subscription that may have been made or enabled on another node a moment ago; at most one look at the table a second.</summary>
    public async ValueTask<SubscriptionEntry?> FindActiveAsync(long id, CancellationToken cancellationToken)
    {
        if (Find(id) is { Record.Status: SubscriptionStatus.Active } entry)
            return entry;
        if (IsOld)
        {
            await _reloads.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (IsOld)
                    await LoadAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _reloads.Release();
            }
        }

        return Find(id) is { Record.Status: SubscriptionStatus.Active } found ? found : null;
    }

    private bool IsOld => time.GetElapsedTime(Volatile.Read(ref _loadedAt)) > TimeSpan.FromSeconds(1);

    public void Dispose() => _reloads.Dispose();

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _loadedAt, time.GetTimestamp());
        var byId = new Dictionary<long, SubscriptionEntry>();
        var keys = new Dictionary<long, string>();
        var active = new Dictionary<string, List<SubscriptionEntry>>(StringComparer.OrdinalIgnoreCase);
        var all = new List<SubscriptionEntry>();
        foreach (var record in await records.LoadAsync(cancellationToken).ConfigureAwait(false))
        {
            var entry = Read(record, _snapshot.ById.GetValueOrDefault(record.Id));
            byId.Add(record.Id, entry);
            all.Add(entry);
            keys[record.EndpointId] = record.EndpointKey;
            if (record.Status != SubscriptionStatus.Active)
                continue;
            var key = EventRegistry.Key(record.EventName);
            if (!active.TryGetValue(key, out var entries))
                active.Add(key, entries = []);
            entries.Add(entry);
        }

        _snapshot = new Snapshot(byId, active.ToDictionary(static one => one.Key, one => new EventSubscriptions(one.Value, services), active.Comparer), all, keys);
    }

    public IReadOnlyList<SubscriptionEntry> All => _snapshot.All;

    /// <summary>What an endpoint is known by; null if no subscription has it.</summary>
    public string? KeyOf(long endpoint) => _snapshot.EndpointKeys.GetValueOrDefault(endpoint);

    public SubscriptionEntry? Find(long id) => _snapshot.ById.GetValueOrDefault(id);

    /// <summary>
    /// The active subscriptions of an event; null if it has none. An event of store 0 reaches all of them, and a subscription of
    /// store 0 gets the events of all stores (the original gives it those of store 0 only).
    /// </summary>
    public EventSubscriptions? Of(string eventName) => _snapshot.Active.GetValueOrDefault(EventRegistry.Key(eventName));

    /// <summary>Decrypting is most of a reload, and few tokens change.</summary>
    private SubscriptionEntry Read(SubscriptionRecord record, SubscriptionEntry? known) => new(
        record,
        RetrySchedule.TryParse(record.Retry, out var schedule, out _) ? schedule : RetrySchedule.Standard,
        known is not null && HasSameTokens(known.Record, record) ? known.Secret : Decrypt(record));

    private static bool HasSameTokens(SubscriptionRecord one, SubscriptionRecord other) =>
        one.Secret.AsSpan().SequenceEqual(other.Secret) && one.PreviousSecret.AsSpan().SequenceEqual(other.PreviousSecret) && one.PreviousSecretUntil == other.PreviousSecretUntil;

    private SubscriptionSecret? Decrypt(SubscriptionRecord record) => record.Secret is null
        ? null
        : new SubscriptionSecret(
            protector.Unprotect(record.Secret),
            record.PreviousSecret is null ? null : protector.Unprotect(record.PreviousSecret),
            record.PreviousSecretUntil);

    private sealed record Snapshot(
        Dictionary<long, SubscriptionEntry> ById,
        Dictionary<string, EventSubscriptions> Active,
        IReadOnlyList<SubscriptionEntry> All,
        Dictionary<long, string> EndpointKeys);
}
