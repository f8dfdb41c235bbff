namespace Declarative.Matching;

/// <summary>The event that is being matched, as converters, processors and contexts see it.</summary>
/// <param name="EventName">The event's name.</param>
/// <param name="SubscriptionName">The subscription's name; the event's for one without a name.</param>
/// <param name="StoreId">The store that the event belongs to; 0 for none in particular.</param>
/// <param name="MessageId">The event message's id, as <c>PublishAsync</c> gave it.</param>
/// <param name="IsHipaaAuditRequired">Whether the data must be kept from logs: yours too.</param>
public sealed record MatchedEvent(string EventName, string SubscriptionName, int StoreId, Guid MessageId, bool IsHipaaAuditRequired = false);
