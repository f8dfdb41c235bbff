using System.Diagnostics;
using Declarative.Delivery;
using Declarative.Faults.Harness;
using Declarative.Storage;

namespace Declarative.Faults.Cases;

/// <summary>A log of millions of attempts, read page by page, and taken away in batches.</summary>
internal sealed class LargeLog() : FaultCase("F41", "a log of 10,000,000 attempts", "any page of the list comes within 50 ms; removal goes in batches that hold nobody up")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        await using var host = await CaseHost.StartAsync(run);
        var subscription = await host.SubscribeAsync(ledger.Url + "/");
        var deliveries = run.Times(50_000, 2_500_000);
        await SeedAsync(host.Database, deliveries, subscription.Id);
        var log = host.Services.GetRequiredService<IDeliveryLog>();
        var times = new List<double>();
        long? before = null;
        for (var page = 0; page < 100; page++)
        {
            var watch = Stopwatch.GetTimestamp();
            var listed = await log.ListAsync(null, before, 100);
            times.Add(Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
            run.Hold(listed.Count == 100, $"page {page} has {listed.Count} rows");
            before = page == 50 ? deliveries / 10 : listed[^1].Id;
        }

        times.Sort();
        run.Figure("attempts", $"{deliveries * 4:N0}");
        run.Figure("a page of 100", $"p50 {times[50]:0.0} ms, p95 {times[95]:0.0} ms");
        run.HoldInLongRuns(times[95] < 50, $"a page took {times[95]:0} ms (p95)");

        // Publishes go on while what is old is removed.
        var history = host.Services.GetRequiredService<IHistoryStore>();
        var (removed, last) = (0, 0L);
        var publishing = Publishing.PublishAsync(host.Services, 0, run.Times(500, 5_000), ledger);
        while (await history.DeleteFinishedAsync(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(1), last, 5_000, CancellationToken.None) is { } step)
        {
            last = step.Last;
            removed += step.Removed;
        }

        await publishing;
        await ledger.SettledAsync();
        var left = await host.Database.ScalarAsync("SELECT count(*) FROM attempt a JOIN delivery d ON d.seq = a.delivery_seq WHERE d.seq <= " + deliveries);
        run.Figure("removed", $"{removed:N0} events");
        run.Hold(removed == deliveries && left == 0, $"{removed} of {deliveries} were removed, {left} attempts are left");
        run.Audit(ledger);
    }

    /// <summary>Messages of the day before yesterday, each with one delivery of four attempts.</summary>
    private static async Task SeedAsync(Database database, int deliveries, long subscription)
    {
        var (numbers, old, id, no) = (database.Numbers(deliveries), database.Time(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(2)), database.NewId, database.No);
        const string Four = "(SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) AS k";
        await database.ExecuteAsync($"INSERT INTO message (seq, id, name, store_id, kind, json, created_at, state, due_at, attempts, finished_at) SELECT i, {id}, 'ledger.entry', 0, 0, {database.Bytes("{}")}, {old}, 2, {old}, 1, {old} FROM {numbers}");
        await database.ExecuteAsync($"INSERT INTO payload (seq, message_seq, bytes) SELECT i, i, {database.Bytes("{\"number\":1}")} FROM {numbers}");
        await database.ExecuteAsync($"INSERT INTO delivery (seq, uuid, replay_no, message_seq, subscription_id, endpoint_id, payload_seq, priority, state, due_at, attempts, last_status, created_at, finished_at) SELECT i, {id}, 0, i, {subscription}, (SELECT endpoint_id FROM subscription WHERE id = {subscription}), i, {no}, 2, {old}, 4, 200, {old}, {old} FROM {numbers}");
        await database.ExecuteAsync($"INSERT INTO attempt (delivery_seq, number, started_at, duration_ms, status, outcome, truncated) SELECT i, a, {old}, 5, 200, 0, {no} FROM {numbers} CROSS JOIN {Four}");
        if (database.Store == "postgresql")
        {
            foreach (var table in (string[])["message", "payload", "delivery", "attempt"])
                await database.ExecuteAsync($"SELECT setval(pg_get_serial_sequence('declarative.{table}', 'seq'), (SELECT max(seq) FROM {table})); ANALYZE {table}");
        }
    }
}
