namespace Declarative.Subscriptions;

/// <summary>Payload of the event <c>declarative.subscription.status_changed</c>: what the engine found out about a subscription.</summary>
/// <param name="SubscriptionId">The subscription's row.</param>
/// <param name="Name">Its name; null if it has none.</param>
/// <param name="EventName">The event that it is for.</param>
/// <param name="Status">
/// <c>unstable</c>: most of its attempts fail; <c>recovered</c>: no longer; <c>disabled</c>: switched off, since it stayed so; <c>gone</c>: switched off, since its
/// receiver answered 410.
/// </param>
/// <param name="Reason">The figures, in words.</param>
public sealed record SubscriptionStatusChanged(long SubscriptionId, string? Name, string EventName, string Status, string Reason);
