using System.Diagnostics;
using System.Net;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary><c>kill -9</c> of PostgreSQL while a process publishes and delivers, and its start some time later.</summary>
internal sealed class KilledDatabase() : FaultCase("F4", "kill -9 of PostgreSQL, back after a while", "publishes fail fast (over REST 503 with Retry-After), the process lives and says little, and goes on within 5 s of the server's return")
{
    private const int PerRun = 100_000;

    public override IReadOnlyList<string> Stores { get; } = PostgreSqlOnly;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        using var server = new PostgreSqlProcess();
        using var database = new Database(run.Store, server);
        var kills = run.Times(2, 4);
        var away = TimeSpan.FromSeconds(run.Times(4, 20));
        var (inFlight, lines, other) = (0, 0, 0);
        var (slowest, longest) = (TimeSpan.Zero, TimeSpan.Zero);
        using var victim = VictimProcess.Start(database.Orders(ledger.Url + "/") with { Count = kills * PerRun, Publishers = 8 }, ledger);
        using var client = await FaultHost.SignInAsync(await victim.UrlAsync());
        for (var kill = 0; kill < kills; kill++)
        {
            await victim.AcknowledgedAsync(victim.Acknowledged + run.Random.Next(100, 500));
            var said = Lines(victim);
            server.Kill();
            inFlight += ledger.Missing > 0 ? 1 : 0;
            var down = Stopwatch.StartNew();
            var refused = victim.Refused;
            while (down.Elapsed < away)
            {
                var asked = Stopwatch.StartNew();
                using var answer = await client.GetAsync("/rest/V1/async_events/deliveries");
                slowest = asked.Elapsed > slowest ? asked.Elapsed : slowest;
                other += answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter is not null ? 0 : 1;
                await Task.Delay(run.Random.Next(100, 400));
            }

            run.Hold(victim.Refused > refused, $"no publish was told that it failed");
            lines += Lines(victim) - said;
            server.Start();
            var back = Stopwatch.StartNew();
            await victim.AcknowledgedAsync(victim.Acknowledged + 1);
            longest = back.Elapsed > longest ? back.Elapsed : longest;
        }

        await victim.Run.KillAsync();
        await VictimProcess.FinishAsync(database.Orders(ledger.Url + "/"), ledger);

        run.Figure("kills", $"{kills}, {inFlight} with work in flight, {away.TotalSeconds:0} s each");
        run.Figure("refused", $"{victim.Refused:N0}");
        run.Figure("slowest answer", $"{slowest.TotalMilliseconds:0} ms");
        run.Figure("lines logged", $"{lines}");
        run.Figure("recovery", $"{longest.TotalSeconds:0.0} s");
        run.Hold(other == 0, $"a route answered {other} times with something else than 503 and Retry-After");
        run.HoldInLongRuns(slowest < TimeSpan.FromSeconds(6), $"an answer took {slowest}");
        run.HoldInLongRuns(longest < TimeSpan.FromSeconds(5), $"it took {longest} to go on");
        run.Hold(lines <= kills * away.TotalSeconds, $"{lines} lines were logged in {kills * away.TotalSeconds} s");
        run.Hold(inFlight > 0, $"no kill hit work in flight");
        run.Audit(ledger);
    }

    /// <summary>What it logged, beside what it tells of its publishes.</summary>
    private static int Lines(VictimProcess victim) => victim.Run.Output.Split('\n').Count(static line => line.Length > 0 && !line.StartsWith("ack ", StringComparison.Ordinal) && !line.StartsWith("nack ", StringComparison.Ordinal));
}
