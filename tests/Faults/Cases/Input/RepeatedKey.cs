using Declarative.Events;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>A hundred publishes under one key at once, and one with other content.</summary>
internal sealed class RepeatedKey() : FaultCase("F27", "the same idempotency key 100 times at once (and F28: other content)", "one event, 100 equal answers; other content is refused")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        using var database = new Database(run.Store);
        await using var app = FaultHost.Build(database.Orders());
        await app.StartAsync();
        await FaultHost.SubscribeAsync(app.Services, [ledger.Url + "/"]);
        var publisher = app.Services.GetRequiredService<ILedgerEntryPublisher>();
        var refused = 0;
        for (var round = 0; round < run.Times(20, 200); round++)
        {
            var options = new PublishOptions { IdempotencyKey = "key " + round.ToString(System.Globalization.CultureInfo.InvariantCulture) };
            var number = round;
            var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => publisher.PublishAsync(number, options))));
            run.Hold(ids.Distinct().Count() == 1, $"one key gave {ids.Distinct().Count()} ids");
            ledger.Acknowledge(number);
            try
            {
                await publisher.PublishAsync(-1, options);
            }
            catch (IdempotencyConflictException)
            {
                refused++;
            }
        }

        await ledger.SettledAsync();
        run.Figure("refused", $"{refused}");
        run.Hold(refused == run.Times(20, 200), $"other content under a used key was accepted");
        run.Audit(ledger);
        run.Hold(ledger.Requests == ledger.Acknowledged, $"{ledger.Requests} deliveries of {ledger.Acknowledged} events");
        await app.StopAsync();
    }
}
