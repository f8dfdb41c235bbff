using System.Diagnostics;
using Declarative.Benchmarks.Measuring;
using Declarative.Delivery;
using Declarative.History;
using Declarative.Sqlite;

namespace Declarative.Benchmarks.Engine;

/// <summary>A page of deliveries among a million, by each kind of filter and by search, as the pages ask for it. The yardstick reads as many rows by their number.</summary>
internal static class PagesSuite
{
    private const int Deliveries = 1_000_000;
    private const int PageSize = 50;
    private const int Rounds = 100;
    private const double Limit = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(30);

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var engine = await EngineHost.StartAsync(hasWorkers: false);
        await engine.SubscribeAsync(new Uri("http://127.0.0.1:9/"));
        var store = engine.Services.GetRequiredService<SqliteStore>();
        var from = DateTimeOffset.FromUnixTimeMilliseconds(await store.WriteAsync(Fill, CancellationToken.None));
        var history = engine.Services.GetRequiredService<DeliveryHistory>();
        var log = engine.Services.GetRequiredService<IDeliveryLog>();
        var day = from.AddSeconds(Deliveries / 2);
        (string Name, DeliverySelection Selection, string? Search, long? Before)[] pages =
        [
            ("all, the newest", new(), null, null),
            ("all, from the middle", new(), null, Deliveries / 2),
            ("one event of ten", new() { EventName = "event.3" }, null, null),
            ("one event of ten, from the middle", new() { EventName = "event.3" }, null, Deliveries / 2),
            ("an event that there is none of", new() { EventName = "event.none" }, null, null),
            ("the one subscription", new() { SubscriptionId = 1 }, null, null),
            ("a subscription without deliveries", new() { SubscriptionId = 99 }, null, null),
            ("the one endpoint", new() { Endpoint = "http://127.0.0.1:9" }, null, null),
            ("an endpoint that there is none of", new() { Endpoint = "http://127.0.0.1:1" }, null, null),
            ("dead letters, one in 10,000", new() { State = DeliveryState.Dead }, null, null),
            ("parked, none", new() { State = DeliveryState.Parked }, null, null),
            ("a time of ten minutes in the middle", new() { From = day, To = day.AddMinutes(10) }, null, null),
            ("dead letters of a time", new() { State = DeliveryState.Dead, From = day, To = day.AddDays(1) }, null, null),
            ("search: success:false", new(), "success:false", null),
            ("search: event.3* AND NOT success:true", new(), "event.3* AND NOT success:true", null),
            ("search: a uuid", new(), $"uuid:{await UuidAsync(log)}", null),
        ];

        var yardstick = await P95Async(async () => await log.ListAsync(before: Random.Shared.Next(PageSize, Deliveries), limit: PageSize));
        var figures = new List<Figure>();
        foreach (var (name, selection, search, before) in pages)
        {
            var p95 = await P95Async(async () => await history.FindAsync(selection, search, before, PageSize, Patience));
            figures.Add(new Figure(name + ", p95", p95, "ms", yardstick, p95 / yardstick, $"≤ {Limit:0} ms", p95 <= Limit));
        }

        return figures;
    }

    private static async Task<double> P95Async(Func<Task> page)
    {
        var times = new double[Rounds];
        await page();
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            await page();
            times[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return Measuring.Rounds.Percentile(times, .95);
    }

    private static async Task<Guid> UuidAsync(IDeliveryLog log) => (await log.ListAsync(before: Deliveries / 2, limit: 1))[0].Uuid;

    /// <summary>A delivery a second, of ten events, one in 10,000 dead; when the first was made.</summary>
    private static long Fill(SqliteSession session)
    {
        var first = DateTimeOffset.UnixEpoch.AddYears(55).ToUnixTimeMilliseconds();
        session.Script(FormattableString.Invariant($"""
            INSERT INTO message (id, name, store_id, kind, json, created_at, state, due_at, attempts, finished_at)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Deliveries})
            SELECT randomblob(16), 'event.' || (i % 10), 0, 1, CAST('null' AS BLOB), {first} + i * 1000, 2, 0, 1, {first} + i * 1000 FROM n;
            INSERT INTO payload (message_seq, bytes) SELECT seq, json FROM message;
            INSERT INTO delivery (uuid, message_seq, subscription_id, endpoint_id, payload_seq, state, due_at, attempts, last_status, last_reason, created_at, finished_at)
            SELECT randomblob(16), seq, 1, (SELECT endpoint_id FROM subscription WHERE id = 1), seq, CASE WHEN seq % 10000 = 0 THEN 3 ELSE 2 END, 0, 1,
                CASE WHEN seq % 10000 = 0 THEN 500 ELSE 200 END, CASE WHEN seq % 10000 = 0 THEN 'status' END, created_at, created_at FROM message;
            """));
        return first;
    }
}
