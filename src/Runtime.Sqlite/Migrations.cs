using System.Globalization;
using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>
/// The tables, step by step. A step is never changed once released; a new one is appended. Expand first, contract in a
/// later version, so that the version before can still run on the tables.
/// </summary>
/// <remarks>
/// <para>Times are Unix milliseconds. Ids (<c>id</c>, <c>uuid</c>) are UUIDv7 as 16 bytes, big-endian, so that they sort by time; rows
/// are joined by their small monotonic <c>seq</c>, never given twice, since marks of progress refer to it. Indexes on due and leased rows are partial: they stay as small as what is
/// pending, however long the history grows. There are no foreign keys: all writes go through one writer whose
/// transactions keep the rows together, and subscriptions are never removed, only marked deleted.</para>
/// <list type="bullet">
/// <item><term>message</term><description>An accepted publish. <c>kind</c> 0: <c>json</c> holds the service method's arguments, 1: the payload.
/// <c>original</c> is the state before the change. <c>(name, idempotency_key)</c> is unique; <c>request_hash</c> tells a repeat from a
/// misuse of the key. <c>state</c> 0 due, 1 leased, 2 fanned out, 3 nothing to deliver, 4 dead (<c>reason</c> says why), 5 discarded. <c>archived</c> is the payload that the
/// service method gave, where it is kept for replays of events; after <c>erased_at</c> nothing of the data is left.</description></item>
/// <item><term>payload</term><description>The JSON as sent, stored once for all deliveries that send the same projection of a message.</description></item>
/// <item><term>endpoint</term><description>A receiver: notifier, scheme, host, port. Claims are fair between endpoints. <c>failures</c>,
/// <c>open_until</c> and <c>probe_token</c> (the lease of the one delivery that tries whether it is up again) are the circuit breaker's.</description></item>
/// <item><term>subscription</term><description><c>status</c> 0 disabled, 1 active, 2 disabled by rule, 3 gone (410), 4 deleted. Tokens are
/// encrypted; <c>previous_secret</c> signs too until <c>previous_secret_until</c>. A subscription without <c>name</c> is unique by event,
/// recipient, notifier and store; one with a name (eventing) by that name.</description></item>
/// <item><term>delivery</term><description>One payload for one subscription; <c>seq</c> is its own id, <c>uuid</c> the trace that its replays
/// (<c>replay_no</c> 1, 2, …) share. <c>state</c> 0 due, 1 leased, 2 done, 3 dead, 4 parked, 5 cancelled, 6 dead until it was replayed, 7 dead until it was discarded. Unique by message, subscription and
/// replay, so that a repeated fan-out can't double it.</description></item>
/// <item><term>attempt</term><description>The log: one row per try. <c>outcome</c> 1 accepted, 0 not; <c>response</c> at most 16 KiB; headers of both sides, one a line, at most 8 KiB each.</description></item>
/// <item><term>key_ring</term><description>Data Protection's keys, each encrypted under the master key outside the database.</description></item>
/// <item><term>role, role_resource</term><description>A role of admin users and the ACL resource ids that it holds, one row each. <c>name_key</c>, here and
/// below, is the name's form NFKC in upper case, so that names are unique ignoring case.</description></item>
/// <item><term>admin_user</term><description><c>status</c> 0 switched off, 1 active. <c>password_hash</c> is salted, in the form of ASP.NET Core's hasher.</description></item>
/// <item><term>token</term><description>An access token, known by its SHA-256 only; a revoked one is removed. <c>kind</c>, here and below, 2 admin, 3 customer;
/// <c>owner</c> the admin user's <c>id</c> in decimal, or the customer's id. From <c>expires_at</c> on it is good no more; such rows are removed hourly.</description></item>
/// <item><term>login_failure</term><description>Log-ins by a name, of a user or made up, since the last that succeeded. <c>name_hash</c> is
/// SHA-256 of the name's key, since that may be a password in the wrong field. Until <c>ends_at</c> <c>failures</c> add
/// up, and lock the name once they are as many as allowed (<c>ends_at</c> is then the lock's end); afterwards the row counts no more and is removed hourly.</description></item>
/// <item><term>setting</term><description>What is configured over REST: <c>value</c> in plain text, or <c>secret</c> encrypted.</description></item>
/// <item><term>event_provider</term><description>The event providers besides the default one; <c>workspace</c> is encrypted.</description></item>
/// <item><term>payload_value</term><description>What can be searched for: one row per value of a payload, in lower case, cut at 256 characters. Only where
/// search is switched on, and never of a subscription that wants audits (<c>hipaa_audit</c>).</description></item>
/// <item><term>replay</term><description>A replay of many deliveries: those of <c>selection</c> from <c>next_seq</c> to <c>last_seq</c> are still to be made. With
/// <c>of_events</c> these are rows of messages, whose events are matched anew for one subscription.</description></item>
/// <item><term>activity</term><description>What happened in each minute since 1970: <c>kind</c> 0 published, 1 delivered, 2 retried, 3 dead, 4 gone.</description></item>
/// <item><term>audit</term><description>Who changed what.</description></item>
/// <item><term>integration</term><description>A third party. <c>status</c> 0 inactive, 1 active, 2 recreated; <c>type</c> 0 made by hand, 1 declared by a
/// module; <c>resources</c> a JSON array of ACL resource ids. <c>credentials</c> (the consumer's secret, access tokens, the exchange under way) are
/// encrypted as one. <c>version</c> counts changes: who changes a row must have read the version that it has. Ids are never given twice, since nonces refer to them.</description></item>
/// <item><term>integration_nonce</term><description>The nonces of signed requests, until <c>timestamp</c> (the request's own, in Unix seconds) is too old to be accepted. Beginning the key
/// with it keeps what is written together on few pages.</description></item>
/// <item><term>commerce_post</term><description>Where this application is the third party: <c>credentials</c> (the consumer's secret and the verifier) that were
/// posted to it, encrypted, until they are exchanged or too old. <c>login</c>, here and below, is who logged in for the consumer.</description></item>
/// <item><term>commerce_link</term><description>The tokens that came of it, encrypted with their secrets: one row at most.</description></item>
/// <item><term>inbox</term><description>Ids of incoming events that a consumer handled, against repeats, until <c>expires_at</c>. They are looked for by id, so that
/// a key which begins with the time, as a nonce's does, would find nothing; the index by time grows at one end only, and lets what is over be found in batches.</description></item>
/// <item><term>echo</term><description>The SHA-256 of the last change of a thing that was handled, until <c>expires_at</c>: a change that comes back is told by it.</description></item>
/// <item><term>subscription_hour</term><description>Attempts and failures of a subscription by hour since 1970, for as long as they are looked at; <c>subscription.failing_since</c> is when they
/// were first too many.</description></item>
/// <item><term>broker_buffer</term><description>Messages that were accepted while their broker was away, in order of arrival; the columns are <c>message</c>'s.</description></item>
/// </list>
/// <para>In <c>message</c> and <c>delivery</c>: <c>attempts</c> is counted by the claim, before the work, so that a crash counts too; <c>lease_token</c>
/// names the claim, and every later change of the row must show it; after <c>lease_until</c> the row is due again.</para>
/// </remarks>
internal static class Migrations
{
    internal static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE message (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id BLOB NOT NULL,
            name TEXT NOT NULL,
            store_id INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            json BLOB NOT NULL,
            original BLOB,
            idempotency_key TEXT,
            request_hash BLOB,
            trace_parent TEXT,
            trace_state TEXT,
            created_at INTEGER NOT NULL,
            state INTEGER NOT NULL DEFAULT 0,
            due_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            lease_token INTEGER,
            lease_until INTEGER,
            reason TEXT,
            finished_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX message_id ON message (id);
        CREATE UNIQUE INDEX message_idempotency ON message (name, idempotency_key) WHERE idempotency_key IS NOT NULL;
        CREATE INDEX message_due ON message (name, due_at) WHERE state = 0;
        CREATE INDEX message_leased ON message (lease_until) WHERE state = 1;
        CREATE INDEX message_dead ON message (finished_at) WHERE state = 4;

        CREATE TABLE payload (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            message_seq INTEGER NOT NULL,
            bytes BLOB NOT NULL
        ) STRICT;

        CREATE TABLE endpoint (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            failures INTEGER NOT NULL DEFAULT 0,
            open_until INTEGER
        ) STRICT;

        CREATE TABLE subscription (
            id INTEGER PRIMARY KEY,
            name TEXT,
            event_name TEXT NOT NULL,
            parent TEXT,
            recipient TEXT NOT NULL,
            notifier TEXT NOT NULL,
            store_id INTEGER NOT NULL DEFAULT 0,
            status INTEGER NOT NULL,
            fields TEXT,
            rules TEXT,
            processors TEXT,
            destination TEXT,
            provider_id TEXT,
            priority INTEGER NOT NULL DEFAULT 0,
            required INTEGER NOT NULL DEFAULT 0,
            hipaa_audit INTEGER NOT NULL DEFAULT 0,
            retry TEXT NOT NULL,
            retry_on INTEGER NOT NULL,
            secret BLOB,
            previous_secret BLOB,
            previous_secret_until INTEGER,
            endpoint_id INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            modified_at INTEGER NOT NULL,
            disabled_reason TEXT,
            failing_since INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX subscription_name ON subscription (name) WHERE name IS NOT NULL AND status <> 4;
        CREATE UNIQUE INDEX subscription_target ON subscription (event_name, recipient, notifier, store_id) WHERE name IS NULL AND status <> 4;

        CREATE TABLE delivery (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            uuid BLOB NOT NULL,
            replay_no INTEGER NOT NULL DEFAULT 0,
            message_seq INTEGER NOT NULL,
            subscription_id INTEGER NOT NULL,
            endpoint_id INTEGER NOT NULL,
            payload_seq INTEGER NOT NULL,
            state INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            lease_token INTEGER,
            lease_until INTEGER,
            last_status INTEGER,
            last_reason TEXT,
            created_at INTEGER NOT NULL,
            finished_at INTEGER
        ) STRICT;
        CREATE INDEX delivery_uuid ON delivery (uuid);
        CREATE UNIQUE INDEX delivery_once ON delivery (message_seq, subscription_id, replay_no);
        CREATE INDEX delivery_due ON delivery (endpoint_id, due_at) WHERE state = 0;
        CREATE INDEX delivery_leased ON delivery (lease_until) WHERE state = 1;
        CREATE INDEX delivery_dead ON delivery (finished_at) WHERE state = 3;
        CREATE INDEX delivery_parked ON delivery (subscription_id) WHERE state = 4;

        CREATE TABLE attempt (
            seq INTEGER PRIMARY KEY,
            delivery_seq INTEGER NOT NULL,
            number INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            duration_ms INTEGER NOT NULL,
            status INTEGER,
            outcome INTEGER NOT NULL,
            reason TEXT,
            response TEXT,
            truncated INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX attempt_delivery ON attempt (delivery_seq);

        CREATE TABLE key_ring (
            name TEXT PRIMARY KEY,
            xml TEXT NOT NULL
        ) STRICT;
        """,

        """
        CREATE TABLE role (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL UNIQUE,
            created_at INTEGER NOT NULL,
            modified_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE role_resource (
            role_id INTEGER NOT NULL,
            resource TEXT NOT NULL,
            PRIMARY KEY (role_id, resource)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE admin_user (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL UNIQUE,
            password_hash TEXT NOT NULL,
            role_id INTEGER NOT NULL,
            status INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            modified_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE token (
            hash BLOB PRIMARY KEY,
            kind INTEGER NOT NULL,
            owner TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX token_owner ON token (kind, owner);
        CREATE INDEX token_expiry ON token (expires_at);

        CREATE TABLE login_failure (
            kind INTEGER NOT NULL,
            name_hash BLOB NOT NULL,
            failures INTEGER NOT NULL,
            ends_at INTEGER NOT NULL,
            PRIMARY KEY (kind, name_hash)
        ) STRICT, WITHOUT ROWID;
        """,

        """
        ALTER TABLE subscription ADD COLUMN format INTEGER NOT NULL DEFAULT 0;

        ALTER TABLE payload ADD COLUMN hipaa_audit INTEGER NOT NULL DEFAULT 0;

        ALTER TABLE delivery ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX delivery_priority ON delivery (endpoint_id, due_at) WHERE state = 0 AND priority = 1;

        CREATE TABLE setting (
            name TEXT PRIMARY KEY,
            value TEXT,
            secret BLOB
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE event_provider (
            id INTEGER PRIMARY KEY,
            provider_id TEXT NOT NULL UNIQUE,
            instance_id TEXT NOT NULL,
            label TEXT,
            description TEXT,
            workspace BLOB,
            created_at INTEGER NOT NULL,
            modified_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE payload_value (
            path TEXT NOT NULL,
            value TEXT NOT NULL,
            payload_seq INTEGER NOT NULL,
            PRIMARY KEY (path, value, payload_seq)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX payload_value_payload ON payload_value (payload_seq);

        CREATE TABLE replay (
            id INTEGER PRIMARY KEY,
            selection TEXT NOT NULL,
            next_seq INTEGER NOT NULL,
            last_seq INTEGER NOT NULL,
            made INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL,
            finished_at INTEGER
        ) STRICT;
        CREATE INDEX replay_pending ON replay (id) WHERE finished_at IS NULL;
        """,
        """
        CREATE TABLE integration (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL UNIQUE,
            email TEXT,
            endpoint_url TEXT,
            identity_link_url TEXT,
            status INTEGER NOT NULL,
            type INTEGER NOT NULL,
            resources TEXT NOT NULL,
            consumer_key TEXT NOT NULL UNIQUE,
            credentials BLOB NOT NULL,
            version INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            modified_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE integration_nonce (
            timestamp INTEGER NOT NULL,
            integration_id INTEGER NOT NULL,
            nonce TEXT NOT NULL,
            PRIMARY KEY (timestamp, integration_id, nonce)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE commerce_post (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            consumer_key TEXT NOT NULL,
            credentials BLOB NOT NULL,
            login TEXT,
            posted_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE commerce_link (
            consumer_key TEXT PRIMARY KEY,
            tokens BLOB NOT NULL,
            login TEXT,
            linked_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        """
        CREATE TABLE inbox (
            consumer TEXT NOT NULL,
            id TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            PRIMARY KEY (consumer, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX inbox_expiry ON inbox (expires_at);

        CREATE TABLE echo (
            key TEXT PRIMARY KEY,
            fingerprint BLOB NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX echo_expiry ON echo (expires_at);
        """,
        """
        ALTER TABLE replay ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX delivery_replayed ON delivery (due_at) WHERE state IN (0, 1) AND replay_no > 0;

        ALTER TABLE endpoint ADD COLUMN probe_token INTEGER;
        CREATE INDEX endpoint_open ON endpoint (id, open_until) WHERE open_until IS NOT NULL;

        CREATE TABLE subscription_hour (
            subscription_id INTEGER NOT NULL,
            hour INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            PRIMARY KEY (subscription_id, hour)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE broker_buffer (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id BLOB NOT NULL UNIQUE,
            name TEXT NOT NULL,
            store_id INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            json BLOB NOT NULL,
            original BLOB,
            idempotency_key TEXT,
            request_hash BLOB,
            trace_parent TEXT,
            trace_state TEXT,
            created_at INTEGER NOT NULL
        ) STRICT;
        """,
        """
        ALTER TABLE attempt ADD COLUMN request_headers TEXT;
        ALTER TABLE attempt ADD COLUMN response_headers TEXT;

        ALTER TABLE message ADD COLUMN archived BLOB;
        ALTER TABLE message ADD COLUMN erased_at INTEGER;

        CREATE INDEX delivery_dead_letter ON delivery (seq) WHERE state = 3;

        ALTER TABLE replay ADD COLUMN of_events INTEGER NOT NULL DEFAULT 0;

        CREATE TABLE activity (
            minute INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (minute, kind)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE audit (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT
        ) STRICT;
        """,
    ];

    /// <summary>Brings the tables to this version, or says what is missing.</summary>
    /// <exception cref="StoreException">Steps are missing in mode verify, or the tables are of a later version.</exception>
    public static void Run(SqliteSession session, MigrationMode mode, string file)
    {
        var version = (int)session.Scalar("PRAGMA user_version");
        if (version > Steps.Count)
            throw new StoreException(string.Create(CultureInfo.InvariantCulture, $"The database '{file}' has tables of version {version}, made by a later version of the package; this one knows {Steps.Count}."));
        if (version == Steps.Count)
            return;
        if (mode == MigrationMode.Verify)
            throw new StoreException(string.Create(CultureInfo.InvariantCulture, $"The database '{file}' has tables of version {version}; version {Steps.Count} is needed. Start once with Declarative:Storage:Migrations = auto."));
        for (var step = version; step < Steps.Count; step++)
        {
            session.Script("BEGIN IMMEDIATE");
            session.Script(Steps[step]);
            session.Script(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {step + 1}"));
            session.Script("COMMIT");
        }
    }
}
