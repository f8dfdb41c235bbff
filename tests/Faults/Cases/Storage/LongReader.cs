using Declarative.Faults.Harness;
using Microsoft.Data.Sqlite;

namespace Declarative.Faults.Cases;

/// <summary>Somebody leaves a read transaction open, and the journal can't be taken back.</summary>
internal sealed class LongReader() : FaultCase("F11", "a long reader keeps the journal from being taken back", "all goes on, the log says what is wrong, and the journal is small again once the reader is gone")
{
    private const long Alarm = 64L * 1024 * 1024;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        await using var host = await CaseHost.StartAsync(run);
        await host.SubscribeAsync(ledger.Url + "/");
        await Publishing.PublishAsync(host.Services, 0, 100, ledger);
        var journal = new FileInfo(host.Database.File + "-wal");
        var number = 100;
        await using (var reader = new SqliteConnection(host.Database.Connection + ";Pooling=False;Mode=ReadOnly"))
        {
            await reader.OpenAsync();
            await using var transaction = await reader.BeginTransactionAsync(System.Data.IsolationLevel.Serializable);
            await using var command = reader.CreateCommand();
            command.Transaction = (SqliteTransaction)transaction;
            command.CommandText = "SELECT count(*) FROM message";
            await command.ExecuteScalarAsync();
            while (Refreshed(journal).Length < Alarm + (8 * 1024 * 1024))
            {
                await Publishing.PublishAsync(host.Services, number, 2_000, ledger);
                number += 2_000;
            }

            run.Figure("journal", $"{Refreshed(journal).Length / 1024 / 1024} MB under the reader");
            await PublishUntilAsync(static line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("journal", StringComparison.Ordinal), "the log names the journal");
        }

        await PublishUntilAsync(_ => Refreshed(journal).Length < Alarm, "the journal is taken back");
        run.Figure("afterwards", $"{Refreshed(journal).Length / 1024 / 1024} MB");
        await ledger.SettledAsync();
        run.Audit(ledger);

        async Task PublishUntilAsync(Func<string, bool> isSaid, string what)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            while (!host.Log.All.Any(isSaid))
            {
                if (watch.Elapsed > TimeSpan.FromSeconds(120))
                    throw new TimeoutException("Not within two minutes: " + what);
                await Publishing.PublishAsync(host.Services, number, 10, ledger);
                number += 10;
            }
        }
    }

    private static FileInfo Refreshed(FileInfo file)
    {
        file.Refresh();
        return file;
    }
}
