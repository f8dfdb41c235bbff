namespace Declarative.Storage;

/// <summary>Event messages: the durable queue between publishers and the worker. Everything goes in batches.</summary>
public interface IMessageStore
{
    /// <summary>Stores messages; when the task completes they survive a crash. Answers come in the order of the messages.</summary>
    /// <param name="messages">The messages. Repeats of an idempotency key are told apart within the batch too; one whose id is stored already is repeated as well.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken);

    /// <summary>Takes due messages under a lease, fairly between event names, and counts an attempt for each.</summary>
    /// <param name="claim">What is wanted.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task<Claimed<ClaimedMessage>> ClaimAsync(Claim<string> claim, CancellationToken cancellationToken);

    /// <summary>
    /// Ends messages: payloads, deliveries and the message's own end are one transaction. A delivery whose subscription
    /// was disabled meanwhile is parked, one whose subscription was deleted is not made.
    /// </summary>
    /// <param name="outcomes">How each ended.</param>
    /// <param name="now">The time of the end.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>How many were stored; those whose lease no longer holds are left alone.</returns>
    Task<int> CompleteAsync(IReadOnlyList<MessageOutcome> outcomes, DateTimeOffset now, CancellationToken cancellationToken);
}
