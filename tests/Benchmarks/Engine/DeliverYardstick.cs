using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Declarative.Benchmarks.Engine;

/// <summary>
/// The way of an event written down by hand for this one case: the same rows in the engine's tables, written in batches by
/// one group-commit writer (publish, claim, fan out, claim, complete with its attempt), and the same signed requests. No
/// registry, no options, no retry, no fairness, no lanes.
/// </summary>
internal sealed class DeliverYardstick : IDisposable
{
    private const int Claim = 256;
    private const int Batch = 512;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly SqliteConnection _connection = Database.Open();
    private readonly GroupCommit _writer;
    private readonly Statement _insert, _dueMessages, _leaseMessage, _endMessage, _payload, _delivery, _dueDeliveries, _leaseDelivery, _endDelivery, _attempt;
    private readonly OrderReader _orders = new();
    private readonly HttpMessageInvoker _http = Signature.Client();
    private readonly Uri _receiver;

    public DeliverYardstick(Uri receiver)
    {
        _receiver = receiver;
        _insert = PublishYardstick.MessageInsert(_connection);
        _dueMessages = new(_connection, "SELECT seq, json FROM message WHERE state = 0 AND name = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3", 3);
        _leaseMessage = new(_connection, "UPDATE message SET state = 1, attempts = attempts + 1, lease_token = $2, lease_until = $3 WHERE seq = $1", 3);
        _endMessage = new(_connection, "UPDATE message SET state = 2, finished_at = $3, lease_token = NULL, lease_until = NULL WHERE seq = $1 AND lease_token = $2", 3);
        _payload = new(_connection, "INSERT INTO payload (message_seq, bytes) VALUES ($1, $2)", 2);
        _delivery = new(_connection, "INSERT INTO delivery (uuid, message_seq, subscription_id, endpoint_id, payload_seq, state, due_at, created_at) VALUES ($1, $2, 1, 1, last_insert_rowid(), 0, $3, $3)", 3);
        _dueDeliveries = new(_connection, "SELECT d.seq, d.uuid, p.bytes FROM delivery d JOIN payload p ON p.seq = d.payload_seq WHERE d.state = 0 AND d.endpoint_id = 1 AND d.due_at <= $1 ORDER BY d.due_at LIMIT $2", 2);
        _leaseDelivery = new(_connection, "UPDATE delivery SET state = 1, attempts = attempts + 1, lease_token = $2, lease_until = $3 WHERE seq = $1", 3);
        _endDelivery = new(_connection, "UPDATE delivery SET state = 2, last_status = 200, finished_at = $3, lease_token = NULL, lease_until = NULL WHERE seq = $1 AND lease_token = $2", 3);
        _attempt = new(_connection, "INSERT INTO attempt (delivery_seq, number, started_at, duration_ms, status, outcome, response, request_headers, response_headers) VALUES ($1, 1, $2, $3, 200, 1, 'OK', $4, $5)", 5);
        _writer = new GroupCommit(_connection);
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Publishes from 64 callers and delivers at the same time, until all are logged.</summary>
    public async Task RunAsync(int total)
    {
        var fanOut = Task.Run(() => FanOutAsync(total));
        var deliver = Task.Run(() => DeliverAsync(total));
        await Callers.RunAsync(total, PublishAsync);
        await fanOut;
        await deliver;
    }

    public void Dispose()
    {
        _writer.Dispose();
        _http.Dispose();
        foreach (var statement in (Statement[])[_insert, _dueMessages, _leaseMessage, _endMessage, _payload, _delivery, _dueDeliveries, _leaseDelivery, _endDelivery, _attempt])
            statement.Dispose();
    }

    private Task PublishAsync(int id)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new { id }, Json);
        var key = Guid.CreateVersion7().ToByteArray(bigEndian: true);
        return _writer.RunAsync(_ => _insert.Run(key, OrdersModule.Created, 0, json, Now));
    }

    private async Task FanOutAsync(int total)
    {
        for (var done = 0; done < total;)
        {
            var rows = new List<(long Seq, byte[] Json)>();
            await _writer.RunAsync(_ =>
            {
                using (var reader = _dueMessages.Query(OrdersModule.Created, Now, Claim))
                {
                    while (reader.Read())
                        rows.Add((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
                }

                foreach (var (seq, _) in rows)
                    _leaseMessage.Run(seq, 7L, Now + 60_000);
            });
            var payloads = rows.ConvertAll(row => JsonSerializer.SerializeToUtf8Bytes(_orders.Get(JsonDocument.Parse(row.Json).RootElement.GetProperty("id").GetInt32()), Json));
            await _writer.RunAsync(_ =>
            {
                for (var i = 0; i < rows.Count; i++)
                {
                    _endMessage.Run(rows[i].Seq, 7L, Now);
                    _payload.Run(rows[i].Seq, payloads[i]);
                    _delivery.Run(Guid.CreateVersion7().ToByteArray(bigEndian: true), rows[i].Seq, Now);
                }
            });
            done += rows.Count;
        }
    }

    private async Task DeliverAsync(int total)
    {
        var work = Channel.CreateBounded<(long Seq, string Id, byte[] Bytes)>(Claim);
        var finished = Channel.CreateUnbounded<(long Seq, long Started, long Took, Headers Headers)>();
        var senders = Enumerable.Range(0, EngineHost.InFlight).Select(_ => Task.Run(async () =>
        {
            await foreach (var (seq, id, bytes) in work.Reader.ReadAllAsync())
            {
                var started = Now;
                var headers = await PostAsync(_http, _receiver, id, bytes);
                finished.Writer.TryWrite((seq, started, Now - started, headers));
            }
        })).ToArray();
        var completing = Task.Run(async () =>
        {
            for (var done = 0; done < total;)
            {
                await finished.Reader.WaitToReadAsync();
                var batch = new List<(long Seq, long Started, long Took, Headers Headers)>();
                while (batch.Count < Batch && finished.Reader.TryRead(out var one))
                    batch.Add(one);
                await _writer.RunAsync(_ =>
                {
                    foreach (var (seq, started, took, headers) in batch)
                    {
                        _endDelivery.Run(seq, 7L, Now);
                        _attempt.Run(seq, started, took, headers.Sent, headers.Answered);
                    }
                });
                done += batch.Count;
            }
        });
        for (var claimed = 0; claimed < total;)
        {
            var rows = new List<(long Seq, string Id, byte[] Bytes)>();
            await _writer.RunAsync(_ =>
            {
                using (var reader = _dueDeliveries.Query(Now, Claim))
                {
                    while (reader.Read())
                        rows.Add((reader.GetInt64(0), new Guid(reader.GetFieldValue<byte[]>(1), bigEndian: true).ToString(), reader.GetFieldValue<byte[]>(2)));
                }

                foreach (var row in rows)
                    _leaseDelivery.Run(row.Seq, 7L, Now + 60_000);
            });
            foreach (var row in rows)
                await work.Writer.WriteAsync(row);
            claimed += rows.Count;
        }

        work.Writer.Complete();
        await Task.WhenAll(senders);
        await completing;
    }

    /// <summary>The bare loop: the signed requests alone, as many at once.</summary>
    public static async Task PostOnlyAsync(Uri receiver, int total)
    {
        using var http = Signature.Client();
        var payload = JsonSerializer.SerializeToUtf8Bytes(new OrderReader().Get(42), Json);
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, EngineHost.InFlight).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) < total)
                await PostAsync(http, receiver, Guid.CreateVersion7().ToString(), payload);
        })));
    }

    /// <summary>Posts a signed request; the headers of both sides, a line each.</summary>
    public static async Task<Headers> PostAsync(HttpMessageInvoker http, Uri receiver, string id, byte[] payload)
    {
        using var request = Signature.Request(receiver, id, payload);
        using var response = await http.SendAsync(request, CancellationToken.None);
        await response.Content.CopyToAsync(Stream.Null);
        response.EnsureSuccessStatusCode();
        return new Headers(Text(request.Headers, request.Content!.Headers), Text(response.Headers, response.Content.Headers));
    }

    private static string Text(HttpHeaders headers, HttpHeaders content) =>
        string.Join('\n', headers.NonValidated.Concat(content.NonValidated).Select(static header => $"{header.Key}: {header.Value}"));

    /// <summary>The headers of both sides.</summary>
    internal readonly record struct Headers(string Sent, string Answered);
}
