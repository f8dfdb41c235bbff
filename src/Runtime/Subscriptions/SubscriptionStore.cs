using System.Globalization;
using Declarative.Delivery;
using Declarative.Events;
using Declarative.History;
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
    AuditLog audit,
    TimeProvider time) : ISubscriptionStore, IDisposable
{
    private static readonly TimeSpan MaxOverlap = TimeSpan.FromDays(30);

    private readonly SemaphoreSlim _changes = new(1, 1);

    public async Task<Subscription> CreateAsync(NewSubscription subscription, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var record = Check(subscription);
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var stored = await records.AddAsync(record, cancellationToken).ConfigureAwait(false);
            var isNew = cache.Find(stored.Id) is null;
            await cache.ReloadAsync(CancellationToken.None).ConfigureAwait(false);
            if (isNew)
                await AuditAsync("create", stored.Id, $"{stored.EventName} to {AddressOf(stored.EndpointKey)}").ConfigureAwait(false);
            return ToSubscription(stored);
        }
        finally
        {
            _changes.Release();
        }
    }

    public Subscription? Find(long id) => cache.Find(id) is { } entry ? ToSubscription(entry.Record) : null;

    /// <summary>Eventing's subscription of the name, in any spelling of it.</summary>
    public Subscription? FindNamed(string name)
    {
        var key = EventName.Key(name);
        return cache.All.FirstOrDefault(entry => entry.Record.Name is { } other && EventName.Key(other) == key) is { } found ? ToSubscription(found.Record) : null;
    }

    public IReadOnlyList<Subscription> List(string? eventName = null)
    {
        var key = eventName is null ? null : EventRegistry.Key(eventName);
        return [.. cache.All
            .Where(entry => key is null || string.Equals(EventRegistry.Key(entry.Record.EventName), key, StringComparison.OrdinalIgnoreCase))
            .Select(entry => ToSubscription(entry.Record))];
    }

    public async Task<bool> SetStatusAsync(long id, bool isActive, string? reason = null, CancellationToken cancellationToken = default)
    {
        if (!await ChangeAsync(id, isActive ? SubscriptionStatus.Active : SubscriptionStatus.Disabled, isActive ? null : reason ?? "disabled by hand", cancellationToken).ConfigureAwait(false))
            return false;
        await AuditAsync(isActive ? "enable" : "disable", id, reason).ConfigureAwait(false);
        return true;
    }

    public async Task<bool> SetNotifierAsync(long id, string notifier, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(notifier);
        return await ReplaceAsync(
            id,
            "notifier",
            record =>
            {
                var problems = new List<string>();
                CheckNotifier(notifier, record.Recipient, record.Secret is not null, problems);
                if (cache.All.FirstOrDefault(other => other.Id != id && IsSameTarget(other.Record, record with { Notifier = notifier })) is { } taken)
                    problems.Add(string.Create(CultureInfo.InvariantCulture, $"Subscription {taken.Id} has the same event, recipient and store and the notifier '{notifier}' already."));
                if (problems.Count > 0)
                    throw new InvalidSubscriptionException(problems);
                return record with { Notifier = notifier, EndpointKey = Endpoint.KeyOf(notifier, record.Recipient) };
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> RotateSecretAsync(long id, string verificationToken, TimeSpan overlap, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrEmpty(verificationToken))
            throw new InvalidSubscriptionException(["A VerificationToken must not be empty."]);
        if (SigningKey.ProblemOf(verificationToken) is { } problem)
            throw new InvalidSubscriptionException([problem]);
        if (overlap < TimeSpan.Zero || overlap > MaxOverlap)
            throw new InvalidSubscriptionException(["The overlap of two tokens must be 0 to 30 days."]);
        return await ReplaceAsync(
            id,
            "rotate_token",
            record =>
            {
                var hasOverlap = overlap > TimeSpan.Zero && record.Secret is not null;
                return record with
                {
                    Secret = protector.Protect(verificationToken),
                    PreviousSecret = hasOverlap ? record.Secret : null,
                    PreviousSecretUntil = hasOverlap ? time.GetUtcNow() + overlap : null,
                };
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stores a named subscription as it is; what is there of its name is replaced. The caller has checked it.</summary>
    public Task PutAsync(SubscriptionRecord record, CancellationToken cancellationToken) => PutAsync(record.Name!, _ => record, audited: null, cancellationToken);

    /// <summary>
    /// The same for what depends on the one that is there, which nobody changes in between. Another spelling of the event is the same name.
    /// <paramref name="audited"/> is what somebody did by it; null where a module's declaration is installed.
    /// </summary>
    public async Task PutAsync(string name, Func<Subscription?, SubscriptionRecord> make, string? audited, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var stored = FindNamed(name);
            var record = make(stored);
            try
            {
                await records.PutAsync(record with { Id = stored?.Id ?? 0 }, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await cache.ReloadAsync(CancellationToken.None).ConfigureAwait(false);
                deliveries.Set();
            }

            if (audited is not null && FindNamed(name) is { } changed)
                await AuditAsync(audited, changed.Id, changed.Name).ConfigureAwait(false);
        }
        finally
        {
            _changes.Release();
        }
    }

    public async Task<bool> DeleteAsync(long id, CancellationToken cancellationToken = default)
    {
        var subscription = cache.Find(id) is { Record: var record } ? $"{record.EventName} to {AddressOf(record.EndpointKey)}" : null;
        if (!await ChangeAsync(id, SubscriptionStatus.Deleted, "deleted", cancellationToken).ConfigureAwait(false))
            return false;
        await AuditAsync("delete", id, subscription).ConfigureAwait(false);
        return true;
    }

    public void Dispose() => _changes.Dispose();

    /// <summary>Where it goes, without the path, which is often a secret itself.</summary>
    private static string AddressOf(string endpointKey) => endpointKey[(endpointKey.IndexOf('|', StringComparison.Ordinal) + 1)..];

    /// <summary>A change that is made is noted, whoever waits for it no longer.</summary>
    private Task AuditAsync(string action, long id, string? detail) =>
        audit.WriteAsync("subscription." + action, id.ToString(CultureInfo.InvariantCulture), detail, CancellationToken.None);

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

    private static bool IsSameTarget(SubscriptionRecord one, SubscriptionRecord other) =>
        one.Name is null && other.Name is null && one.EventName == other.EventName && one.Recipient == other.Recipient && one.Notifier == other.Notifier && one.StoreId == other.StoreId;

    private async Task<bool> ReplaceAsync(long id, string audited, Func<SubscriptionRecord, SubscriptionRecord> change, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (cache.Find(id) is not { } entry)
                return false;
            var isKnown = await records.ReplaceAsync(change(entry.Record) with { ModifiedAt = time.GetUtcNow() }, cancellationToken).ConfigureAwait(false);
            await cache.ReloadAsync(CancellationToken.None).ConfigureAwait(false);
            deliveries.Set();
            if (isKnown)
                await AuditAsync(audited, id, null).ConfigureAwait(false);
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
        CheckNotifier(subscription.Notifier, subscription.Recipient, !string.IsNullOrEmpty(subscription.VerificationToken), problems);
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
            Format = subscription.Format,
            CreatedAt = now,
            ModifiedAt = now,
        };
    }

    private void CheckNotifier(string key, string recipient, bool hasToken, List<string> problems)
    {
        if (notifiers.Find(key) is not { } notifier)
        {
            problems.Add(ExplainUnknownNotifier(key));
            return;
        }

        if (notifier.Validate(recipient) is { } problem)
            problems.Add($"The recipient can't be used by the notifier '{key}': {problem}");
        if (notifier.RequiresToken && !hasToken)
            problems.Add($"The notifier '{key}' signs what it sends and needs a VerificationToken.");
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
        Name = record.Name,
        Parent = record.Parent,
        Fields = SubscriptionText.Fields(record.Fields),
        Rules = SubscriptionText.Rules(record.Rules),
        Destination = record.Destination,
        ProviderId = record.ProviderId,
        IsPriority = record.IsPriority,
        IsRequired = record.IsRequired,
        IsHipaaAuditRequired = record.IsHipaaAuditRequired,
        Format = record.Format,
        CreatedAt = record.CreatedAt,
        ModifiedAt = record.ModifiedAt,
    };
}
