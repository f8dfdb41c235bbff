using System.Security.Cryptography;
using System.Text;
using Declarative.Acl;
using Declarative.Delivery;
using Declarative.Events;
using Declarative.History;
using Declarative.Merging;
using Declarative.Rest;
using Declarative.Storage;

namespace Declarative.Subscriptions;

/// <summary>
/// What administrators do with subscriptions, whichever API they belong to. Whoever changes one must hold its event's resources besides; what a module
/// declares can't be changed. What is changed is in the audit log.
/// </summary>
public sealed class SubscriptionService
{
    /// <summary>What an event needs that is not declared at the moment: nobody knows.</summary>
    private static readonly string[] Nobody = [AclTree.Everything];

    private readonly ISubscriptionStore _store;
    private readonly SubscriptionCache _cache;
    private readonly EventRegistry _events;
    private readonly NotifierTable _notifiers;
    private readonly RouteAccess _access;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;

    internal SubscriptionService(ISubscriptionStore store, SubscriptionCache cache, EventRegistry events, NotifierTable notifiers, RouteAccess access, AuditLog audit, TimeProvider time)
    {
        _store = store;
        _cache = cache;
        _events = events;
        _notifiers = notifiers;
        _access = access;
        _audit = audit;
        _time = time;
    }

    /// <summary>All subscriptions, by id.</summary>
    public IReadOnlyList<Subscription> List() => _store.List();

    /// <summary>The subscription, or null.</summary>
    /// <param name="id">Its id.</param>
    public Subscription? Find(long id) => _store.Find(id);

    /// <summary>Whether a subscription has a token, and until when the one before signs too.</summary>
    /// <param name="id">Its id.</param>
    public (bool HasToken, DateTimeOffset? PreviousUntil) TokenOf(long id) => _cache.Find(id)?.Record is { } record
        ? (record.Secret is not null, record.PreviousSecretUntil is { } until && until > _time.GetUtcNow() ? until : null)
        : (false, null);

    /// <summary>Makes a subscription, or gives the one that is there for the same event, recipient, notifier and store; active in any case.</summary>
    /// <param name="subscription">What to make.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="InputException">Something in it can't work, or the one that is there has another token.</exception>
    /// <exception cref="AuthenticationException">The caller lacks a resource of the event.</exception>
    public async Task<Subscription> CreateAsync(NewSubscription subscription, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var descriptor = _events.Find(subscription.EventName) ?? throw new InputException(_events.ExplainUnknown(subscription.EventName));
        await _access.DemandAsync(descriptor.Resources).ConfigureAwait(false);
        var made = await CheckedAsync(_store.CreateAsync(subscription, cancellationToken)).ConfigureAwait(false);
        if (!HasToken(made.Id, subscription.VerificationToken))
            throw new InputException("Subscription %id has the same event, recipient, notifier and store, but another verification token; change its token instead.", ("id", made.Id));
        if (made.Status != SubscriptionStatus.Active)
            await _store.SetStatusAsync(made.Id, isActive: true, cancellationToken: cancellationToken).ConfigureAwait(false);
        return _store.Find(made.Id) ?? made;
    }

    /// <summary>Enables or disables subscriptions; all of them may be changed, or none is.</summary>
    /// <param name="ids">Their ids.</param>
    /// <param name="isActive">Whether they get deliveries.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>How many were not so before.</returns>
    /// <exception cref="NoSuchEntityException">There is no subscription of one of the ids.</exception>
    /// <exception cref="InputException">A module declares one of them.</exception>
    /// <exception cref="AuthenticationException">The caller lacks a resource of an event.</exception>
    public async Task<int> SetStatusAsync(IReadOnlyList<long> ids, bool isActive, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var changed = new List<Subscription>();
        foreach (var id in ids.Distinct())
        {
            if (await RequireAsync(id).ConfigureAwait(false) is var subscription && subscription.Status == SubscriptionStatus.Active != isActive)
                changed.Add(subscription);
        }

        foreach (var subscription in changed)
            await _store.SetStatusAsync(subscription.Id, isActive, cancellationToken: cancellationToken).ConfigureAwait(false);
        return changed.Count;
    }

    /// <summary>Gives a subscription another notifier.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="notifier">The notifier's key.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="InputException">The notifier can't be used, or a module declares the subscription.</exception>
    /// <exception cref="NoSuchEntityException">There is no such subscription.</exception>
    public async Task SetNotifierAsync(long id, string notifier, CancellationToken cancellationToken = default)
    {
        await RequireOwnDestinationAsync(id).ConfigureAwait(false);
        await CheckedAsync(_store.SetNotifierAsync(id, notifier, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Gives a subscription another verification token; the old one signs too until the overlap is over.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="verificationToken">The new token.</param>
    /// <param name="overlap">0 to 30 days.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="InputException">The token or the overlap can't be used, or a module declares the subscription.</exception>
    /// <exception cref="NoSuchEntityException">There is no such subscription.</exception>
    public async Task RotateTokenAsync(long id, string verificationToken, TimeSpan overlap, CancellationToken cancellationToken = default)
    {
        await RequireOwnDestinationAsync(id).ConfigureAwait(false);
        await CheckedAsync(_store.RotateSecretAsync(id, verificationToken, overlap, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Deletes a subscription and cancels what is pending; its log stays.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="InputException">A module declares it.</exception>
    /// <exception cref="NoSuchEntityException">There is no such subscription.</exception>
    public async Task DeleteAsync(long id, CancellationToken cancellationToken = default)
    {
        await RequireAsync(id).ConfigureAwait(false);
        await _store.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes one attempt at once, with <c>{"test":true}</c> in the payload's place, signed as any other. It isn't in the log, and what it says of the receiver counts for nothing else.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="InputException">It has no destination or notifier at the moment.</exception>
    /// <exception cref="NoSuchEntityException">There is no such subscription.</exception>
    public async Task<TestDelivery> TestAsync(long id, CancellationToken cancellationToken = default)
    {
        var subscription = await RequireAsync(id, isChanged: false).ConfigureAwait(false);
        var entry = _cache.Find(id)!;
        if (_notifiers.Find(entry.Record.Notifier) is not { } notifier || entry.Record.Recipient.Length == 0)
            throw new InputException("Subscription %id has no notifier or no destination at the moment.", ("id", id));
        var started = _time.GetTimestamp();
        var uuid = Guid.CreateVersion7(_time.GetUtcNow());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(15));
        NotifierResult result;
        try
        {
            result = await notifier.NotifyAsync(
                new Notification
                {
                    Uuid = uuid,
                    MessageId = uuid,
                    EventName = subscription.EventName,
                    EventCode = entry.EventCode ?? subscription.EventName,
                    PublishedAt = _time.GetUtcNow(),
                    Format = entry.Record.Format,
                    ProviderId = entry.Record.ProviderId,
                    IsNamed = entry.Record.Name is not null,
                    StoreId = entry.Record.StoreId,
                    SubscriptionId = id,
                    Recipient = entry.Record.Recipient,
                    Payload = "{\"test\":true}"u8.ToArray(),
                    Attempt = 1,
                    Secret = entry.Secret,
                },
                limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            result = NotifierResult.Failure(limit.IsCancellationRequested ? "timeout" : "notifier_error", exception.Message);
        }

        await _audit.WriteAsync("subscription.test", id.ToString(System.Globalization.CultureInfo.InvariantCulture), result.IsSuccess ? "accepted" : result.Reason, cancellationToken).ConfigureAwait(false);
        return new TestDelivery(result.IsSuccess, result.Status, result.Reason, ResponseText.Cut(result.Response).Text, result.RequestHeaders, result.ResponseHeaders, (int)_time.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>Notifier and token of one that goes to a destination are the destination's, and would be so again at the next start.</summary>
    private async Task RequireOwnDestinationAsync(long id)
    {
        if ((await RequireAsync(id).ConfigureAwait(false)).Destination is { } destination)
            throw new InputException("Subscription %id goes to the destination %destination, whose notifier and token stand in the configuration (Declarative:Destinations).", ("id", id), ("destination", destination));
    }

    private bool HasToken(long id, string? token) => _cache.Find(id)?.Secret is { } secret
        ? CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret.Reveal()), Encoding.UTF8.GetBytes(token ?? ""))
        : string.IsNullOrEmpty(token);

    private async Task<Subscription> RequireAsync(long id, bool isChanged = true)
    {
        var subscription = _store.Find(id) ?? throw new NoSuchEntityException("There is no subscription with the id %id.", ("id", id));
        await _access.DemandAsync(_events.Find(subscription.EventName)?.Resources ?? Nobody).ConfigureAwait(false);
        return subscription.IsRequired && isChanged
            ? throw new InputException("The subscription %name is declared by a module and can't be changed.", ("name", subscription.Name ?? subscription.EventName))
            : subscription;
    }

    private static async Task<T> CheckedAsync<T>(Task<T> change)
    {
        try
        {
            return await change.ConfigureAwait(false);
        }
        catch (InvalidSubscriptionException exception)
        {
            throw InputException.Of("The subscription can't be stored; see the errors.", [.. exception.Problems.Select(static problem => new RestError(problem))]);
        }
    }
}

/// <summary>How a test delivery went.</summary>
/// <param name="IsAccepted">Whether the receiver accepted it.</param>
/// <param name="Status">The HTTP status, or what stands for it.</param>
/// <param name="Reason">Why it failed, as a code; null if it did not.</param>
/// <param name="Response">What the receiver answered, at most 16 KiB.</param>
/// <param name="RequestHeaders">The headers that were sent, one a line.</param>
/// <param name="ResponseHeaders">The headers of the answer, one a line.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
public sealed record TestDelivery(bool IsAccepted, int? Status, string? Reason, string? Response, string? RequestHeaders, string? ResponseHeaders, int DurationMs);
