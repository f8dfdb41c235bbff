using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary><c>kill -9</c> with hundreds of requests unanswered: the next process must send them all again, and no more than those.</summary>
internal sealed class KilledWhileDelivering() : FaultCase("F2", "kill -9 with deliveries in flight", "nothing is lost; duplicates are no more than was in flight; recovered at the start (SQLite), within a lease (PostgreSQL)")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        using var database = new Database(run.Store);
        var kills = run.Times(3, 20);
        var perRun = run.Times(500, 2_000);
        long inFlight = 0;
        long unanswered = 0;
        var hold = new TaskCompletionSource();

        // Each request is written down and then left without an answer, so that the process dies not knowing that it arrived.
        ledger.Answer = async context =>
        {
            Interlocked.Increment(ref unanswered);
            await hold.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Decrement(ref unanswered);

            // The process died before it knew: it counts as come only when it comes again.
            return context.RequestAborted.IsCancellationRequested ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK;
        };
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Delivery:MaxInFlightPerEndpoint"] = "200" };
        for (var kill = 0; kill < kills; kill++)
        {
            var before = ledger.Requests;
            using var victim = VictimProcess.Start(database.Orders(ledger.Url + "/") with { First = kill * perRun, Count = perRun, Settings = settings, Sabotage = run.Sabotage }, ledger);
            await victim.PublishedAsync();
            while (Interlocked.Read(ref unanswered) < 100)
                await Task.Delay(1);
            await Task.Delay(run.Random.Next(1, 200));
            await victim.Run.KillAsync();

            // Until the process is dead it sends more; none of it was answered.
            inFlight += ledger.Requests - before;
        }

        ledger.Answer = static _ => Task.FromResult(StatusCodes.Status200OK);
        hold.SetResult();
        var since = System.Diagnostics.Stopwatch.StartNew();
        await VictimProcess.FinishAsync(database.Orders(ledger.Url + "/"), ledger);

        run.Figure("kills", $"{kills} with {inFlight} requests in flight");
        run.Figure("recovery", $"{since.Elapsed.TotalSeconds:0.0} s");
        run.Audit(ledger);
        var again = ledger.Requests - ledger.Delivered;
        run.Figure("sent again", $"{again}");
        run.Hold(again <= inFlight, $"{again} were sent again, though only {inFlight} were in flight");
        run.Hold(again > 0, $"nothing was sent again, so this proves nothing");
        run.Hold(inFlight >= kills * 100, $"too little was in flight to prove anything");
    }
}
