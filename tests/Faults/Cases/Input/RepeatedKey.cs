using System.Globalization;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>A hundred publishes under one key at once.</summary>
internal sealed class RepeatedKey() : FaultCase("F27", "the same idempotency key 100 times at once", "one event, 100 equal answers")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        await using var host = await CaseHost.StartAsync(run);
        await host.SubscribeAsync(ledger.Url + "/");
        var rounds = run.Times(20, 200);
        for (var round = 0; round < rounds; round++)
        {
            var options = new PublishOptions { IdempotencyKey = "key " + round.ToString(CultureInfo.InvariantCulture) };
            var number = round;
            var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => host.PublishAsync(number, options))));
            run.Hold(ids.Distinct().Count() == 1, $"one key gave {ids.Distinct().Count()} ids");
            ledger.Acknowledge(number);
        }

        await ledger.SettledAsync();
        run.Figure("publishes", $"{rounds * 100:N0} under {rounds} keys");
        run.Audit(ledger);
        run.Hold(ledger.Requests == rounds, $"{ledger.Requests} deliveries of {rounds} events");
    }
}
