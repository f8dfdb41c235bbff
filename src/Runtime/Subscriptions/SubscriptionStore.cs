using Declarative.Delivery;
using Declarative.Events;
using Declarative.Merging;
using Declarative.Secrets;
using Declarative.Storage;
using Declarative.Work;
using Microsoft.Extensions.Options;

namespace Declarative.Subscriptions;

/// <summary>Checks subscriptions before they are stored and keeps the cache equal to the table.</summary>
internal sealed class SubscriptionStore(
    ISubscriptionRecords records,
    SubscriptionCache cache,
    EventRegistry registry,
    NotifierTable notifiers,
    SecretProtector protector,
    IOptions<DeliveryOptions> options,
    DeliverySignal deliveries,
    TimeProvider time) : ISubscriptionStore, IDisposable
{
    private readonly SemaphoreSlim _changes = new(1, 1);

    public async Task<Subscription> CreateAsync(NewSubscription subscription, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var record = Check(subscription);
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var stored = await records.AddAsync(record, cancellationToken).ConfigureAwait(false);
            await cache.ReloadAsync(CancellationToken.None).ConfigureAwait(false);
            return ToSubscription(stored);
        }
        finally
        {
            _changes.Release();
        }
    }

    public Subscription? Find(long id) => cache.Find(id) is { } entry ? ToSubscription(entry.Record) : null;

    public IReadOnlyList<Subscription> List(string? eventName = null)
    {
        var key = eventName is null ? null : EventRegistry.Key(eventName);
        return [.. cache.All
            .Where(entry => key is null || string.Equals(EventRegistry.Key(entry.Record.EventName), key, StringComparison.OrdinalIgnoreCase))
            .Select(entry => ToSubscription(entry.Record))];
    }

    public Task<bool> SetStatusAsync(long id, bool isActive, string? reason = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, isActive ? SubscriptionStatus.Active : SubscriptionStatus.Disabled, isActive ? null : reason ?? "disabled by hand", cancellationToken);

    public Task<bool> DeleteAsync(long id, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, SubscriptionStatus.Deleted, "deleted", cancellationToken);

    public void Dispose() => _changes.Dispose();

    private async Task<bool> ChangeAsync(long id, SubscriptionStatus status, string? reason, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var isKnown = await records.SetStatusAsync(id, status, reason, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            await cache.ReloadAsync(CancellationToken.None).ConfigureAwait(false);
            if (isKnown && status == SubscriptionStatus.Active)
                deliveries.Set();
            return isKnown;
        }
        finally
        {
            _changes.Release();
        }
    }

    private SubscriptionRecord Check(NewSubscription subscription)
    {
        var problems = new List<string>();
        var descriptor = registry.Find(subscription.EventName);
        if (descriptor is null)
            problems.Add(registry.ExplainUnknown(subscription.EventName));
        if (notifiers.Find(subscription.Notifier) is { } notifier)
        {
            if (notifier.Validate(subscription.Recipient) is { } problem)
                problems.Add($"The recipient can't be used by the notifier '{subscription.Notifier}': {problem}");
            if (notifier.RequiresToken && string.IsNullOrEmpty(subscription.VerificationToken))
                problems.Add($"The notifier '{subscription.Notifier}' signs what it sends and needs a VerificationToken.");
        }
        else
        {
            problems.Add(ExplainUnknownNotifier(subscription.Notifier));
        }

        if (SigningKey.ProblemOf(subscription.VerificationToken) is { } tokenProblem)
            problems.Add(tokenProblem);
        var retry = subscription.Retry ?? options.Value.DefaultRetry;
        if (!RetrySchedule.TryParse(retry, out var schedule, out var retryProblem))
            problems.Add(retryProblem);
        if (subscription.StoreId < 0)
            problems.Add("StoreId must not be negative.");
        if (problems.Count > 0)
            throw new InvalidSubscriptionException(problems);

        var now = time.GetUtcNow();
        return new SubscriptionRecord
        {
            EventName = descriptor!.Name,
            Recipient = subscription.Recipient,
            Notifier = subscription.Notifier,
            StoreId = subscription.StoreId,
            Status = SubscriptionStatus.Active,
            Retry = retry,
            RetryOn = subscription.RetryOn ?? schedule!.DefaultRetryOn,
            Secret = string.IsNullOrEmpty(subscription.VerificationToken) ? null : protector.Protect(subscription.VerificationToken),
            EndpointKey = Endpoint.KeyOf(subscription.Notifier, subscription.Recipient),
            CreatedAt = now,
            ModifiedAt = now,
        };
    }

    private string ExplainUnknownNotifier(string key)
    {
        var nearest = NearestName.Find(key, notifiers.Keys);
        return $"No notifier is registered by the key '{key}'{(nearest is null ? "" : $"; did you mean '{nearest}'?")} Registered: {string.Join(", ", notifiers.Keys)}. Others are added by AddNotifier<T>(key).";
    }

    private static Subscription ToSubscription(SubscriptionRecord record) => new()
    {
        Id = record.Id,
        EventName = record.EventName,
        Recipient = record.Recipient,
        Notifier = record.Notifier,
        StoreId = record.StoreId,
        Status = record.Status,
        Retry = record.Retry,
        RetryOn = record.RetryOn,
        DisabledReason = record.DisabledReason,
        CreatedAt = record.CreatedAt,
        ModifiedAt = record.ModifiedAt,
    };
}
