using System.Diagnostics;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>SIGTERM with hundreds of requests under way at receivers that take a second.</summary>
internal sealed class Terminated() : FaultCase("F36", "SIGTERM with 500 deliveries in flight", "nothing more is claimed, what runs is finished, the rest is given back; ends within 30 s, exit code 0, no duplicate")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        using var database = new Database(run.Store);
        long unanswered = 0;
        ledger.Answer = async _ =>
        {
            Interlocked.Increment(ref unanswered);
            await Task.Delay(1_000);
            Interlocked.Decrement(ref unanswered);
            return StatusCodes.Status200OK;
        };
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Delivery:MaxInFlightPerEndpoint"] = "500", ["Declarative:Delivery:MaxInFlight"] = "500" };
        long inFlight;
        using (var victim = VictimProcess.Start(database.Orders(ledger.Url + "/") with { Count = 3_000, Settings = settings }, ledger))
        {
            await victim.PublishedAsync();
            while (Interlocked.Read(ref unanswered) < 400)
                await Task.Delay(1);
            inFlight = Interlocked.Read(ref unanswered);
            var asked = Stopwatch.StartNew();
            await victim.Run.TerminateAsync();
            run.Figure("in flight", $"{inFlight}");
            run.Figure("ended after", $"{asked.Elapsed.TotalSeconds:0.0} s, exit code {victim.Run.ExitCode}");
            run.Hold(asked.Elapsed < TimeSpan.FromSeconds(30), $"it took {asked.Elapsed} to end");
            run.Hold(victim.Run.ExitCode == 0, $"it ended with {victim.Run.ExitCode}");
        }

        ledger.Answer = static _ => Task.FromResult(StatusCodes.Status200OK);
        await VictimProcess.FinishAsync(database.Orders(ledger.Url + "/"), ledger);
        run.Audit(ledger);
        run.Hold(ledger.Audit().Repeated == 0, $"{ledger.Audit().Repeated} deliveries were made twice although the process could end in peace");
    }
}
