using System.Diagnostics;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>A steady load for a long time, with some failures in it.</summary>
internal sealed class Soak() : FaultCase("F42", "a steady 200 events a second for long", "memory, handles and journal stay as they are")
{
    private const int PerSecond = 200;

    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        var requests = 0;
        ledger.Answer = _ => Task.FromResult(Interlocked.Increment(ref requests) % 50 == 0 ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK);
        using var database = new Database(run.Store);
        using var victim = VictimProcess.Start(database.Orders(ledger.Url + "/") with { Count = 100_000_000, PerSecond = PerSecond }, ledger);
        await victim.ReadyAsync();
        var duration = TimeSpan.FromSeconds(run.Times(20, 4 * 60));
        var (memory, handles) = (new List<double>(), new List<double>());
        var watch = Stopwatch.StartNew();
        var journal = 0L;
        while (watch.Elapsed < duration)
        {
            await Task.Delay(duration / 100);

            // The first fifth warms up.
            if (watch.Elapsed < duration / 5)
                continue;
            memory.Add(victim.Run.WorkingSet / 1024d / 1024);
            handles.Add(Directory.GetFiles($"/proc/{victim.Run.Id}/fd").Length);
            if (run.Store == "sqlite")
                journal = Math.Max(journal, new FileInfo(database.File + "-wal").Length);
        }

        await victim.Run.TerminateAsync();
        var rate = victim.Acknowledged / watch.Elapsed.TotalSeconds;
        await VictimProcess.FinishAsync(database.Orders(ledger.Url + "/"), ledger);

        var grown = Mean(memory, half: 1) - Mean(memory, half: 0);
        run.Figure("lasted", $"{watch.Elapsed.TotalMinutes:0.0} min at {rate:0} events a second");
        run.Figure("memory", $"{Mean(memory, 0):0} MB in the first half, {Mean(memory, 1):0} in the second");
        run.Figure("handles", $"{Mean(handles, 0):0}, {Mean(handles, 1):0}");
        if (run.Store == "sqlite")
            run.Figure("journal", $"{journal / 1024 / 1024} MB at most");
        run.HoldInLongRuns(grown < 20, $"memory grew by {grown:0} MB from the first half to the second");
        run.HoldInLongRuns(Mean(handles, 1) < Mean(handles, 0) + 20, $"handles grew from {Mean(handles, 0):0} to {Mean(handles, 1):0}");
        run.Hold(journal < 64L * 1024 * 1024, $"the journal grew to {journal / 1024 / 1024} MB");
        run.Audit(ledger);
    }

    private static double Mean(List<double> values, int half) => values.Skip(half * values.Count / 2).Take(values.Count / 2).Average();
}
