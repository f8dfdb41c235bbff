using Declarative.Storage;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>
/// Stores a batch of messages. The insert comes first and the unique indexes decide, whoever else inserts the same; what they refused is looked at
/// afterwards.
/// </summary>
/// <param name="clock">The store's clock.</param>
/// <param name="messages">The messages.</param>
/// <param name="write">Runs a step on a connection: one of the store's, or that of a transaction of the application's.</param>
internal sealed class MessageAppend(StoreClock clock, IReadOnlyList<NewMessage> messages, Func<Func<PostgreSqlSession, Task<int>>, Task<int>> write)
{
    // A refusal is looked at, and the row that was in the way may be gone by then.
    private const int MaxTries = 10;

    private const string Insert = $"""
        INSERT INTO declarative.message (id, name, store_id, kind, json, original, idempotency_key, request_hash, trace_parent, trace_state, created_at, due_at)
        SELECT id, name, store_id, kind, json, original, idempotency_key, request_hash, trace_parent, trace_state, coalesce(made, {StoreClock.Sql}), coalesce(made, {StoreClock.Sql})
        FROM unnest($2::uuid[], $3::text[], $4::int[], $5::int[], $6::bytea[], $7::bytea[], $8::text[], $9::bytea[], $10::text[], $11::text[], $12::timestamptz[])
            WITH ORDINALITY AS m(id, name, store_id, kind, json, original, idempotency_key, request_hash, trace_parent, trace_state, made, place)
        """;

    private readonly AppendResult?[] _results = new AppendResult?[messages.Count];

    /// <summary>
    /// Stores messages that should all be new, which is what most are: without keys, only an id could be there already, and looking for that before each row costs a
    /// third. All of them or, with a <see cref="StoreException"/> that an index refused one, none.
    /// </summary>
    public static Task<int> AllNewAsync(PostgreSqlSession session, StoreClock clock, IReadOnlyList<NewMessage> messages) =>
        session.RunAsync(Insert + " ORDER BY place", Values(clock, messages));

    public async Task<IReadOnlyList<AppendResult>> RunAsync()
    {
        var open = Enumerable.Range(0, messages.Count).ToList();
        for (var attempt = 1; open.Count > 0; attempt++)
        {
            if (attempt > MaxTries)
                throw new StoreException("An idempotency key was taken and freed again each time it was looked at.");
            await write(session => InsertAsync(session, open)).ConfigureAwait(false);
            open.RemoveAll(index => _results[index] is not null);
            if (open.Count == 0)
                break;
            await write(session => ExplainAsync(session, open)).ConfigureAwait(false);
            open.RemoveAll(index => _results[index] is not null);
        }

        return Array.ConvertAll(_results, static result => result!.Value);
    }

    /// <summary>In the order of keys, so that two batches with the same keys wait for each other once and not crosswise.</summary>
    private async Task<int> InsertAsync(PostgreSqlSession session, List<int> open)
    {
        const string InsertNew = Insert + """
             ORDER BY name COLLATE "C", idempotency_key COLLATE "C", place
            ON CONFLICT DO NOTHING
            RETURNING id
            """;
        var stored = await session.QueryAsync(InsertNew, static reader => reader.GetGuid(0), Values(clock, open.ConvertAll(index => messages[index]))).ConfigureAwait(false);

        // Of one id in the batch twice the first was stored.
        var ids = stored.ToHashSet();
        foreach (var index in open)
        {
            if (ids.Remove(messages[index].Id))
                _results[index] = new AppendResult(messages[index].Id, AppendOutcome.Stored);
        }

        return stored.Count;
    }

    /// <summary>Tells repeats from misused keys; a key that has had its 24 hours is freed, so that the next try takes it. Locked in order, since two nodes may free the same ones.</summary>
    private async Task<int> ExplainAsync(PostgreSqlSession session, List<int> open)
    {
        const string Explain = $"""
            WITH asked AS MATERIALIZED (
                SELECT * FROM unnest($2::int[], $3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::timestamptz[]) AS a(place, id, name, idempotency_key, request_hash, made)
            ),
            known AS MATERIALIZED (
                SELECT a.place, a.id, true AS is_same, false AS is_old, m.seq FROM asked a JOIN declarative.message m ON m.id = a.id
                UNION ALL
                SELECT a.place, m.id, m.request_hash IS NOT DISTINCT FROM a.request_hash, m.created_at <= coalesce(a.made, {StoreClock.Sql}) - interval '24 hours', m.seq
                FROM asked a JOIN declarative.message m ON m.name = a.name AND m.idempotency_key = a.idempotency_key
                WHERE m.id <> a.id
            ),
            old AS MATERIALIZED (
                SELECT seq FROM declarative.message WHERE seq = ANY(ARRAY(SELECT seq FROM known WHERE is_old)) ORDER BY seq FOR UPDATE
            ),
            freed AS (
                UPDATE declarative.message SET idempotency_key = NULL, request_hash = NULL WHERE seq = ANY(ARRAY(SELECT seq FROM old))
            )
            SELECT place, id, is_same FROM known WHERE NOT is_old
            """;
        var rows = open.ConvertAll(index => messages[index]);
        var known = await session.QueryAsync(
            Explain,
            static reader => (Place: reader.GetInt32(0), Id: reader.GetGuid(1), IsSame: reader.GetBoolean(2)),
            SqlValue.Time(null),
            SqlValue.Ints(open),
            SqlValue.Ids(rows.Select(static one => one.Id)),
            SqlValue.Texts(rows.Select(static one => one.Name)),
            SqlValue.Texts(rows.Select(static one => one.IdempotencyKey)),
            SqlValue.ManyBytes(rows.Select(static one => one.RequestHash)),
            SqlValue.Times(rows.Select(one => clock.Made(one.CreatedAt)))).ConfigureAwait(false);

        // Its own id counts before its key.
        foreach (var (place, id, isSame) in known.OrderByDescending(one => one.Id == messages[one.Place].Id))
            _results[place] ??= new AppendResult(id, isSame ? AppendOutcome.Repeated : AppendOutcome.Conflict);
        return known.Count;
    }

    private static NpgsqlParameter[] Values(StoreClock clock, IReadOnlyList<NewMessage> messages) =>
        [SqlValue.Time(null), .. WaitingMessages.Values(messages, one => clock.Made(one.CreatedAt))];
}
