using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>The machine's clock jumps by an hour, on and back, with requests under way.</summary>
internal sealed class TurnedClock() : FaultCase("F33", "the clock set on by an hour, and back", "nothing is sent twice, nothing waits for the hour to pass")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        ledger.Answer = static async _ =>
        {
            await Task.Delay(50);
            return StatusCodes.Status200OK;
        };
        var time = new TurnedTime();
        await using var host = await CaseHost.StartAsync(run, configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        await host.SubscribeAsync(ledger.Url + "/");
        var turns = run.Times(4, 16);
        var underWay = 0;
        for (var turn = 0; turn < turns; turn++)
        {
            await Publishing.PublishAsync(host.Services, turn * 500, 500, ledger);
            await Task.Delay(run.Random.Next(1, 300));
            underWay += ledger.Missing > 0 ? 1 : 0;
            time.Turn(TimeSpan.FromHours(turn % 2 == 0 ? 1 : -1));
        }

        var settled = await ledger.SettledAsync(patience: TimeSpan.FromSeconds(60));
        run.Figure("turned", $"{turns} times, {underWay} with work under way");
        run.Audit(ledger);
        run.Hold(settled && ledger.Audit().Repeated == 0, $"{ledger.Audit().Repeated} deliveries were made twice");
        run.Hold(underWay > turns / 2, $"only {underWay} of {turns} turns met work under way");
    }
}
