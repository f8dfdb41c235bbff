using System.Diagnostics;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>One receiver that never answers has a backlog; others get theirs as if it were not there.</summary>
internal sealed class NoisyEndpoint() : FaultCase("F26", "one dead endpoint with a large backlog", "healthy endpoints wait less than 1 s (p95)")
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
        using var database = new Database(run.Store);
        await using (var app = FaultHost.Build(database.Orders()))
        {
            await app.StartAsync();
            await FaultHost.SubscribeAsync(app.Services, [dead.Url + "/"], retry: "standard");
            await Publishing.PublishAsync(app.Services, 0, backlog, dead);
            var publisher = app.Services.GetRequiredService<ILedgerEntryPublisher>();
            var ledgers = new List<Ledger>();
            for (var i = 0; i < healthy; i++)
            {
                ledgers.Add(await Ledger.StartAsync());
            }

            await FaultHost.SubscribeAsync(app.Services, ledgers.Select(static ledger => ledger.Url + "/"));
            var latencies = new List<double>();
            foreach (var number in Enumerable.Range(backlog, 50))
            {
                var at = Stopwatch.GetTimestamp();
                await publisher.PublishAsync(number, cancellationToken: CancellationToken.None);
                foreach (var ledger in ledgers)
                {
                    ledger.Acknowledge(number);
                    await ledger.SettledAsync();
                    latencies.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
                }
            }

            latencies.Sort();
            var p95 = latencies[(int)(latencies.Count * 0.95)];
            run.Figure("backlog", $"{backlog:N0}");
            run.Figure("healthy deliveries", $"{latencies.Count:N0}");
            run.Figure("wait", $"p50 {latencies[latencies.Count / 2]:0} ms, p95 {p95:0} ms");
            run.HoldInLongRuns(p95 < 1_000, $"healthy endpoints waited {p95:0} ms (p95)");
            foreach (var ledger in ledgers)
                await ledger.DisposeAsync();
            await app.StopAsync();
        }
    }
}
