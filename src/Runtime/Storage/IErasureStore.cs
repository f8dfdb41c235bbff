namespace Declarative.Storage;

/// <summary>Erasing the data of messages; that there was one stays.</summary>
public interface IErasureStore
{
    /// <summary>The messages of a delivery's uuid or of a message's id; empty if there is neither.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<long>> FindMessagesAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>What is stored of messages, in order, without those whose data was erased.</summary>
    /// <param name="after">The message after which to begin; 0 for the first.</param>
    /// <param name="rows">How many messages to look at.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>Null if there are no more.</returns>
    Task<StoredData?> LoadStoredAsync(long after, int rows, CancellationToken cancellationToken);

    /// <summary>
    /// Erases the data of a message: what was published and sent, what receivers answered, and what is searched by. What is still to be resolved or delivered
    /// of it is not: nothing is sent without its data.
    /// </summary>
    /// <param name="message">Its row.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>False if it had been erased before.</returns>
    Task<bool> EraseAsync(long message, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Messages that were finished before a time and of whose deliveries none is pending, with data that was not erased yet, in order.</summary>
    /// <param name="before">The time.</param>
    /// <param name="after">The message after which to look; 0 for the first.</param>
    /// <param name="rows">How many messages to look at.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>The last message looked at, and those found; null if no older one is left.</returns>
    Task<(long Last, IReadOnlyList<long> Found)?> FindFinishedAsync(DateTimeOffset before, long after, int rows, CancellationToken cancellationToken);
}

/// <summary>What is stored of some messages.</summary>
/// <param name="Last">The last message looked at.</param>
/// <param name="Data">Each piece with its message's row.</param>
public sealed record StoredData(long Last, IReadOnlyList<(long Message, byte[] Json)> Data);
