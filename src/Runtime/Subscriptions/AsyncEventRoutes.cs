using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Declarative.Acl;
using Declarative.Events;
using Declarative.Merging;
using Declarative.Rest;

namespace Declarative.Subscriptions;

/// <summary>The async events module's REST API over subscriptions: those without a name, which eventing's have.</summary>
internal sealed class AsyncEventRoutes(ISubscriptionStore subscriptions, SubscriptionCache cache, EventRegistry events, RouteAccess access)
{
    /// <summary>What an event needs that is not declared at the moment: nobody knows.</summary>
    private static readonly string[] Nobody = [AclTree.Everything];

    private const int DefaultOverlap = 24 * 3600;

    private static readonly SearchPage<AsyncEventView> Pages = new(new Dictionary<string, Func<AsyncEventView, object?>>(StringComparer.Ordinal)
    {
        ["subscription_id"] = static view => view.SubscriptionId,
        ["event_name"] = static view => view.EventName,
        ["recipient_url"] = static view => view.RecipientUrl,
        ["status"] = static view => view.Status,
        ["subscribed_at"] = static view => view.SubscribedAt,
        ["store_id"] = static view => (long)view.StoreId,
    });

    /// <summary>Makes a subscription, active at once. A repeated call gives the one that is there, unless its token differs.</summary>
    public async Task<AsyncEventView> Save(NewAsyncEvent asyncEvent, CancellationToken cancellationToken)
    {
        var descriptor = events.Find(asyncEvent.EventName) ?? throw new InputException(events.ExplainUnknown(asyncEvent.EventName));
        await access.DemandAsync(descriptor.Resources).ConfigureAwait(false);
        var subscription = await Checked(subscriptions.CreateAsync(
            new NewSubscription
            {
                EventName = asyncEvent.EventName,
                Recipient = asyncEvent.RecipientUrl,
                Notifier = asyncEvent.Metadata,
                VerificationToken = asyncEvent.VerificationToken,
                StoreId = asyncEvent.StoreId,
            },
            cancellationToken)).ConfigureAwait(false);
        if (!HasToken(subscription.Id, asyncEvent.VerificationToken))
            throw new InputException("Subscription %id has the same event, recipient, notifier and store, but another verification token; change its token instead.", ("id", subscription.Id));
        if (subscription.Status != SubscriptionStatus.Active)
            await subscriptions.SetStatusAsync(subscription.Id, isActive: true, cancellationToken: cancellationToken).ConfigureAwait(false);
        return View(Require(subscription.Id));
    }

    /// <summary>Enables or disables a subscription, and gives it another notifier if one is named.</summary>
    public async Task<AsyncEventView> Update(long subscriptionId, ChangedAsyncEvent asyncEvent, CancellationToken cancellationToken)
    {
        var subscription = await RequireAllowed(subscriptionId).ConfigureAwait(false);
        if (asyncEvent.Status is not { } status)
            throw new InputException("Status is required");
        if (!string.IsNullOrEmpty(asyncEvent.Metadata) && asyncEvent.Metadata != subscription.Notifier)
            await Checked(subscriptions.SetNotifierAsync(subscriptionId, asyncEvent.Metadata, cancellationToken)).ConfigureAwait(false);
        if (status != (subscription.Status == SubscriptionStatus.Active))
            await subscriptions.SetStatusAsync(subscriptionId, status, cancellationToken: cancellationToken).ConfigureAwait(false);
        return View(Require(subscriptionId));
    }

    /// <summary>Gives a subscription another verification token; the old one signs too for <paramref name="overlap"/> seconds.</summary>
    public async Task<AsyncEventView> RotateToken(long subscriptionId, string verificationToken, int overlap = DefaultOverlap, CancellationToken cancellationToken = default)
    {
        await RequireAllowed(subscriptionId).ConfigureAwait(false);
        await Checked(subscriptions.RotateSecretAsync(subscriptionId, verificationToken, TimeSpan.FromSeconds(overlap), cancellationToken)).ConfigureAwait(false);
        return View(Require(subscriptionId));
    }

    public AsyncEventView Get(long subscriptionId) => View(Require(subscriptionId));

    public SearchResults<AsyncEventView> GetList(SearchCriteria? searchCriteria = null) =>
        Pages.Of(subscriptions.List().Where(static one => one.Name is null).Select(View), searchCriteria);

    public async Task<bool> Delete(long subscriptionId, CancellationToken cancellationToken)
    {
        await RequireAllowed(subscriptionId).ConfigureAwait(false);
        return await subscriptions.DeleteAsync(subscriptionId, cancellationToken).ConfigureAwait(false);
    }

    private Subscription Require(long id) => subscriptions.Find(id) is { Name: null } subscription
        ? subscription
        : throw new NoSuchEntityException("There is no subscription with the id %id.", ("id", id));

    /// <summary>Whoever may change a subscription may see its event: the stored one, whatever the request says.</summary>
    private async Task<Subscription> RequireAllowed(long id)
    {
        var subscription = Require(id);
        await access.DemandAsync(events.Find(subscription.EventName)?.Resources ?? Nobody).ConfigureAwait(false);
        return subscription;
    }

    private bool HasToken(long id, string? token) => cache.Find(id)?.Secret is { } secret
        ? CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret.Reveal()), Encoding.UTF8.GetBytes(token ?? ""))
        : string.IsNullOrEmpty(token);

    private static AsyncEventView View(Subscription subscription) => new(
        subscription.Id,
        subscription.EventName,
        subscription.Recipient,
        subscription.Status == SubscriptionStatus.Active,
        subscription.CreatedAt.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
        subscription.StoreId);

    private static async Task<T> Checked<T>(Task<T> change)
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

/// <summary>A subscription as callers send it. A class, so that no <c>ToString</c> shows the token.</summary>
internal sealed class NewAsyncEvent
{
    public required string EventName { get; init; }

    public required string RecipientUrl { get; init; }

    public string? VerificationToken { get; init; }

    /// <summary>The notifier's key.</summary>
    public string Metadata { get; init; } = "http";

    public int StoreId { get; init; }
}

/// <summary>What callers can change. Event and URL stay as they are, whatever the request says.</summary>
internal sealed class ChangedAsyncEvent
{
    public bool? Status { get; init; }

    public string? Metadata { get; init; }
}

/// <summary>A subscription as callers see it, without token and notifier, as in the original; the time has whole seconds.</summary>
internal sealed record AsyncEventView(long SubscriptionId, string EventName, string RecipientUrl, bool Status, string SubscribedAt, int StoreId);
