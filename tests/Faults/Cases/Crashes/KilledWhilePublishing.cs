using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary><c>kill -9</c> at random moments while 32 publishers publish; each time the next process goes on with the same database.</summary>
internal sealed class KilledWhilePublishing() : FaultCase("F1", "kill -9 while publishing", "no acknowledged event is lost, none is fanned out twice")
{
    private const int PerRun = 1_000_000;

    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        using var database = new Database(run.Store);
        var kills = run.Times(6, 50);
        var inFlight = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            using var victim = VictimProcess.Start(database.Orders(ledger.Url + "/") with { First = kill * PerRun, Count = PerRun, Sabotage = run.Sabotage }, ledger);
            await victim.AcknowledgedAsync(run.Random.Next(50, 2_000));
            await victim.Run.KillAsync();
            inFlight += ledger.Missing > 0 ? 1 : 0;
        }

        var since = System.Diagnostics.Stopwatch.StartNew();
        await VictimProcess.FinishAsync(database.Orders(ledger.Url + "/"), ledger, run.Sabotage is null ? null : TimeSpan.FromSeconds(3));

        run.Figure("kills", $"{kills}, {inFlight} with work in flight");
        run.Figure("all delivered", $"{since.Elapsed.TotalSeconds:0.0} s after the last kill");
        run.Audit(ledger);
        run.Hold(inFlight > kills / 2, $"only {inFlight} of {kills} kills hit work in flight");
    }
}
