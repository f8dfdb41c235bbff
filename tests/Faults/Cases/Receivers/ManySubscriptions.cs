using System.Diagnostics;
using Declarative.Faults.Harness;
using Declarative.Subscriptions;

namespace Declarative.Faults.Cases;

/// <summary>An event with 2,000 subscriptions.</summary>
internal sealed class ManySubscriptions() : FaultCase("F25", "2,000 subscriptions on one event", "one event is fanned out in less than a second and delivered to all, and memory stays flat")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        var subscriptions = run.Times(300, 2_000);
        await using var ledger = await Ledger.StartAsync();
        using var database = new Database(run.Store);
        await using var app = FaultHost.Build(database.Orders());
        await app.StartAsync();
        await FaultHost.SubscribeAsync(app.Services, Enumerable.Range(0, subscriptions).Select(i => $"{ledger.Url}/{i}"));
        run.Hold(app.Services.GetRequiredService<ISubscriptionStore>().List().Count == subscriptions, $"not all subscriptions were made");
        var publisher = app.Services.GetRequiredService<ILedgerEntryPublisher>();
        await PublishAsync(0);
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var events = run.Times(5, 50);
        var longest = TimeSpan.Zero;
        for (var number = 1; number <= events; number++)
        {
            var took = await PublishAsync(number);
            longest = took > longest ? took : longest;
        }

        var grown = (GC.GetTotalMemory(forceFullCollection: true) - memory) / 1024d / 1024;
        run.Figure("subscriptions", $"{subscriptions:N0}");
        run.Figure("longest from publish to the last delivery", $"{longest.TotalSeconds:0.00} s");
        run.Figure("memory grown", $"{grown:0.0} MB");
        run.HoldInLongRuns(grown < 30, $"memory grew by {grown:0} MB");
        run.Audit(ledger, subscriptions);
        await app.StopAsync();

        async Task<TimeSpan> PublishAsync(int number)
        {
            var watch = Stopwatch.StartNew();
            await publisher.PublishAsync(number);
            ledger.Acknowledge(number);
            await ledger.SettledAsync(subscriptions);
            return watch.Elapsed;
        }
    }
}
