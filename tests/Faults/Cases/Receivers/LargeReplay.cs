using System.Diagnostics;
using Declarative.Faults.Harness;
using Declarative.Storage;

namespace Declarative.Faults.Cases;

/// <summary>All that failed is replayed, with others publishing meanwhile; then once more, and cancelled.</summary>
internal sealed class LargeReplay() : FaultCase("F40", "replay of 100,000 failures", "the call answers at once, new events are not held up, the backlog stays small, and it can be cancelled")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        ledger.Answer = static _ => Task.FromResult(StatusCodes.Status400BadRequest);
        using var database = new Database(run.Store);
        await using var app = FaultHost.Build(database.Orders());
        await app.StartAsync();
        await FaultHost.SubscribeAsync(app.Services, [ledger.Url + "/"], retry: "1");
        await Publishing.PublishAsync(app.Services, 0, run.Times(3_000, 100_000), ledger);
        var lifecycle = app.Services.GetRequiredService<IStoreLifecycle>();
        while ((await lifecycle.CountAsync(CancellationToken.None)) is { DeliveriesDue: > 0 } or { MessagesDue: > 0 })
            await Task.Delay(50);
        ledger.Answer = static _ => Task.FromResult(StatusCodes.Status200OK);

        using var client = await FaultHost.SignInAsync(app.Urls.First());
        var asked = Stopwatch.StartNew();
        using (var answer = await client.PostAsJsonAsync("/rest/V1/async_events/replays", new { state = "dead" }))
            answer.EnsureSuccessStatusCode();
        run.Figure("answered after", $"{asked.Elapsed.TotalMilliseconds:0} ms");
        run.HoldInLongRuns(asked.Elapsed < TimeSpan.FromSeconds(1), $"the call took {asked.Elapsed}");
        long most = 0;
        while (ledger.Missing() > 0)
        {
            most = Math.Max(most, (await lifecycle.CountAsync(CancellationToken.None)).DeliveriesDue);
            await Task.Delay(20);
        }

        run.Figure("replayed in", $"{asked.Elapsed.TotalSeconds:0.0} s");
        run.Figure("largest backlog", $"{most:N0}");
        run.Hold(most <= 2_000, $"{most} deliveries waited at once");
        run.Audit(ledger);

        long replayed = ledger.Requests;
        using (var again = await client.PostAsJsonAsync("/rest/V1/async_events/replays", new { state = "done" }))
            again.EnsureSuccessStatusCode();
        while (ledger.Requests == replayed)
            await Task.Delay(1);
        using (var cancelled = await client.DeleteAsync("/rest/V1/async_events/replays/2"))
            run.Hold(cancelled.IsSuccessStatusCode, $"the second replay can't be cancelled: {cancelled.StatusCode}");
        while ((await lifecycle.CountAsync(CancellationToken.None)).DeliveriesDue > 0)
            await Task.Delay(20);
        replayed = ledger.Requests - replayed;
        run.Figure("made before it was cancelled", $"{replayed:N0}");
        run.Hold(replayed < ledger.Acknowledged, $"all {replayed} were replayed although it was cancelled");
        await app.StopAsync();
    }
}
