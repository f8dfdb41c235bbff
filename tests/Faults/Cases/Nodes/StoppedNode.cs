using System.Collections.Concurrent;
using System.Globalization;
using Declarative.EndToEnd.Tests.Harness;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>A node is stopped (SIGSTOP) for longer than its lease, while another one takes over, and then goes on as if nothing had been.</summary>
internal sealed class StoppedNode() : FaultCase("N2", "a node stopped for longer than its lease", "what it says of its old leases changes nothing")
{
    public override IReadOnlyList<string> Stores { get; } = PostgreSqlOnly;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        using var database = new Database(run.Store);
        var rounds = run.Times(1, 3);
        var (dropped, taken) = (0L, 0L);
        for (var round = 0; round < rounds; round++)
        {
            var isReleased = new TaskCompletionSource();
            var refused = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
            ledger.Answer = async context =>
            {
                // The first attempt fails at once, so that the next one is the last that the schedule allows: failing it would be the delivery's end.
                if (refused.TryAdd(context.Request.Headers["webhook-id"].ToString(), true))
                    return StatusCodes.Status500InternalServerError;
                await isReleased.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return context.RequestAborted.IsCancellationRequested ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK;
            };
            var before = ledger.Requests;
            var orders = database.Orders(ledger.Url + "/") with { Retry = "0", Sabotage = run.Sabotage };
            using var stalled = VictimProcess.Start(orders with { First = round * 100, Count = 8 }, ledger);
            await FaultRun.UntilAsync(() => ledger.Requests >= before + 16, TimeSpan.FromSeconds(60), "the first node's requests");
            await SignalAsync("-STOP", stalled.Run);

            // Its requests must be under way when the stopped node comes back.
            var patient = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Delivery:AttemptTimeout"] = "00:00:20", ["Declarative:Delivery:LeaseDuration"] = "00:00:50" };
            using var other = VictimProcess.Start(orders with { Settings = patient }, ledger);
            await FaultRun.UntilAsync(() => ledger.Requests >= before + 24, TimeSpan.FromSeconds(90), "the other node's requests");
            await SignalAsync("-CONT", stalled.Run);

            // The stopped node's requests ran out of time long ago; it stores that, or sees that it may not.
            await Eventually.True(async () => stalled.Run.Output.Contains("after their lease had ended", StringComparison.Ordinal) || await HeldAsync() < 8);
            var held = await HeldAsync();
            dropped += held;
            taken += 8 - held;
            isReleased.SetResult();
            await ledger.SettledAsync(patience: run.Sabotage is null ? null : TimeSpan.FromSeconds(8));

            // What isn't stored yet would be the next round's, by its leases and by its endpoint's failures in a row.
            await Eventually.True(async () => await HeldAsync() == 0);
            await stalled.Run.KillAsync();
            await other.Run.KillAsync();
        }

        var dead = await database.ScalarAsync("SELECT count(*) FROM delivery WHERE state = 3");
        run.Figure("outcomes of old leases", $"{dropped} dropped, {taken} taken");
        run.Hold(taken == 0, $"{taken} outcomes were taken from a node whose lease had ended");
        run.Hold(dead == 0, $"{dead} deliveries are dead letters though their receiver accepts them");
        run.Audit(ledger);

        async Task<long> HeldAsync() => await database.ScalarAsync("SELECT count(*) FROM delivery WHERE state = 1 AND lease_until > now()");
    }

    private static async Task SignalAsync(string signal, Run process) =>
        (await Run.ToEndAsync("/", "kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)])).ShouldSucceed();
}
