namespace Declarative;

/// <summary>What can be said about one publish besides its arguments or payload.</summary>
public sealed record PublishOptions
{
    /// <summary>
    /// The store (tenant scope) the event belongs to. 0, the default, reaches the subscriptions of all stores.
    /// Must not be negative.
    /// </summary>
    public int StoreId { get; init; }

    /// <summary>
    /// Makes repeats of this publish harmless for 24 hours: the same key for the same event with the same content gives
    /// the id of the first; with other content it is refused with <see cref="Events.IdempotencyConflictException"/>.
    /// 1 to 255 characters.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// How the entity was before the change, for rules such as <c>onChange</c>. Kept beside the message, merged as
    /// <c>_origData</c> and <c>_isNew</c> before subscriptions are matched, and sent only to those that list it.
    /// </summary>
    public OriginalState? Original { get; init; }
}
