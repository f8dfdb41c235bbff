using System.Text.Json;
using System.Threading.Channels;
using Declarative.Benchmarks.Engine;
using Npgsql;

namespace Declarative.Benchmarks.PostgreSql;

/// <summary>
/// The way of an event on PostgreSQL written down by hand for this one case: the same rows in the engine's tables, by one statement for each batch (publish, claim, fan out,
/// claim, complete with its attempt), and the same signed requests. No registry, no options, no retry, no fairness, no lanes.
/// </summary>
internal sealed class DeliverPgYardstick : IAsyncDisposable
{
    private const int Claim = 256;
    private const int Batch = 512;

    private const string ClaimMessages = """
        UPDATE declarative.message m SET state = 1, attempts = attempts + 1, lease_token = 7, lease_until = now() + interval '60 s'
        FROM (SELECT seq FROM declarative.message WHERE state = 0 AND name = $1 AND due_at <= now() ORDER BY due_at, seq LIMIT $2 FOR UPDATE SKIP LOCKED) d
        WHERE m.seq = d.seq RETURNING m.seq, m.json
        """;

    private const string FanOut = """
        WITH ended AS (
            UPDATE declarative.message m SET state = 2, finished_at = now(), lease_token = NULL, lease_until = NULL FROM unnest($1::bigint[]) AS o(seq) WHERE m.seq = o.seq AND m.lease_token = 7
        ),
        payloads AS (
            INSERT INTO declarative.payload (message_seq, bytes) SELECT seq, bytes FROM unnest($1::bigint[], $2::bytea[]) AS p(seq, bytes) RETURNING seq, message_seq
        )
        INSERT INTO declarative.delivery (uuid, message_seq, subscription_id, endpoint_id, payload_seq, state, due_at, created_at)
        SELECT d.uuid, p.message_seq, 1, 1, p.seq, 0, now(), now() FROM payloads p JOIN unnest($1::bigint[], $3::uuid[]) AS d(seq, uuid) ON d.seq = p.message_seq
        """;

    private const string ClaimDeliveries = """
        WITH taken AS (
            UPDATE declarative.delivery m SET state = 1, attempts = attempts + 1, lease_token = 7, lease_until = now() + interval '60 s'
            FROM (SELECT seq FROM declarative.delivery WHERE state = 0 AND endpoint_id = 1 AND due_at <= now() ORDER BY due_at, seq LIMIT $1 FOR UPDATE SKIP LOCKED) d
            WHERE m.seq = d.seq RETURNING m.seq, m.uuid, m.payload_seq
        )
        SELECT t.seq, t.uuid, p.bytes FROM taken t JOIN declarative.payload p ON p.seq = t.payload_seq
        """;

    private const string Complete = """
        WITH ended AS (
            UPDATE declarative.delivery d SET state = 2, last_status = 200, finished_at = now(), lease_token = NULL, lease_until = NULL FROM unnest($1::bigint[]) AS o(seq) WHERE d.seq = o.seq AND d.lease_token = 7
        )
        INSERT INTO declarative.attempt (delivery_seq, number, started_at, duration_ms, status, outcome, response) SELECT seq, 1, started, took, 200, 1, 'OK' FROM unnest($1::bigint[], $2::timestamptz[], $3::bigint[]) AS a(seq, started, took)
        """;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly NpgsqlDataSource _database;
    private readonly UnnestLoop _publish;
    private readonly HttpMessageInvoker _http = Signature.Client();
    private readonly OrderReader _orders = new();
    private readonly Uri _receiver;

    private DeliverPgYardstick(NpgsqlDataSource database, UnnestLoop publish, Uri receiver)
    {
        _database = database;
        _publish = publish;
        _receiver = receiver;
    }

    public static async Task<DeliverPgYardstick> StartAsync(string database, Uri receiver) =>
        new(NpgsqlDataSource.Create(database + ";Max Auto Prepare=20;Auto Prepare Min Usages=1"), await UnnestLoop.StartAsync(database), receiver);

    /// <summary>Publishes from 64 callers and delivers at the same time, until all are logged.</summary>
    public async Task RunAsync(int total)
    {
        var fanOut = Task.Run(() => FanOutAsync(total));
        var deliver = Task.Run(() => DeliverAsync(total));
        await Callers.RunAsync(total, id => _publish.PublishAsync(OrdersModule.Created, 0, JsonSerializer.SerializeToUtf8Bytes(new { id }, Json)));
        await fanOut;
        await deliver;
    }

    public async ValueTask DisposeAsync()
    {
        await _publish.DisposeAsync();
        await _database.DisposeAsync();
        _http.Dispose();
    }

    private async Task FanOutAsync(int total)
    {
        for (var done = 0; done < total;)
        {
            var rows = await QueryAsync(ClaimMessages, static reader => (Seq: reader.GetInt64(0), Json: reader.GetFieldValue<byte[]>(1)), OrdersModule.Created, Claim);
            if (rows.Count == 0)
            {
                await Task.Delay(1);
                continue;
            }

            var payloads = rows.ConvertAll(row => JsonSerializer.SerializeToUtf8Bytes(_orders.Get(JsonDocument.Parse(row.Json).RootElement.GetProperty("id").GetInt32()), Json));
            await RunAsync(FanOut, rows.ConvertAll(static row => row.Seq).ToArray(), payloads.ToArray(), rows.ConvertAll(static _ => Guid.CreateVersion7(TimeProvider.System.GetUtcNow())).ToArray());
            done += rows.Count;
        }
    }

    private async Task DeliverAsync(int total)
    {
        var work = Channel.CreateBounded<(long Seq, string Id, byte[] Bytes)>(Claim);
        var finished = Channel.CreateUnbounded<(long Seq, DateTime Started, long Took)>();
        var senders = Enumerable.Range(0, EngineHost.InFlight).Select(_ => Task.Run(async () =>
        {
            await foreach (var (seq, id, bytes) in work.Reader.ReadAllAsync())
            {
                var started = TimeProvider.System.GetUtcNow().UtcDateTime;
                await DeliverYardstick.PostAsync(_http, _receiver, id, bytes);
                finished.Writer.TryWrite((seq, started, (long)(TimeProvider.System.GetUtcNow().UtcDateTime - started).TotalMilliseconds));
            }
        })).ToArray();
        var completing = Task.Run(async () =>
        {
            for (var done = 0; done < total;)
            {
                await finished.Reader.WaitToReadAsync();
                var batch = new List<(long Seq, DateTime Started, long Took)>();
                while (batch.Count < Batch && finished.Reader.TryRead(out var one))
                    batch.Add(one);
                await RunAsync(Complete, batch.ConvertAll(static one => one.Seq).ToArray(), batch.ConvertAll(static one => one.Started).ToArray(), batch.ConvertAll(static one => one.Took).ToArray());
                done += batch.Count;
            }
        });
        for (var claimed = 0; claimed < total;)
        {
            var rows = await QueryAsync(ClaimDeliveries, static reader => (Seq: reader.GetInt64(0), Id: reader.GetGuid(1).ToString(), Bytes: reader.GetFieldValue<byte[]>(2)), Claim);
            if (rows.Count == 0)
                await Task.Delay(1);
            foreach (var row in rows)
                await work.Writer.WriteAsync(row);
            claimed += rows.Count;
        }

        work.Writer.Complete();
        await Task.WhenAll(senders);
        await completing;
    }

    private async Task RunAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params object[] values)
    {
        var rows = new List<T>();
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    private NpgsqlCommand Command(string sql, object[] values)
    {
        var command = _database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
