using System.Diagnostics;
using Declarative.Faults.Harness;
using Microsoft.Data.Sqlite;

namespace Declarative.Faults.Cases;

/// <summary>Another process holds the file for ten seconds, longer than the writer waits.</summary>
internal sealed class LockedDatabase() : FaultCase("F8", "SQLite locked by another process for 10 s", "publishes fail after the time that the writer waits, none is acknowledged that isn't stored, and all goes on afterwards")
{
    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        using var database = new Database(run.Store);
        using var victim = VictimProcess.Start(database.Orders(ledger.Url + "/") with { Count = 1_000_000, Publishers = 4 }, ledger);
        await victim.AcknowledgedAsync(100);

        int before;
        var locked = Stopwatch.StartNew();
        await using (var other = new SqliteConnection($"Data Source={database.File};Pooling=False;Default Timeout=30"))
        {
            await other.OpenAsync();
            await using var command = other.CreateCommand();
            command.CommandText = "BEGIN EXCLUSIVE";
            await command.ExecuteNonQueryAsync();
            before = victim.Acknowledged;
            await Task.Delay(TimeSpan.FromSeconds(10));
            run.Hold(victim.Acknowledged - before <= 512, $"{victim.Acknowledged - before} publishes were acknowledged while nothing could be written");
        }

        var freed = Stopwatch.StartNew();
        await victim.AcknowledgedAsync(victim.Acknowledged + 100);
        run.Figure("refused", $"{victim.Refused}");
        run.Figure("recovery", $"{freed.Elapsed.TotalSeconds:0.0} s after {locked.Elapsed.TotalSeconds:0} s");
        run.Hold(victim.Refused > 0, $"no publish was told that it failed");
        run.HoldInLongRuns(freed.Elapsed < TimeSpan.FromSeconds(6), $"it took {freed.Elapsed} to go on");
        await victim.Run.KillAsync();
        await VictimProcess.FinishAsync(database.Orders(ledger.Url + "/"), ledger);
        run.Audit(ledger);
    }
}
