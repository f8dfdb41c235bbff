using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>A receiver that answers 503 for a while, with a breaker whose times are shortened a hundredfold.</summary>
internal sealed class DeadForHours() : FaultCase("F20", "5xx for long, then healthy", "the breaker lets one probe through per interval, no attempt is burnt meanwhile, and all is delivered afterwards")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        ledger.Answer = static _ => Task.FromResult(StatusCodes.Status503ServiceUnavailable);
        using var database = new Database(run.Store);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Declarative:Delivery:BreakerOpenFor"] = "00:00:00.300",
            ["Declarative:Delivery:BreakerOpenAtMost"] = "00:00:02",
        };
        await using var app = FaultHost.Build(database.Orders() with { Settings = settings });
        await app.StartAsync();
        await FaultHost.SubscribeAsync(app.Services, [ledger.Url + "/"]);
        var publisher = app.Services.GetRequiredService<ILedgerEntryPublisher>();
        var events = run.Times(500, 10_000);
        for (var number = 0; number < events; number++)
        {
            await publisher.PublishAsync(number);
            ledger.Acknowledge(number);
        }

        // 0.3 + 0.6 + 1.2 s, then one each 2 s.
        await Task.Delay(TimeSpan.FromSeconds(run.Times(9, 60)));
        var attempts = ledger.Requests;
        var probes = 4 + (run.Times(9, 60) / 2);
        run.Figure("attempts while it was down", $"{attempts} for {events:N0} events");
        run.Hold(attempts <= 10 + 16 + probes, $"{attempts} attempts were made, more than a breaker should let through");
        ledger.Answer = static _ => Task.FromResult(StatusCodes.Status200OK);
        var since = System.Diagnostics.Stopwatch.StartNew();
        await ledger.SettledAsync();
        run.Figure("all delivered", $"{since.Elapsed.TotalSeconds:0.0} s after it was up");
        run.Audit(ledger);
        await app.StopAsync();
    }
}
