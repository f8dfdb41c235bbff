using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>Three nodes on one database are replaced one after the other while all of them publish.</summary>
internal sealed class RollingRestart() : FaultCase("F37", "rolling restart under load, three nodes", "nothing is lost, fewer than one delivery in a thousand is made twice")
{
    private const int PerNode = 1_000_000;

    public override IReadOnlyList<string> Stores { get; } = PostgreSqlOnly;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        using var database = new Database(run.Store);
        var started = 0;
        var nodes = Enumerable.Range(0, 3).Select(_ => StartNode()).ToList();
        var rounds = run.Times(1, 3);
        try
        {
            foreach (var node in nodes)
                await node.AcknowledgedAsync(100);
            for (var restart = 0; restart < 3 * rounds; restart++)
            {
                using var old = nodes[0];
                nodes.RemoveAt(0);
                await old.Run.TerminateAsync();
                run.Hold(old.Run.ExitCode == 0, $"a node ended with {old.Run.ExitCode}: {old.Run.Output}");
                var next = StartNode();
                nodes.Add(next);
                await next.AcknowledgedAsync(run.Random.Next(50, 300));
            }

            foreach (var node in nodes)
                await node.Run.TerminateAsync();
        }
        finally
        {
            nodes.ForEach(static node => node.Dispose());
        }

        await VictimProcess.FinishAsync(database.Orders(ledger.Url + "/"), ledger);

        run.Figure("restarts", $"{3 * rounds}");
        run.Audit(ledger);
        run.Hold(ledger.Audit().Repeated * 1_000 < ledger.Delivered, $"{ledger.Audit().Repeated} of {ledger.Delivered} were made twice");

        VictimProcess StartNode() => VictimProcess.Start(database.Orders(ledger.Url + "/") with { First = started++ * PerNode, Count = PerNode, Publishers = 2 }, ledger);
    }
}
