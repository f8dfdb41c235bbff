using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>Event messages in SQLite.</summary>
internal sealed class SqliteMessages(SqliteStore store) : IMessageStore
{
    private static readonly long IdempotencyMs = (long)TimeSpan.FromHours(24).TotalMilliseconds;

    private readonly SetBackClock _clock = new();
    private readonly FairClaim<string> _claim = new("message", "name", "", StringComparer.Ordinal, static reader => reader.GetString(0));

    public Task<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken) =>
        store.WriteAsync<IReadOnlyList<AppendResult>>(
            session =>
            {
                var results = new AppendResult[messages.Count];
                for (var i = 0; i < results.Length; i++)
                    results[i] = Append(session, messages[i]);
                return results;
            },
            cancellationToken);

    public async Task<Claimed<ClaimedMessage>> ClaimAsync(Claim<string> claim, CancellationToken cancellationToken)
    {
        var claimed = await store.WriteAsync(session => Claim(session, claim), cancellationToken).ConfigureAwait(false);
        _clock.Saw(claim);
        return claimed;
    }

    public Task<int> CompleteAsync(IReadOnlyList<MessageOutcome> outcomes, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.WriteAsync(
            session =>
            {
                var stored = 0;
                foreach (var outcome in outcomes)
                    stored += Complete(session, outcome, now.Ms()) ? 1 : 0;
                return stored;
            },
            cancellationToken);

    internal static AppendResult Append(SqliteSession session, NewMessage message)
    {
        if (message.IdempotencyKey is not null && FindRepeat(session, message) is { } repeat)
            return repeat;
        var isNew = session.Prepare("""
            INSERT INTO message (id, name, store_id, kind, json, original, idempotency_key, request_hash, trace_parent, trace_state, created_at, due_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
            ON CONFLICT (id) DO NOTHING
            """).Run(
            message.Id.Bytes(),
            message.Name,
            message.StoreId,
            message.CarriesPayload ? 1 : 0,
            message.Json,
            message.Original,
            message.IdempotencyKey,
            message.RequestHash,
            message.TraceParent,
            message.TraceState,
            message.CreatedAt.Ms()) == 1;
        return new AppendResult(message.Id, isNew ? AppendOutcome.Stored : AppendOutcome.Repeated);
    }

    /// <summary>Look first, then insert: safe here because one thread writes, and the unique index is there all the same.</summary>
    private static AppendResult? FindRepeat(SqliteSession session, NewMessage message)
    {
        using (var reader = session.Prepare("SELECT id, request_hash, created_at FROM message WHERE name = $1 AND idempotency_key = $2").Query(message.Name, message.IdempotencyKey))
        {
            if (!reader.Read())
                return null;
            if (reader.GetInt64(2) > message.CreatedAt.Ms() - IdempotencyMs)
            {
                var isSame = reader.Blob(1).AsSpan().SequenceEqual(message.RequestHash);
                return new AppendResult(reader.Id(0), isSame ? AppendOutcome.Repeated : AppendOutcome.Conflict);
            }
        }

        session.Prepare("UPDATE message SET idempotency_key = NULL, request_hash = NULL WHERE name = $1 AND idempotency_key = $2").Run(message.Name, message.IdempotencyKey);
        return null;
    }

    /// <summary>What was leased was due, and stays so if the clock was set back meanwhile.</summary>
    private Claimed<ClaimedMessage> Claim(SqliteSession session, Claim<string> claim)
    {
        if (_clock.By(claim) is > 0 and var by)
            session.Prepare("UPDATE message SET due_at = due_at - $2 WHERE state = 0 AND due_at > $1").Run(claim.Now.Ms(), by);
        session.Prepare("UPDATE message SET state = 0, due_at = min(due_at, $2), lease_token = NULL, lease_until = NULL WHERE state = 1 AND lease_until <= $1").Run(claim.LeaseNow.Ms(), claim.Now.Ms());
        var rows = new List<ClaimedMessage>();
        var nextDue = _claim.Run(session, claim, (name, slots) => Take(session, claim, name, slots, rows));
        return new Claimed<ClaimedMessage>(rows, nextDue);
    }

    private static int Take(SqliteSession session, Claim<string> claim, string name, int slots, List<ClaimedMessage> rows)
    {
        var taken = 0;
        using var reader = session.Prepare("""
            UPDATE message SET state = 1, attempts = attempts + 1, lease_token = $4, lease_until = $5
            WHERE seq IN (SELECT seq FROM message WHERE state = 0 AND name = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3)
            RETURNING seq, id, store_id, kind, json, original, trace_parent, trace_state, attempts
            """).Query(name, claim.Now.Ms(), slots, claim.LeaseToken, claim.LeaseUntil.Ms());
        while (reader.Read())
        {
            taken++;
            rows.Add(new ClaimedMessage
            {
                Seq = reader.GetInt64(0),
                Id = reader.Id(1),
                Name = name,
                StoreId = reader.GetInt32(2),
                CarriesPayload = reader.GetInt32(3) == 1,
                Json = reader.Blob(4),
                Original = reader.BlobOrNull(5),
                TraceParent = reader.TextOrNull(6),
                TraceState = reader.TextOrNull(7),
                Attempts = reader.GetInt32(8),
                LeaseToken = claim.LeaseToken,
            });
        }

        return taken;
    }

    private static bool Complete(SqliteSession session, MessageOutcome outcome, long now)
    {
        if (!End(session, outcome, now))
            return false;
        if (outcome.Archived is { } archived)
            session.Prepare("UPDATE message SET archived = $2 WHERE seq = $1").Run(outcome.Seq, archived);
        foreach (var made in outcome.Payloads)
            AddPayload(session, outcome.Seq, made, replayNo: 0, now);
        return true;
    }

    /// <summary>Stores a payload with its deliveries; how many these are. The subscription's status counts as it is now, not as it was when the payload was matched.</summary>
    internal static int AddPayload(SqliteSession session, long message, NewPayload made, int replayNo, long now)
    {
        session.Prepare("INSERT INTO payload (message_seq, bytes, hipaa_audit) VALUES ($1, $2, $3)").Run(message, made.Json, made.IsHipaaAuditRequired ? 1 : 0);
        var payload = session.LastRowId;
        var insert = session.Prepare("""
            INSERT INTO delivery (uuid, message_seq, subscription_id, endpoint_id, payload_seq, priority, state, due_at, created_at, last_reason, finished_at, replay_no)
            SELECT $1, $2, id, endpoint_id, $4, priority, CASE WHEN $6 IS NOT NULL THEN 3 WHEN status = 1 THEN 0 ELSE 4 END, $5, $5, $6, CASE WHEN $6 IS NOT NULL THEN $5 END, $7
            FROM subscription WHERE id = $3 AND status <> 4
            """);
        var inserted = 0;
        foreach (var delivery in made.Deliveries)
            inserted += insert.Run(delivery.Uuid.Bytes(), message, delivery.SubscriptionId, payload, now, delivery.DeadReason, replayNo);
        if (inserted == 0)
            session.Prepare("DELETE FROM payload WHERE seq = $1").Run(payload);
        return inserted;
    }

    private static bool End(SqliteSession session, MessageOutcome outcome, long now) => outcome.End switch
    {
        MessageEnd.FannedOut => Finish(session, outcome, 2, now),
        MessageEnd.NothingToDeliver => Finish(session, outcome, 3, now),
        MessageEnd.Dead => Finish(session, outcome, 4, now),
        MessageEnd.Retry => session.Prepare("UPDATE message SET state = 0, due_at = $3, reason = $4, lease_token = NULL, lease_until = NULL WHERE seq = $1 AND lease_token = $2")
            .Run(outcome.Seq, outcome.LeaseToken, outcome.DueAt.Ms(), outcome.Reason) == 1,
        _ => session.Prepare("UPDATE message SET state = 0, due_at = min(due_at, $3), attempts = attempts - 1, lease_token = NULL, lease_until = NULL WHERE seq = $1 AND lease_token = $2")
            .Run(outcome.Seq, outcome.LeaseToken, now) == 1,
    };

    private static bool Finish(SqliteSession session, MessageOutcome outcome, int state, long now) =>
        session.Prepare("UPDATE message SET state = $3, reason = $4, finished_at = $5, lease_token = NULL, lease_until = NULL WHERE seq = $1 AND lease_token = $2")
            .Run(outcome.Seq, outcome.LeaseToken, state, outcome.Reason, now) == 1;
}
