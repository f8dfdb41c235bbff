using System.Globalization;
using Declarative.Delivery;
using Declarative.History;
using Declarative.Storage;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>Traces and dead letters out of PostgreSQL.</summary>
internal sealed class PostgreSqlDeliveryLog(PostgreSqlStore store) : IDeliveryLog
{
    private const string Select = """
        SELECT d.seq, d.uuid, d.replay_no, m.id, m.name, d.subscription_id, s.recipient, d.state, d.due_at, d.last_reason, d.last_status, d.created_at, d.finished_at, s.destination
        FROM declarative.delivery d JOIN declarative.message m ON m.seq = d.message_seq JOIN declarative.subscription s ON s.id = d.subscription_id
        """;

    public Task<IReadOnlyList<DeliveryTrace>> TraceAsync(Guid uuid, CancellationToken cancellationToken = default) =>
        TracesAsync(Select + " WHERE d.uuid = $1 ORDER BY d.seq", uuid, cancellationToken);

    public Task<MessageTrace?> FindMessageAsync(Guid messageId, CancellationToken cancellationToken = default) =>
        store.ReadAsync(
            session => session.FindAsync(
                "SELECT name, state, attempts, reason, created_at, due_at, finished_at FROM declarative.message WHERE id = $1",
                reader =>
                {
                    var state = (MessageState)reader.GetInt16(1);
                    return new MessageTrace
                    {
                        Id = messageId,
                        EventName = reader.GetString(0),
                        State = state,
                        Attempts = reader.GetInt32(2),
                        Reason = reader.TextOrNull(3),
                        CreatedAt = reader.Time(4),
                        NextDue = state == MessageState.Due ? reader.Time(5) : null,
                        FinishedAt = reader.TimeOrNull(6),
                    };
                },
                SqlValue.Id(messageId)),
            cancellationToken);

    public Task<IReadOnlyList<DeliveryTrace>> OfMessageAsync(Guid messageId, CancellationToken cancellationToken = default) =>
        TracesAsync(Select + " WHERE m.id = $1 ORDER BY d.seq", messageId, cancellationToken);

    public Task<IReadOnlyList<DeliveryTrace>> ListAsync(DeliverySelection? selection = null, long? before = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return LookAsync(selection ?? new DeliverySelection(), null, 0, before ?? long.MaxValue, limit, cancellationToken);
    }

    public Task<IReadOnlyList<DeliveryTrace>> SearchAsync(SearchExpression expression, long? before = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return LookAsync(new DeliverySelection(), expression, 0, before ?? long.MaxValue, limit, cancellationToken);
    }

    internal Task<IReadOnlyList<DeliveryTrace>> LookAsync(DeliverySelection selection, SearchExpression? search, long from, long before, int limit, CancellationToken cancellationToken)
    {
        var (condition, values) = SearchSql.Of(selection, search);
        var sql = string.Create(CultureInfo.InvariantCulture, $"{Select} WHERE {condition} AND d.seq >= ${values.Count + 1} AND d.seq < ${values.Count + 2} ORDER BY d.seq DESC LIMIT ${values.Count + 3}");
        return store.ReadAsync<IReadOnlyList<DeliveryTrace>>(
            async session => await session.QueryAsync(sql, Read, [.. values, SqlValue.Long(from), SqlValue.Long(before), SqlValue.Int(limit)]).ConfigureAwait(false),
            cancellationToken);
    }

    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(int limit = 100, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return store.ReadAsync<IReadOnlyList<DeadLetter>>(
            async session => await session.QueryAsync(
                """
                SELECT * FROM (SELECT true, id, name, NULL::bigint, attempts, reason, finished_at, NULL::int FROM declarative.message WHERE state = 4 ORDER BY finished_at DESC LIMIT $1) m
                UNION ALL
                SELECT * FROM (SELECT false, d.uuid, m.name, d.subscription_id, d.attempts, d.last_reason, d.finished_at, d.last_status
                               FROM declarative.delivery d JOIN declarative.message m ON m.seq = d.message_seq WHERE d.state = 3 ORDER BY d.finished_at DESC LIMIT $1) d
                ORDER BY 7 DESC LIMIT $1
                """,
                static reader => new DeadLetter
                {
                    IsMessage = reader.GetBoolean(0),
                    Id = reader.GetGuid(1),
                    EventName = reader.GetString(2),
                    SubscriptionId = reader.LongOrNull(3),
                    Attempts = reader.GetInt32(4),
                    Reason = reader.TextOrNull(5) ?? "",
                    FinishedAt = reader.Time(6),
                    Status = reader.IntOrNull(7),
                },
                SqlValue.Int(limit)).ConfigureAwait(false),
            cancellationToken);
    }

    private Task<IReadOnlyList<DeliveryTrace>> TracesAsync(string sql, Guid id, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<DeliveryTrace>>(
            async session =>
            {
                var traces = await session.QueryAsync(sql, Read, SqlValue.Id(id)).ConfigureAwait(false);
                var attempts = (await session.QueryAsync(
                    "SELECT delivery_seq, number, started_at, duration_ms, status, outcome, reason, response, truncated, request_headers, response_headers FROM declarative.attempt WHERE delivery_seq = ANY($1) ORDER BY seq",
                    static reader => (Delivery: reader.GetInt64(0), Attempt: ReadAttempt(reader)),
                    SqlValue.Longs(traces.Select(static trace => trace.Id))).ConfigureAwait(false)).ToLookup(static one => one.Delivery, static one => one.Attempt);
                return traces.ConvertAll(trace => trace with { Attempts = [.. attempts[trace.Id]] });
            },
            cancellationToken);

    private static AttemptRecord ReadAttempt(NpgsqlDataReader reader) => new(
        reader.GetInt32(1),
        reader.Time(2),
        TimeSpan.FromMilliseconds(reader.GetInt64(3)),
        reader.IntOrNull(4),
        reader.GetInt16(5) == 1,
        reader.TextOrNull(6),
        reader.TextOrNull(7),
        reader.GetBoolean(8))
    {
        RequestHeaders = reader.TextOrNull(9),
        ResponseHeaders = reader.TextOrNull(10),
    };

    private static DeliveryTrace Read(NpgsqlDataReader reader)
    {
        var state = (DeliveryState)reader.GetInt16(7);
        return new DeliveryTrace
        {
            Id = reader.GetInt64(0),
            Uuid = reader.GetGuid(1),
            ReplayNo = reader.GetInt32(2),
            MessageId = reader.GetGuid(3),
            EventName = reader.GetString(4),
            SubscriptionId = reader.GetInt64(5),
            Recipient = reader.GetString(6),
            State = state,
            NextDue = state == DeliveryState.Due ? reader.Time(8) : null,
            Reason = reader.TextOrNull(9),
            Status = reader.IntOrNull(10),
            CreatedAt = reader.Time(11),
            FinishedAt = reader.TimeOrNull(12),
            Destination = reader.TextOrNull(13),
        };
    }

    private static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
    }
}
