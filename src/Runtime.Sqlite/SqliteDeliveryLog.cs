using System.Globalization;
using Declarative.Delivery;
using Declarative.History;
using Declarative.Storage;
using Microsoft.Data.Sqlite;

namespace Declarative.Sqlite;

/// <summary>Traces and dead letters out of SQLite.</summary>
internal sealed class SqliteDeliveryLog(SqliteStore store) : IDeliveryLog
{
    internal const string Select = """
        SELECT d.seq, d.uuid, d.replay_no, m.id, m.name, d.subscription_id, s.recipient, d.state, d.due_at, d.last_reason, d.last_status, d.created_at, d.finished_at, s.destination
        FROM delivery d JOIN message m ON m.seq = d.message_seq JOIN subscription s ON s.id = d.subscription_id
        """;

    public Task<IReadOnlyList<DeliveryTrace>> TraceAsync(Guid uuid, CancellationToken cancellationToken = default) =>
        TracesAsync(Select + " WHERE d.uuid = $1 ORDER BY d.seq", uuid, cancellationToken);

    public Task<MessageTrace?> FindMessageAsync(Guid messageId, CancellationToken cancellationToken = default) =>
        store.ReadAsync(
            session =>
            {
                using var reader = session.Prepare("SELECT name, state, attempts, reason, created_at, due_at, finished_at FROM message WHERE id = $1").Query(messageId.Bytes());
                if (!reader.Read())
                    return null;
                var state = (MessageState)reader.GetInt32(1);
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
            session =>
            {
                using var statement = session.PrepareOnce(sql);
                using var reader = statement.Query([.. values, from, before, limit]);
                return ReadAll(reader);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(int limit = 100, CancellationToken cancellationToken = default)
    {
        CheckLimit(limit);
        return store.ReadAsync<IReadOnlyList<DeadLetter>>(
            session =>
            {
                using var reader = session.Prepare("""
                    SELECT * FROM (SELECT 1, id, name, NULL, attempts, reason, finished_at, NULL FROM message WHERE state = 4 ORDER BY finished_at DESC LIMIT $1)
                    UNION ALL
                    SELECT * FROM (SELECT 0, d.uuid, m.name, d.subscription_id, d.attempts, d.last_reason, d.finished_at, d.last_status
                                   FROM delivery d JOIN message m ON m.seq = d.message_seq WHERE d.state = 3 ORDER BY d.finished_at DESC LIMIT $1)
                    ORDER BY 7 DESC LIMIT $1
                    """).Query(limit);
                var letters = new List<DeadLetter>();
                while (reader.Read())
                {
                    letters.Add(new DeadLetter
                    {
                        IsMessage = reader.GetInt32(0) == 1,
                        Id = reader.Id(1),
                        EventName = reader.GetString(2),
                        SubscriptionId = reader.IsDBNull(3) ? null : reader.GetInt64(3),
                        Attempts = reader.GetInt32(4),
                        Reason = reader.TextOrNull(5) ?? "",
                        FinishedAt = reader.Time(6),
                        Status = reader.IntOrNull(7),
                    });
                }

                return letters;
            },
            cancellationToken);
    }

    private Task<IReadOnlyList<DeliveryTrace>> TracesAsync(string sql, Guid id, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<DeliveryTrace>>(
            session =>
            {
                var traces = new List<DeliveryTrace>();
                using var reader = session.Prepare(sql).Query(id.Bytes());
                while (reader.Read())
                    traces.Add(Read(reader) with { Attempts = Attempts(session, reader.GetInt64(0)) });
                return traces;
            },
            cancellationToken);

    private static List<AttemptRecord> Attempts(SqliteSession session, long delivery)
    {
        var attempts = new List<AttemptRecord>();
        using var reader = session.Prepare("SELECT number, started_at, duration_ms, status, outcome, reason, response, truncated, request_headers, response_headers FROM attempt WHERE delivery_seq = $1 ORDER BY seq").Query(delivery);
        while (reader.Read())
        {
            attempts.Add(new AttemptRecord(
                reader.GetInt32(0),
                reader.Time(1),
                TimeSpan.FromMilliseconds(reader.GetInt64(2)),
                reader.IntOrNull(3),
                reader.GetInt32(4) == 1,
                reader.TextOrNull(5),
                reader.TextOrNull(6),
                reader.GetInt32(7) == 1)
            {
                RequestHeaders = reader.TextOrNull(8),
                ResponseHeaders = reader.TextOrNull(9),
            });
        }

        return attempts;
    }

    private static List<DeliveryTrace> ReadAll(SqliteDataReader reader)
    {
        var traces = new List<DeliveryTrace>();
        while (reader.Read())
            traces.Add(Read(reader));
        return traces;
    }

    private static DeliveryTrace Read(SqliteDataReader reader)
    {
        var state = (DeliveryState)reader.GetInt32(7);
        return new DeliveryTrace
        {
            Id = reader.GetInt64(0),
            Uuid = reader.Id(1),
            ReplayNo = reader.GetInt32(2),
            MessageId = reader.Id(3),
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
