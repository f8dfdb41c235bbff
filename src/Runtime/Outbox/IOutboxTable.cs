using Declarative.Storage;

namespace Declarative.Outbox;

/// <summary>A table in a database of the application's, in which messages wait to be moved into the engine's store.</summary>
public interface IOutboxTable
{
    /// <summary>Names the database for the log; holds no password.</summary>
    string Name { get; }

    /// <summary>Makes the table if it isn't there, or says that it is missing.</summary>
    /// <param name="mode">Whether tables may be made.</param>
    /// <param name="cancellationToken">Cancels opening.</param>
    /// <exception cref="StoreException">The table can't be used; the message says what to do.</exception>
    Task OpenAsync(MigrationMode mode, CancellationToken cancellationToken);

    /// <summary>Committed messages, oldest first.</summary>
    /// <param name="limit">Most messages.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<NewMessage>> ReadAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Removes messages that the engine's store has; those that are gone already are no error.</summary>
    /// <param name="ids">Their ids.</param>
    /// <param name="cancellationToken">Cancels removing.</param>
    Task RemoveAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken);
}
