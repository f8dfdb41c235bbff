using System.Data.Common;
using Declarative.Outbox;

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

    /// <summary>
    /// A transaction of the application's, in which the event is stored: published once that is committed, never if it is rolled back. Its database must be the
    /// engine's, or one that was made known as an outbox (<c>AddSqliteOutbox</c>, <c>AddPostgreSqlOutbox</c>).
    /// </summary>
    public DbTransaction? Transaction { get; init; }

    /// <summary>
    /// Something of the application's that is committed as a whole later, such as a <c>DbContext</c> (<c>db.Outbox()</c> of Declarative.EntityFrameworkCore). Not together
    /// with <see cref="Transaction"/>. The publish gives the message's own id, also where an idempotency key turns out to be a repeat.
    /// </summary>
    public IOutbox? Outbox { get; init; }
}
