using Declarative.Storage;

namespace Declarative.PostgreSql;

/// <summary>What waits for a broker, in PostgreSQL.</summary>
internal sealed class PostgreSqlBrokerBuffer(PostgreSqlStore store) : IBrokerBuffer
{
    public Task AddAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.RunAsync(
                """
                INSERT INTO declarative.broker_buffer (id, name, store_id, kind, json, original, idempotency_key, request_hash, trace_parent, trace_state, created_at)
                SELECT id, name, store_id, kind, json, original, idempotency_key, request_hash, trace_parent, trace_state, created_at
                FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::bytea[], $6::bytea[], $7::text[], $8::bytea[], $9::text[], $10::text[], $11::timestamptz[])
                    WITH ORDINALITY AS m(id, name, store_id, kind, json, original, idempotency_key, request_hash, trace_parent, trace_state, created_at, place)
                ORDER BY place ON CONFLICT (id) DO NOTHING
                """,
                SqlValue.Ids(messages.Select(static one => one.Id)),
                SqlValue.Texts(messages.Select(static one => one.Name)),
                SqlValue.Ints(messages.Select(static one => one.StoreId)),
                SqlValue.Ints(messages.Select(static one => one.CarriesPayload ? 1 : 0)),
                SqlValue.ManyBytes(messages.Select(static one => one.Json)),
                SqlValue.ManyBytes(messages.Select(static one => one.Original)),
                SqlValue.Texts(messages.Select(static one => one.IdempotencyKey)),
                SqlValue.ManyBytes(messages.Select(static one => one.RequestHash)),
                SqlValue.Texts(messages.Select(static one => one.TraceParent)),
                SqlValue.Texts(messages.Select(static one => one.TraceState)),
                SqlValue.Times(messages.Select(static one => (DateTime?)one.CreatedAt.UtcDateTime))),
            cancellationToken);

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
        store.ReadAsync<IReadOnlyList<NewMessage>>(
            async session => await session.QueryAsync(
                """
                SELECT id, name, store_id, kind, json, original, idempotency_key, request_hash, trace_parent, trace_state, created_at
                FROM declarative.broker_buffer ORDER BY seq LIMIT $1
                """,
                static reader => new NewMessage
                {
                    Id = reader.GetGuid(0),
                    Name = reader.GetString(1),
                    StoreId = reader.GetInt32(2),
                    CarriesPayload = reader.GetInt16(3) == 1,
                    Json = reader.Bytes(4),
                    Original = reader.BytesOrNull(5),
                    IdempotencyKey = reader.TextOrNull(6),
                    RequestHash = reader.BytesOrNull(7),
                    TraceParent = reader.TextOrNull(8),
                    TraceState = reader.TextOrNull(9),
                    CreatedAt = reader.Time(10),
                },
                SqlValue.Int(limit)).ConfigureAwait(false),
            cancellationToken);

    public Task RemoveAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        store.WriteAsync(session => session.RunAsync("DELETE FROM declarative.broker_buffer WHERE id = ANY($1)", SqlValue.Ids(ids)), cancellationToken);
}
