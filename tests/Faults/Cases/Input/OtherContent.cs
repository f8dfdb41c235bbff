using System.Globalization;
using Declarative.Events;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>A hundred publishes under one key at once, half of them with other content than the other half.</summary>
internal sealed class OtherContent() : FaultCase("F28", "the same idempotency key with other content", "one of the two is the event, all with its content get its id, all others are refused")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        await using var host = await CaseHost.StartAsync(run);
        await host.SubscribeAsync(ledger.Url + "/");
        var rounds = run.Times(20, 200);
        var refused = 0;
        for (var round = 0; round < rounds; round++)
        {
            var options = new PublishOptions { IdempotencyKey = "key " + round.ToString(CultureInfo.InvariantCulture) };
            var first = round * 2;
            var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(call => Task.Run(() => TryAsync(first + (call % 2), options))));
            var accepted = answers.Where(static answer => answer.Id is not null).ToList();
            refused += answers.Length - accepted.Count;
            run.Hold(accepted.Count == 50 && accepted.Distinct().Count() == 1, $"{accepted.Count} were accepted, as {accepted.Distinct().Count()} events");
            ledger.Acknowledge(accepted[0].Number);
        }

        await ledger.SettledAsync();
        run.Figure("refused", $"{refused:N0} of {rounds * 100:N0}");
        run.Audit(ledger);
        run.Hold(ledger.Requests == rounds, $"{ledger.Requests} deliveries of {rounds} events");

        async Task<(int Number, Guid? Id)> TryAsync(int number, PublishOptions options)
        {
            try
            {
                return (number, await host.PublishAsync(number, options));
            }
            catch (IdempotencyConflictException)
            {
                return (number, null);
            }
        }
    }
}
