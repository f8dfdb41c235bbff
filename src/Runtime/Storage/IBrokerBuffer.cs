namespace Declarative.Storage;

/// <summary>Event messages that were accepted while their broker could not take them, in order of arrival.</summary>
public interface IBrokerBuffer
{
    /// <summary>Stores messages; when the task completes they survive a crash. One whose id is there already is left as it is.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task AddAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken);

    /// <summary>
    /// Lets one process at a time send what is here, so that the order stays: takes or renews the hold of <paramref name="holder"/>.
    /// </summary>
    /// <param name="holder">Names the process.</param>
    /// <param name="now">The time.</param>
    /// <param name="until">When the hold ends by itself; now to let go of it.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>False while another one holds it.</returns>
    Task<bool> HoldAsync(Guid holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>The oldest messages.</summary>
    /// <param name="limit">Most messages.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<NewMessage>> ReadAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Removes messages that the broker has.</summary>
    /// <param name="ids">Their ids.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task RemoveAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken);
}
