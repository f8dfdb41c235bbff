using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>A file that is no database, and a folder that is not there.</summary>
internal sealed class UnusableDatabase() : FaultCase("F10", "a file that is no database", "the start fails with a message that names the file, and exit code other than 0")
{
    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        using var database = new Database(run.Store);
        await File.WriteAllTextAsync(database.File, new string('x', 8192));
        await FailAsync(run, ledger, database.Orders(), database.File);
        await FailAsync(run, ledger, database.Orders() with { Connection = "Data Source=/nowhere/ledger.db" }, "/nowhere");
    }

    private static async Task FailAsync(FaultRun run, Ledger ledger, VictimOrders orders, string named)
    {
        using var victim = VictimProcess.Start(orders, ledger);
        await victim.Run.EndAsync();
        run.Figure("exit code", $"{victim.Run.ExitCode}");
        run.Hold(victim.Run.ExitCode != 0, $"it ended as if all were well");
        run.Hold(victim.Run.Output.Contains(named, StringComparison.Ordinal), $"the message doesn't name {named}: {victim.Run.Output}");
    }
}
