using System.Globalization;
using System.Text.Json;
using Declarative.History;
using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>Replays, the search index and the removal of what is old, in SQLite.</summary>
internal sealed class SqliteHistory(SqliteStore store) : IHistoryStore
{
    private const string IndexedSetting = "search.indexed";

    public Task<StoredPayload?> FindPayloadAsync(Guid uuid, CancellationToken cancellationToken) =>
        store.ReadAsync(
            session =>
            {
                using var reader = session.Prepare("""
                    SELECT p.bytes, max(p.hipaa_audit, s.hipaa_audit) FROM delivery d JOIN payload p ON p.seq = d.payload_seq JOIN subscription s ON s.id = d.subscription_id
                    WHERE d.uuid = $1 ORDER BY d.seq LIMIT 1
                    """).Query(uuid.Bytes());
                return reader.Read() ? new StoredPayload(reader.Blob(0), reader.GetInt32(1) == 1) : null;
            },
            cancellationToken);

    public Task<ReplayResult> ReplayAsync(Guid uuid, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(session => Replay(session, uuid, now.Ms()), cancellationToken);

    public Task<bool> ReviveMessageAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session => session.Prepare("UPDATE message SET state = 0, attempts = 0, due_at = $2, reason = NULL, finished_at = NULL WHERE id = $1 AND state = 4").Run(id.Bytes(), now.Ms()) == 1,
            cancellationToken);

    public Task<ReplayProgress> StartReplayAsync(DeliverySelection selection, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                session.Prepare("INSERT INTO replay (selection, next_seq, last_seq, created_at) SELECT $1, 1, coalesce(max(seq), 0), $2 FROM delivery")
                    .Run(JsonSerializer.Serialize(selection, HistoryJson.Default.DeliverySelection), now.Ms());
                return new ReplayProgress(session.LastRowId, 0, now, FinishedAt: null);
            },
            cancellationToken);

    public Task<ReplayProgress?> FindReplayAsync(long id, CancellationToken cancellationToken) =>
        store.ReadAsync(
            session =>
            {
                using var reader = session.Prepare("SELECT id, made, created_at, finished_at, cancelled FROM replay WHERE id = $1").Query(id);
                return reader.Read() ? new ReplayProgress(reader.GetInt64(0), reader.GetInt32(1), reader.Time(2), reader.TimeOrNull(3), reader.GetInt32(4) == 1) : null;
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
                    session.Prepare("INSERT INTO payload_value (path, value, payload_seq) SELECT $1, $2, seq FROM payload WHERE seq = $3 ON CONFLICT DO NOTHING").Run(value.Path, value.Value, value.PayloadSeq);
                return session.Prepare("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2")
                    .Run(IndexedSetting, upTo.ToString(CultureInfo.InvariantCulture));
            },
            cancellationToken);

    public Task<(long Last, int Removed)?> DeleteFinishedAsync(DateTimeOffset before, long after, int rows, CancellationToken cancellationToken) =>
        store.WriteAsync(session => DeleteFinished(session, before.Ms(), after, rows), cancellationToken);

    private static ReplayResult Replay(SqliteSession session, Guid uuid, long now)
    {
        using (var reader = session.Prepare("""
            SELECT s.status, d.last_reason LIKE 'not_ready:%'
            FROM delivery d JOIN subscription s ON s.id = d.subscription_id WHERE d.uuid = $1 ORDER BY d.seq LIMIT 1
            """).Query(uuid.Bytes()))
        {
            if (!reader.Read())
                return new ReplayResult(ReplayOutcome.Unknown, 0);
            if (reader.GetInt32(0) == 4)
                return new ReplayResult(ReplayOutcome.Unsubscribed, 0);
            if (reader.IntOrNull(1) == 1)
                return new ReplayResult(ReplayOutcome.NeverReady, 0);
        }

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
        using (var reader = session.Prepare("SELECT id, selection, next_seq, last_seq FROM replay WHERE finished_at IS NULL ORDER BY id LIMIT 1").Query())
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
        using (var reader = session.Prepare("""
            SELECT d.uuid FROM delivery d JOIN message m ON m.seq = d.message_seq
            WHERE d.seq BETWEEN $1 AND $2 AND d.state IN (2, 3) AND ($3 IS NULL OR m.name = $3) AND ($4 IS NULL OR d.subscription_id = $4) AND ($5 IS NULL OR d.state = $5)
              AND ($6 IS NULL OR d.created_at >= $6) AND ($7 IS NULL OR d.created_at < $7) AND NOT EXISTS (SELECT 1 FROM delivery n WHERE n.uuid = d.uuid AND n.seq > d.seq)
            """).Query(next, until, selection.EventName, selection.SubscriptionId, (int?)selection.State, selection.From.Ms(), selection.To.Ms()))
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
    private static bool MustWait(SqliteSession session, int most, long now)
    {
        using var reader = session.Prepare("""
            SELECT count(*) FILTER (WHERE open_until IS NULL), count(*)
            FROM (SELECT e.open_until FROM delivery d JOIN endpoint e ON e.id = d.endpoint_id
                  WHERE d.state IN (0, 1) AND d.replay_no > 0 AND d.due_at <= $1 LIMIT 10 * $2)
            """).Query(now, most);
        reader.Read();
        return reader.GetInt64(0) >= most || reader.GetInt64(1) >= 10 * most;
    }

    /// <summary>A message ends with its last delivery: one that is retried for days keeps its message.</summary>
    private static (long Last, int Removed)? DeleteFinished(SqliteSession session, long before, long after, int rows)
    {
        var finished = new List<long>();
        var last = after;
        var looked = 0;
        using (var reader = session.Prepare("""
            SELECT m.seq, m.state >= 2 AND m.finished_at < $1 AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.message_seq = m.seq AND (d.state IN (0, 1, 4) OR d.finished_at >= $1)), m.created_at
            FROM message m WHERE m.seq > $2 ORDER BY m.seq LIMIT $3
            """).Query(before, after, rows))
        {
            // They come in the order of their making: behind the first that is young are none to remove.
            while (reader.Read() && reader.GetInt64(2) < before)
            {
                looked++;
                last = reader.GetInt64(0);
                if (reader.GetInt32(1) == 1)
                    finished.Add(last);
            }
        }

        if (looked == 0)
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
