using System.Diagnostics;
using Declarative.EndToEnd.Tests.Harness;
using Declarative.Faults.Harness;
using Microsoft.Data.Sqlite;

namespace Declarative.Faults.Cases;

/// <summary>The database on a disk of 12 MB that fills up, and is given room again.</summary>
internal sealed class FullDisk() : FaultCase("F9", "disk full", "publishes are refused, the process lives, and it goes on without a restart once there is room; the file is whole")
{
    public override string? Missing(string store) => base.Missing(store) ?? MissingRoot;

    public override async Task RunAsync(FaultRun run)
    {
        using var scratch = new Scratch();
        var mount = await Run.ToEndAsync("/", "mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", scratch.Path]);
        if (mount.ExitCode != 0)
        {
            run.Hold(false, $"a small file system can't be mounted here: {mount.Output}");
            return;
        }

        try
        {
            await using var ledger = await Ledger.StartAsync();
            var ballast = scratch["ballast"];
            await File.WriteAllBytesAsync(ballast, new byte[4 * 1024 * 1024]);
            var file = scratch["ledger.db"];
            var orders = new VictimOrders { Store = "sqlite", Connection = $"Data Source={file}", Receivers = [ledger.Url + "/"] };
            using (var victim = VictimProcess.Start(orders with { Count = 1_000_000, Publishers = 8 }, ledger))
            {
                while (victim.Refused < 100)
                    await Task.Delay(5);
                var full = victim.Acknowledged;
                File.Delete(ballast);
                var freed = Stopwatch.StartNew();
                await victim.AcknowledgedAsync(full + 100);
                run.Figure("acknowledged until full", $"{full:N0}");
                run.Figure("recovery", $"{freed.Elapsed.TotalSeconds:0.0} s after there was room");
                run.HoldInLongRuns(freed.Elapsed < TimeSpan.FromSeconds(10), $"it took {freed.Elapsed} to go on");
                await victim.Run.KillAsync();
            }

            await Run.ToEndAsync("/", "mount", ["-o", "remount,size=200m", scratch.Path]);
            await VictimProcess.FinishAsync(orders, ledger);

            run.Audit(ledger);
            await using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check";
            var whole = (string)(await command.ExecuteScalarAsync())!;
            run.Hold(whole == "ok", $"the file is damaged: {whole}");
        }
        finally
        {
            await Run.ToEndAsync("/", "umount", ["-l", scratch.Path]);
        }
    }
}
