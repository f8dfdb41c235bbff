using System.Globalization;
using System.Text.Json;
using Declarative.Delivery;
using Declarative.History;
using Declarative.Storage;
using Microsoft.Data.Sqlite;

namespace Declarative.Sqlite;

/// <summary>Replays, the search index and the removal of what is old, in SQLite.</summary>
internal sealed class SqliteHistory(SqliteStore store, SqliteDeliveryLog log) : IHistoryStore
{
    private const string IndexedSetting = "search.indexed";
    private const string Progress = "SELECT id, made, created_at, finished_at, cancelled, next_seq, last_seq FROM replay";

    public Task<StoredPayload?> FindPayloadAsync(Guid uuid, CancellationToken cancellationToken) =>
        store.ReadAsync(
            session =>
            {
                using var reader = session.Prepare("""
                    SELECT p.bytes, max(p.hipaa_audit, s.hipaa_audit), m.erased_at
                    FROM delivery d JOIN payload p ON p.seq = d.payload_seq JOIN subscription s ON s.id = d.subscription_id JOIN message m ON m.seq = d.message_seq
                    WHERE d.uuid = $1 ORDER BY d.seq LIMIT 1
                    """).Query(uuid.Bytes());
                return reader.Read() ? new StoredPayload(reader.Blob(0), reader.GetInt32(1) == 1, reader.TimeOrNull(2)) : null;
            },
            cancellationToken);

    public Task<ArchiveStep?> LoadArchivedAsync(int rows, int maxWaiting, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.ReadAsync(session => SqliteArchive.Load(session, rows, maxWaiting, now.Ms()), cancellationToken);

    public Task<int> StoreArchivedAsync(ArchiveStep step, IReadOnlyList<(long MessageSeq, NewPayload Payload)> made, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(session => SqliteArchive.Store(session, step, made, now.Ms()), cancellationToken);

    public Task<IReadOnlyList<long>> FindMessagesAsync(Guid id, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<long>>(session => SqliteErasure.Find(session, id), cancellationToken);

    public Task<StoredData?> LoadStoredAsync(long after, int rows, CancellationToken cancellationToken) =>
        store.ReadAsync(session => SqliteErasure.Load(session, after, rows), cancellationToken);

    public Task<int> EraseAsync(IReadOnlyList<long> messages, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(session => messages.Count(message => SqliteErasure.Erase(session, message, now.Ms())), cancellationToken);

    public Task<(long Last, IReadOnlyList<long> Found)?> FindFinishedAsync(DateTimeOffset before, long after, int rows, CancellationToken cancellationToken) =>
        store.ReadAsync<(long Last, IReadOnlyList<long> Found)?>(
            session => Finished(session, before.Ms(), after, rows, " AND m.erased_at IS NULL") is var (last, found) ? (last, found) : null,
            cancellationToken);

    public Task<DeliveryBounds?> BoundsAsync(CancellationToken cancellationToken) =>
        store.ReadAsync(
            session =>
            {
                // Two statements: one with both reads the whole table.
                using var first = session.Prepare("SELECT min(seq) FROM delivery").Query();
                using var last = session.Prepare("SELECT max(seq) FROM delivery").Query();
                return first.Read() && !first.IsDBNull(0) && last.Read() ? new DeliveryBounds(first.GetInt64(0), last.GetInt64(0)) : null;
            },
            cancellationToken);

    public Task<DateTimeOffset?> MadeAtAsync(long from, CancellationToken cancellationToken) =>
        store.ReadAsync<DateTimeOffset?>(
            session =>
            {
                using var reader = session.Prepare("SELECT created_at FROM delivery WHERE seq >= $1 ORDER BY seq LIMIT 1").Query(from);
                return reader.Read() ? reader.Time(0) : null;
            },
            cancellationToken);

    public Task<IReadOnlyList<DeliveryTrace>> LookAsync(DeliverySelection selection, SearchExpression? search, long from, long before, int limit, CancellationToken cancellationToken) =>
        log.LookAsync(selection, search, from, before, limit, cancellationToken);

    public Task<IReadOnlyList<DeadLetter>> DeadMessagesAsync(int limit, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<DeadLetter>>(
            session =>
            {
                var dead = new List<DeadLetter>();
                using var reader = session.Prepare("SELECT id, name, attempts, reason, finished_at FROM message WHERE state = 4 ORDER BY finished_at DESC LIMIT $1").Query(limit);
                while (reader.Read())
                {
                    dead.Add(new DeadLetter
                    {
                        IsMessage = true,
                        Id = reader.Id(0),
                        EventName = reader.GetString(1),
                        Attempts = reader.GetInt32(2),
                        Reason = reader.TextOrNull(3) ?? "",
                        FinishedAt = reader.Time(4),
                    });
                }

                return dead;
            },
            cancellationToken);

    public Task<int> DiscardAsync(IReadOnlyList<Guid> ids, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                var discarded = 0;
                foreach (var id in ids)
                {
                    discarded += session.Prepare("UPDATE delivery SET state = 7 WHERE uuid = $1 AND state = 3").Run(id.Bytes());
                    discarded += session.Prepare("UPDATE message SET state = 5 WHERE id = $1 AND state = 4").Run(id.Bytes());
                }

                return discarded;
            },
            cancellationToken);

    public Task<ReplayResult> ReplayAsync(Guid uuid, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(session => Replay(session, uuid, now.Ms()), cancellationToken);

    public Task<bool> ReviveMessageAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.Prepare("UPDATE message SET state = 0, attempts = 0, due_at = $2, reason = NULL, finished_at = NULL WHERE id = $1 AND state = 4").Run(id.Bytes(), now.Ms()) == 1,
            cancellationToken);

    public Task<ReplayProgress> StartReplayAsync(DeliverySelection selection, DateTimeOffset now, CancellationToken cancellationToken) =>
        StartAsync(selection, "delivery", isOfEvents: false, now, cancellationToken);

    public Task<ReplayProgress> StartArchiveReplayAsync(DeliverySelection selection, DateTimeOffset now, CancellationToken cancellationToken) =>
        StartAsync(selection, "message", isOfEvents: true, now, cancellationToken);

    public Task<IReadOnlyList<ReplayProgress>> ListReplaysAsync(int limit, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<ReplayProgress>>(
            session =>
            {
                var replays = new List<ReplayProgress>();
                using var reader = session.Prepare(Progress + " ORDER BY id DESC LIMIT $1").Query(limit);
                while (reader.Read())
                    replays.Add(ReadProgress(reader));
                return replays;
            },
            cancellationToken);

    public Task<ReplayProgress?> FindReplayAsync(long id, CancellationToken cancellationToken) =>
        store.ReadAsync(
            session =>
            {
                using var reader = session.Prepare(Progress + " WHERE id = $1").Query(id);
                return reader.Read() ? ReadProgress(reader) : null;
            },
            cancellationToken);

    public Task<bool> CancelReplayAsync(long id, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(session => session.Prepare("UPDATE replay SET cancelled = 1, finished_at = $2 WHERE id = $1 AND finished_at IS NULL").Run(id, now.Ms()) == 1, cancellationToken);

    public Task<ReplayStep> ContinueReplaysAsync(int rows, int maxWaiting, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(session => Continue(session, rows, maxWaiting, now.Ms()), cancellationToken);

    public Task<IReadOnlyList<UnindexedPayload>> LoadUnindexedAsync(int limit, CancellationToken cancellationToken) =>
        store.ReadAsync<IReadOnlyList<UnindexedPayload>>(
            session =>
            {
                var payloads = new List<UnindexedPayload>();
                using var reader = session.Prepare("""
                    SELECT p.seq, CASE WHEN p.hipaa_audit = 1 OR EXISTS (SELECT 1 FROM delivery d JOIN subscription s ON s.id = d.subscription_id
                                                    WHERE d.message_seq = p.message_seq AND d.payload_seq = p.seq AND s.hipaa_audit = 1) THEN NULL ELSE p.bytes END
                    FROM payload p WHERE p.seq > coalesce((SELECT CAST(value AS INTEGER) FROM setting WHERE name = $2), 0) ORDER BY p.seq LIMIT $1
                    """).Query(limit, IndexedSetting);
                while (reader.Read())
                    payloads.Add(new UnindexedPayload(reader.GetInt64(0), reader.BlobOrNull(1)));
                return payloads;
            },
            cancellationToken);

    public Task IndexAsync(IReadOnlyList<IndexedValue> values, long upTo, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                foreach (var value in values)
                    session.Prepare("INSERT INTO payload_value (path, value, payload_seq) SELECT $1, $2, p.seq FROM payload p JOIN message m ON m.seq = p.message_seq WHERE p.seq = $3 AND m.erased_at IS NULL ON CONFLICT DO NOTHING").Run(value.Path, value.Value, value.PayloadSeq);
                return session.Prepare("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2")
                    .Run(IndexedSetting, upTo.ToString(CultureInfo.InvariantCulture));
            },
            cancellationToken);

    public Task<(long Last, int Removed)?> DeleteFinishedAsync(DateTimeOffset before, long after, int rows, CancellationToken cancellationToken) =>
        store.WriteAsync(session => DeleteFinished(session, before.Ms(), after, rows), cancellationToken);

    private Task<ReplayProgress> StartAsync(DeliverySelection selection, string table, bool isOfEvents, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                session.Prepare($"INSERT INTO replay (selection, next_seq, last_seq, created_at, of_events) SELECT $1, coalesce((SELECT min(seq) FROM {table}), 1), coalesce((SELECT max(seq) FROM {table}), 0), $2, $3")
                    .Run(JsonSerializer.Serialize(selection, HistoryJson.Default.DeliverySelection), now.Ms(), isOfEvents ? 1 : 0);
                return new ReplayProgress(session.LastRowId, 0, now, FinishedAt: null);
            },
            cancellationToken);

    /// <summary>How far it is, is told by the rows looked at: from the first that there was, which is not kept, so from row one.</summary>
    private static ReplayProgress ReadProgress(SqliteDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetInt32(1),
        reader.Time(2),
        reader.TimeOrNull(3),
        reader.GetInt32(4) == 1,
        reader.IsDBNull(3) ? Math.Min(1, (reader.GetInt64(5) - 1) / Math.Max(1.0, reader.GetInt64(6))) : 1);

    private static ReplayResult Replay(SqliteSession session, Guid uuid, long now)
    {
        using (var reader = session.Prepare("""
            SELECT s.status, d.last_reason LIKE 'not_ready:%', m.erased_at
            FROM delivery d JOIN subscription s ON s.id = d.subscription_id JOIN message m ON m.seq = d.message_seq WHERE d.uuid = $1 ORDER BY d.seq LIMIT 1
            """).Query(uuid.Bytes()))
        {
            if (!reader.Read())
                return new ReplayResult(ReplayOutcome.Unknown, 0);
            if (reader.GetInt32(0) == 4)
                return new ReplayResult(ReplayOutcome.Unsubscribed, 0);
            if (reader.IntOrNull(1) == 1)
                return new ReplayResult(ReplayOutcome.NeverReady, 0);
            if (!reader.IsDBNull(2))
                return new ReplayResult(ReplayOutcome.Erased, 0);
        }

        session.Prepare("UPDATE delivery SET state = 6 WHERE uuid = $1 AND state = 3").Run(uuid.Bytes());

        session.Prepare("""
            INSERT INTO delivery (uuid, replay_no, message_seq, subscription_id, endpoint_id, payload_seq, priority, state, due_at, created_at)
            SELECT d.uuid, (SELECT max(replay_no) + 1 FROM delivery WHERE uuid = $1), d.message_seq, d.subscription_id, s.endpoint_id, d.payload_seq, s.priority,
                   CASE s.status WHEN 1 THEN 0 ELSE 4 END, $2, $2
            FROM delivery d JOIN subscription s ON s.id = d.subscription_id WHERE d.uuid = $1 ORDER BY d.seq LIMIT 1
            """).Run(uuid.Bytes(), now);
        using var made = session.Prepare("SELECT max(replay_no) FROM delivery WHERE uuid = $1").Query(uuid.Bytes());
        made.Read();
        return new ReplayResult(ReplayOutcome.Made, made.GetInt32(0));
    }

    private static ReplayStep Continue(SqliteSession session, int rows, int maxWaiting, long now)
    {
        long id, next, last;
        DeliverySelection selection;
        using (var reader = session.Prepare("SELECT id, selection, next_seq, last_seq FROM replay WHERE finished_at IS NULL AND of_events = 0 ORDER BY id LIMIT 1").Query())
        {
            if (!reader.Read())
                return default;
            (id, next, last) = (reader.GetInt64(0), reader.GetInt64(2), reader.GetInt64(3));
            selection = JsonSerializer.Deserialize(reader.GetString(1), HistoryJson.Default.DeliverySelection)!;
        }

        if (MustWait(session, maxWaiting, now))
            return new ReplayStep(0, IsMore: true, IsWaiting: true);
        var uuids = new List<Guid>();
        var until = Math.Min(last, next + rows - 1);

        // Only what has ended, and of each trace its newest delivery: a replay that failed stands for its original.
        var (condition, values) = SearchSql.Of(selection);
        using (var statement = session.PrepareOnce(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT d.uuid FROM delivery d JOIN message m ON m.seq = d.message_seq
            WHERE d.seq BETWEEN ${values.Count + 1} AND ${values.Count + 2} AND d.state IN (2, 3) AND {condition} AND NOT EXISTS (SELECT 1 FROM delivery n WHERE n.uuid = d.uuid AND n.seq > d.seq)
            """)))
        using (var reader = statement.Query([.. values, next, until]))
        {
            while (reader.Read())
                uuids.Add(reader.Id(0));
        }

        var made = uuids.Count(uuid => Replay(session, uuid, now).Outcome == ReplayOutcome.Made);
        var isDone = until >= last;
        session.Prepare("UPDATE replay SET next_seq = $2, made = made + $3, finished_at = $4 WHERE id = $1").Run(id, until + 1, made, isDone ? now : null);
        return new ReplayStep(made, IsMore: true, IsWaiting: false);
    }

    /// <summary>What is due only later is no sign of a slow receiver. One that is down must not hold up the replays for others, but no more than ten times as many may wait in all.</summary>
    internal static bool MustWait(SqliteSession session, int most, long now)
    {
        using var reader = session.Prepare("""
            SELECT count(*) FILTER (WHERE open_until IS NULL), count(*)
            FROM (SELECT e.open_until FROM delivery d JOIN endpoint e ON e.id = d.endpoint_id
                  WHERE d.state IN (0, 1) AND d.replay_no > 0 AND d.due_at <= $1 LIMIT 10 * $2)
            """).Query(now, most);
        reader.Read();
        return reader.GetInt64(0) >= most || reader.GetInt64(1) >= 10 * most;
    }

    /// <summary>Messages that are over; a message ends with its last delivery: one that is retried for days keeps its message.</summary>
    private static (long Last, List<long> Found)? Finished(SqliteSession session, long before, long after, int rows, string which)
    {
        var finished = new List<long>();
        var last = after;
        var looked = 0;
        using (var reader = session.Prepare($"""
            SELECT m.seq, m.state >= 2 AND m.finished_at < $1 AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.message_seq = m.seq AND (d.state IN (0, 1, 4) OR d.finished_at >= $1)), m.created_at
            FROM message m WHERE m.seq > $2{which} ORDER BY m.seq LIMIT $3
            """).Query(before, after, rows))
        {
            // They come in the order of their making: behind the first that is young are none that are over.
            while (reader.Read() && reader.GetInt64(2) < before)
            {
                looked++;
                last = reader.GetInt64(0);
                if (reader.GetInt32(1) == 1)
                    finished.Add(last);
            }
        }

        return looked == 0 ? null : (last, finished);
    }

    private static (long Last, int Removed)? DeleteFinished(SqliteSession session, long before, long after, int rows)
    {
        if (Finished(session, before, after, rows, "") is not var (last, finished))
            return null;
        foreach (var message in finished)
        {
            session.Prepare("DELETE FROM attempt WHERE delivery_seq IN (SELECT seq FROM delivery WHERE message_seq = $1)").Run(message);
            session.Prepare("DELETE FROM payload_value WHERE payload_seq IN (SELECT payload_seq FROM delivery WHERE message_seq = $1)").Run(message);
            session.Prepare("DELETE FROM payload WHERE seq IN (SELECT payload_seq FROM delivery WHERE message_seq = $1)").Run(message);
            session.Prepare("DELETE FROM delivery WHERE message_seq = $1").Run(message);
            session.Prepare("DELETE FROM message WHERE seq = $1").Run(message);
        }

        return (last, finished.Count);
    }
}
