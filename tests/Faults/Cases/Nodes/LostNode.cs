using System.Diagnostics;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary><c>kill -9</c> of one of two nodes with requests under way: the other one takes over what it held.</summary>
internal sealed class LostNode() : FaultCase("N1", "kill -9 of one of two nodes", "the other one takes over within a lease; duplicates are no more than what it held")
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    public override IReadOnlyList<string> Stores { get; } = PostgreSqlOnly;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        ledger.Answer = static async _ =>
        {
            await Task.Delay(20);
            return StatusCodes.Status200OK;
        };
        using var database = new Database(run.Store);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Delivery:MaxInFlightPerEndpoint"] = "50" };
        var kills = run.Times(1, 4);
        long held = 0;
        var longest = TimeSpan.Zero;
        using var survivor = VictimProcess.Start(database.Orders(ledger.Url + "/") with { Settings = settings }, ledger);
        await survivor.ReadyAsync();
        for (var kill = 0; kill < kills; kill++)
        {
            using var lost = VictimProcess.Start(database.Orders(ledger.Url + "/") with { First = kill * 1_000_000, Count = 1_000_000, Publishers = 16, Settings = settings }, ledger);
            await lost.AcknowledgedAsync(run.Random.Next(500, 3_000));
            await lost.Run.KillAsync();
            var since = Stopwatch.StartNew();

            // Of both nodes; what the survivor holds is soon done.
            held += await database.ScalarAsync("SELECT (SELECT count(*) FROM delivery WHERE state = 1) + (SELECT count(*) FROM message WHERE state = 1)");
            await ledger.SettledAsync();
            longest = since.Elapsed > longest ? since.Elapsed : longest;
        }

        await survivor.Run.TerminateAsync();
        run.Figure("kills", $"{kills}, with {held} rows held");
        run.Figure("recovery", $"{longest.TotalSeconds:0.0} s of a lease of {Lease.TotalSeconds:0} s");
        run.HoldInLongRuns(longest < Lease + TimeSpan.FromSeconds(10), $"it took {longest}");
        run.Hold(held > 0, $"the lost nodes held nothing");
        run.Audit(ledger);
        run.Hold(ledger.Audit().Repeated <= held, $"{ledger.Audit().Repeated} were made twice, though only {held} were held");
    }
}
