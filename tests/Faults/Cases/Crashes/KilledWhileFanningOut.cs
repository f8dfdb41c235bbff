using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary><c>kill -9</c> while messages become deliveries for twenty subscriptions: each gets its own, once.</summary>
internal sealed class KilledWhileFanningOut() : FaultCase("F3", "kill -9 between fan-out and the message's end", "each event is fanned out exactly once to each subscription")
{
    private const int Subscriptions = 20;
    private const int PerRun = 100_000;

    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync(subscriptions: Subscriptions);
        using var database = new Database(run.Store);
        string[] receivers = [.. Enumerable.Range(0, Subscriptions).Select(i => $"{ledger.Url}/{i}")];
        var kills = run.Times(4, 30);
        var inFlight = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            using var victim = VictimProcess.Start(database.Orders(receivers) with { First = kill * PerRun, Count = PerRun, Publishers = 4, Sabotage = run.Sabotage }, ledger);
            await victim.AcknowledgedAsync(run.Random.Next(20, 300));
            await victim.Run.KillAsync();
            inFlight += ledger.Missing > 0 ? 1 : 0;
        }

        await VictimProcess.FinishAsync(database.Orders(receivers), ledger, run.Sabotage is null ? null : TimeSpan.FromSeconds(3));

        run.Figure("kills", $"{kills}, {inFlight} with work in flight");
        run.Audit(ledger);
        run.Hold(inFlight > kills / 2, $"only {inFlight} of {kills} kills hit work in flight");
    }
}
