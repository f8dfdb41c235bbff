using Declarative.Storage;

namespace Declarative.PostgreSql;

/// <summary>What waits for a broker, in PostgreSQL.</summary>
internal sealed class PostgreSqlBrokerBuffer(PostgreSqlStore store) : IBrokerBuffer
{
    private static readonly WaitingMessages Table = new("declarative.broker_buffer");

    public Task AddAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken) =>
        store.WriteAsync(session => Table.AddAsync(session, messages), cancellationToken);

    public Task<bool> HoldAsync(Guid holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        const string Hold = $"""
            INSERT INTO declarative.broker_hold AS h (holder, held_until) VALUES ($2, {StoreClock.Sql} + $3)
            ON CONFLICT (place) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
            WHERE h.holder = $2 OR h.held_until <= {StoreClock.Sql}
            """;
        return store.WriteAsync(
            async session => await session.RunAsync(Hold, store.Clock.Now(now), SqlValue.Id(holder), SqlValue.Span(until - now)).ConfigureAwait(false) == 1,
            cancellationToken);
    }

    public Task<IReadOnlyList<NewMessage>> ReadAsync(int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(session => Table.ReadAsync(session, limit), cancellationToken);

    public Task RemoveAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        store.WriteAsync(session => Table.RemoveAsync(session, ids), cancellationToken);
}
