using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>A second process on the same file, while the first one runs and after it was killed.</summary>
internal sealed class TwoProcesses() : FaultCase("F35", "two processes on one SQLite file", "the second one refuses to start and says why; after the first one's death it starts at once")
{
    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        using var database = new Database(run.Store);
        using (var first = VictimProcess.Start(database.Orders(ledger.Url + "/") with { Count = 1_000_000, Publishers = 4 }, ledger))
        {
            await first.AcknowledgedAsync(100);
            using var second = VictimProcess.Start(database.Orders(ledger.Url + "/"), ledger);
            await second.Run.EndAsync();
            run.Figure("second's exit code", $"{second.Run.ExitCode}");
            run.Hold(second.Run.ExitCode != 0 && second.Run.Output.Contains("in use by another process", StringComparison.Ordinal), $"the second one was let in: {second.Run.Output}");
            await first.AcknowledgedAsync(first.Acknowledged + 100);
            await first.Run.KillAsync();
        }

        await VictimProcess.FinishAsync(database.Orders(ledger.Url + "/"), ledger);
        run.Audit(ledger);
    }
}
