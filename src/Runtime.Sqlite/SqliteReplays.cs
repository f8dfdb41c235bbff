using System.Globalization;
using System.Text.Json;
using Declarative.History;
using Declarative.Storage;
using Microsoft.Data.Sqlite;

namespace Declarative.Sqlite;

/// <summary>Sending again, in SQLite; the steps of replays of events are <see cref="SqliteArchive"/>'s.</summary>
internal sealed class SqliteReplays(SqliteStore store) : IReplayStore
{
    private const string Progress = "SELECT id, made, created_at, finished_at, cancelled, next_seq, last_seq FROM replay";

    public Task<ArchiveStep?> LoadArchivedAsync(int rows, int maxWaiting, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.ReadAsync(session => SqliteArchive.Load(session, rows, maxWaiting, now.Ms()), cancellationToken);

    public Task<int> StoreArchivedAsync(ArchiveStep step, IReadOnlyList<(long MessageSeq, NewPayload Payload)> made, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(session => SqliteArchive.Store(session, step, made, now.Ms()), cancellationToken);

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
}
