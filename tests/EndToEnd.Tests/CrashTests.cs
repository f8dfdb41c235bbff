using System.Collections.Concurrent;
using System.Globalization;
using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>
/// <c>kill -9</c> of a real process, while it publishes and while it delivers, at many seeded moments. What was acknowledged
/// is written down outside the victim and must all arrive, at least once each, under one <c>webhook-id</c> each.
/// </summary>
public sealed class CrashTests
{
    private const int Kills = 12;
    private const int PerRun = 100_000;

    private static readonly string Victim = Repository.Program("tests/Victim", "Declarative.Victim");

    [Fact]
    public async Task Nothing_acknowledged_is_lost_however_often_the_process_is_killed()
    {
        var (lost, acknowledged, killedInFlight, repeats) = await CrashAsync(Kills, seed: 20261122, isSabotaged: false);

        lost.ShouldBeEmpty();
        acknowledged.ShouldBeGreaterThan(100);
        killedInFlight.ShouldBeGreaterThan(Kills / 2, "most kills must hit work in flight, or they prove nothing");
        TestContext.Current.SendDiagnosticMessage($"{Kills} kills, {killedInFlight} with deliveries in flight, {acknowledged} acknowledged, 0 lost, {repeats} delivered more than once");
    }

    [Fact]
    public async Task The_test_finds_out_a_build_that_acknowledges_before_the_commit()
    {
        var (lost, _, _, _) = await CrashAsync(Kills, seed: 20261123, isSabotaged: true);
        lost.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_terminated_process_drains_and_ends_well()
    {
        await using var receiver = await LedgerReceiver.StartAsync();
        using var scratch = new Scratch();
        using var victim = Start(scratch, receiver, 0, 500, isSabotaged: false, _ => { });
        await victim.LineAsync(line => line == "published");

        await victim.TerminateAsync();

        victim.ExitCode.ShouldBe(0, victim.Output);
        victim.Output.ShouldContain("ended");
    }

    private static async Task<(List<int> Lost, int Acknowledged, int KilledInFlight, int Repeats)> CrashAsync(int kills, int seed, bool isSabotaged)
    {
        await using var receiver = await LedgerReceiver.StartAsync();
        using var scratch = new Scratch();
        var acknowledged = new ConcurrentDictionary<int, bool>();
        var random = new Random(seed);
        var killedInFlight = 0;

        for (var kill = 0; kill < kills; kill++)
        {
            // Every third run publishes nothing and is killed while it delivers what the others left.
            var count = kill % 3 == 2 ? 0 : PerRun;
            var moment = random.Next(50, 1500);
            var seen = 0;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var victim = Start(scratch, receiver, kill * PerRun, count, isSabotaged, number =>
            {
                acknowledged[number] = true;
                if (Interlocked.Increment(ref seen) == moment)
                    reached.TrySetResult();
            });
            await victim.LineAsync(line => line == "ready");
            if (count > 0)
                await reached.Task.WaitAsync(TimeSpan.FromMinutes(3));
            else
                await receiver.MoreAsync(TimeSpan.FromMilliseconds(moment * 2));
            await victim.KillAsync();
            if (Missing(acknowledged, receiver).Count > 0)
                killedInFlight++;
        }

        using (var last = Start(scratch, receiver, kills * PerRun, 0, isSabotaged, _ => { }))
        {
            await last.LineAsync(line => line == "ready");
            while (Missing(acknowledged, receiver).Count > 0 && await receiver.MoreAsync(TimeSpan.FromSeconds(isSabotaged ? 3 : 30)))
            {
            }

            await last.TerminateAsync();
        }

        receiver.Received.Values.ShouldAllBe(ids => ids.Count == 1, "one publish is one delivery, however often it is made");
        return (Missing(acknowledged, receiver), acknowledged.Count, killedInFlight, receiver.Received.Values.Count(ids => ids.Values.Sum() > 1));
    }

    private static List<int> Missing(ConcurrentDictionary<int, bool> acknowledged, LedgerReceiver receiver) =>
        [.. acknowledged.Keys.Where(number => !receiver.Received.ContainsKey(number))];

    private static Run Start(Scratch scratch, LedgerReceiver receiver, int first, int count, bool isSabotaged, Action<int> onAcknowledged) =>
        Run.Start(
            scratch.Path,
            "dotnet",
            [Victim, scratch["ledger.db"], receiver.Url, first.ToString(CultureInfo.InvariantCulture), count.ToString(CultureInfo.InvariantCulture), .. isSabotaged ? ["sabotage"] : Array.Empty<string>()],
            onLine: line =>
            {
                if (line.StartsWith("ack ", StringComparison.Ordinal))
                    onAcknowledged(int.Parse(line.AsSpan(4), CultureInfo.InvariantCulture));
            });
}
