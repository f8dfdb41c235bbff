using System.Text.Json;
using Declarative.History;
using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>Replays of events: what was published in a time, for a subscription that may be younger.</summary>
internal static class SqliteArchive
{
    public static ArchiveStep? Load(SqliteSession session, int rows, int maxWaiting, long now)
    {
        long id, next, last;
        DeliverySelection selection;
        using (var reader = session.Prepare("SELECT id, selection, next_seq, last_seq FROM replay WHERE finished_at IS NULL AND of_events = 1 ORDER BY id LIMIT 1").Query())
        {
            if (!reader.Read())
                return null;
            (id, next, last) = (reader.GetInt64(0), reader.GetInt64(2), reader.GetInt64(3));
            selection = JsonSerializer.Deserialize(reader.GetString(1), HistoryJson.Default.DeliverySelection)!;
        }

        if (SqliteReplays.MustWait(session, maxWaiting, now))
            return new ArchiveStep(id, selection.SubscriptionId!.Value, next, next, IsLast: false, [], IsWaiting: true);
        var until = Math.Min(last, next + rows - 1);
        var events = new List<ArchivedEvent>();
        using (var reader = session.Prepare("""
            SELECT seq, id, name, store_id, CASE kind WHEN 1 THEN json ELSE archived END, original FROM message
            WHERE seq BETWEEN $1 AND $2 AND state IN (2, 3) AND erased_at IS NULL AND name = $3 AND ($4 IS NULL OR created_at >= $4) AND ($5 IS NULL OR created_at < $5)
            ORDER BY seq
            """).Query(next, until, selection.EventName, selection.From.Ms(), selection.To.Ms()))
        {
            while (reader.Read())
                events.Add(new ArchivedEvent(reader.GetInt64(0), reader.Id(1), reader.GetString(2), reader.GetInt32(3), reader.BlobOrNull(4), reader.BlobOrNull(5)));
        }

        return new ArchiveStep(id, selection.SubscriptionId!.Value, next, until + 1, until >= last, events);
    }

    public static int Store(SqliteSession session, ArchiveStep step, IReadOnlyList<(long MessageSeq, NewPayload Payload)> made, long now)
    {
        if (session.Prepare("UPDATE replay SET next_seq = $3, finished_at = $4 WHERE id = $1 AND next_seq = $2 AND finished_at IS NULL").Run(step.ReplayId, step.From, step.Next, step.IsLast ? now : null) == 0)
            return 0;
        var count = 0;
        foreach (var (message, payload) in made)
        {
            using (var reader = session.Prepare("SELECT 1 FROM message m WHERE seq = $1 AND erased_at IS NULL AND NOT EXISTS (SELECT 1 FROM delivery WHERE message_seq = m.seq AND subscription_id = $2)").Query(message, step.SubscriptionId))
            {
                if (!reader.Read())
                    continue;
            }

            // Counted as a replay from the start, so that it is held back like others.
            count += SqliteMessages.AddPayload(session, message, payload, replayNo: 1, now);
        }

        session.Prepare("UPDATE replay SET made = made + $2 WHERE id = $1").Run(step.ReplayId, count);
        return count;
    }
}
