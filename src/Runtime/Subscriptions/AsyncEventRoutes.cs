using System.Globalization;
using Declarative.Rest;

namespace Declarative.Subscriptions;

/// <summary>The async events module's REST API over subscriptions: those without a name, which eventing's have.</summary>
internal sealed class AsyncEventRoutes(SubscriptionService subscriptions)
{
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
        var subscription = await subscriptions.CreateAsync(
            new NewSubscription
            {
                EventName = asyncEvent.EventName,
                Recipient = asyncEvent.RecipientUrl,
                Notifier = string.IsNullOrEmpty(asyncEvent.Metadata) ? "http" : asyncEvent.Metadata,
                VerificationToken = asyncEvent.VerificationToken,
                StoreId = asyncEvent.StoreId,
            },
            cancellationToken).ConfigureAwait(false);
        return View(Require(subscription.Id));
    }

    /// <summary>Enables or disables a subscription, and gives it another notifier if one is named.</summary>
    public async Task<AsyncEventView> Update(long subscriptionId, ChangedAsyncEvent asyncEvent, CancellationToken cancellationToken)
    {
        var subscription = Require(subscriptionId);
        if (asyncEvent.Status is not { } status)
            throw new InputException("Status is required");
        if (!string.IsNullOrEmpty(asyncEvent.Metadata) && asyncEvent.Metadata != subscription.Notifier)
            await subscriptions.SetNotifierAsync(subscriptionId, asyncEvent.Metadata, cancellationToken).ConfigureAwait(false);
        await subscriptions.SetStatusAsync([subscriptionId], status, cancellationToken).ConfigureAwait(false);
        return View(Require(subscriptionId));
    }

    /// <summary>Gives a subscription another verification token; the old one signs too for <paramref name="overlap"/> seconds.</summary>
    public async Task<AsyncEventView> RotateToken(long subscriptionId, string verificationToken, int overlap = DefaultOverlap, CancellationToken cancellationToken = default)
    {
        Require(subscriptionId);
        await subscriptions.RotateTokenAsync(subscriptionId, verificationToken, TimeSpan.FromSeconds(overlap), cancellationToken).ConfigureAwait(false);
        return View(Require(subscriptionId));
    }

    public AsyncEventView Get(long subscriptionId) => View(Require(subscriptionId));

    public SearchResults<AsyncEventView> GetList(SearchCriteria? searchCriteria = null) =>
        Pages.Of(subscriptions.List().Where(static one => one.Name is null).Select(View), searchCriteria);

    public async Task<bool> Delete(long subscriptionId, CancellationToken cancellationToken)
    {
        Require(subscriptionId);
        await subscriptions.DeleteAsync(subscriptionId, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private Subscription Require(long id) => subscriptions.Find(id) is { Name: null } subscription
        ? subscription
        : throw new NoSuchEntityException("There is no subscription with the id %id.", ("id", id));

    private static AsyncEventView View(Subscription subscription) => new(
        subscription.Id,
        subscription.EventName,
        subscription.Recipient,
        subscription.Status == SubscriptionStatus.Active,
        subscription.CreatedAt.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
        subscription.StoreId);
}

/// <summary>A subscription as callers send it. A class, so that no <c>ToString</c> shows the token.</summary>
internal sealed class NewAsyncEvent
{
    public required string EventName { get; init; }

    public required string RecipientUrl { get; init; }

    public string? VerificationToken { get; init; }

    /// <summary>The notifier's key; <c>http</c> unless stated. Contracts that are generated give what is left out as null.</summary>
    public string? Metadata { get; init; }

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
