using System.Diagnostics;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>One receiver that never answers has a backlog; others get theirs as if it were not there.</summary>
internal sealed class NoisyEndpoint() : FaultCase("F26", "one dead endpoint with a large backlog, its breaker off", "healthy endpoints wait less than 1 s (p95)")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var dead = await Ledger.StartAsync();
        dead.Answer = static async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return StatusCodes.Status500InternalServerError;
        };
        var backlog = run.Times(5_000, 300_000);
        var healthy = run.Times(10, 40);
        await using var host = await CaseHost.StartAsync(run, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Delivery:BreakerFailures"] = "0" });
        var ledgers = new List<Ledger>();
        for (var i = 0; i < healthy; i++)
        {
            ledgers.Add(await Ledger.StartAsync());
            await host.SubscribeAsync(ledgers[i].Url + "/");
        }

        var next = 0;
        await MeasureAsync();
        var alone = await MeasureAsync();
        var noisy = await host.SubscribeAsync(dead.Url + "/", retry: "standard");
        await SeedAsync(host.Database, backlog, noisy.Id);
        await FaultRun.UntilAsync(() => dead.Requests > 0, TimeSpan.FromMinutes(2), "attempts at the dead endpoint");
        var among = await MeasureAsync();
        run.Figure("backlog", $"{backlog:N0}, of which {await host.Database.ScalarAsync($"SELECT count(*) FROM delivery WHERE subscription_id = {noisy.Id} AND state = 0"):N0} are still due");
        run.Figure("healthy deliveries", $"{among.Count:N0}");
        run.Figure("wait", $"p50 {among[among.Count / 2]:0} ms, p95 {Late(among):0} ms; without the backlog {alone[alone.Count / 2]:0} and {Late(alone):0} ms");
        run.HoldInLongRuns(Late(among) < 1_000, $"healthy endpoints waited {Late(among):0} ms (p95)");
        foreach (var ledger in ledgers)
        {
            run.Hold(ledger.Missing == 0, $"{ledger.Missing} healthy deliveries were lost");
            await ledger.DisposeAsync();
        }

        async Task<List<double>> MeasureAsync()
        {
            var latencies = new List<double>();
            for (var end = next + 50; next < end; next++)
            {
                var at = Stopwatch.GetTimestamp();
                await host.PublishAsync(next);
                foreach (var ledger in ledgers)
                {
                    ledger.Acknowledge(next);
                    await ledger.SettledAsync();
                    latencies.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
                }
            }

            latencies.Sort();
            return latencies;
        }
    }

    private static double Late(List<double> sorted) => sorted[(int)(sorted.Count * 0.95)];

    /// <summary>Deliveries that are due, as if as many events had been published while the receiver was down.</summary>
    private static Task SeedAsync(Database database, int count, long subscription)
    {
        var now = database.Time(TimeProvider.System.GetUtcNow());
        return database.ExecuteAsync($"""
            INSERT INTO delivery (uuid, replay_no, message_seq, subscription_id, endpoint_id, payload_seq, priority, state, due_at, created_at)
            SELECT {database.NewId}, i, (SELECT max(seq) FROM message), {subscription}, (SELECT endpoint_id FROM subscription WHERE id = {subscription}), (SELECT max(seq) FROM payload), {database.No}, 0, {now}, {now} FROM {database.Numbers(count)}
            """);
    }
}
