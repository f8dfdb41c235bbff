using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>A receiver that does the work and answers 200, but too late.</summary>
internal sealed class LateAnswer() : FaultCase("F23", "200 after the attempt's time", "it counts as failed and is tried again under the same webhook-id, by which the receiver knows the repeat")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        ledger.Answer = async context =>
        {
            if (seen.AddOrUpdate(context.Request.Headers["webhook-id"].ToString(), 1, static (_, times) => times + 1) == 1)
                await Task.Delay(TimeSpan.FromSeconds(2));
            return StatusCodes.Status200OK;
        };
        await using var host = await CaseHost.StartAsync(run, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Delivery:AttemptTimeout"] = "00:00:01", ["Declarative:Delivery:BreakerFailures"] = "0" });
        await host.SubscribeAsync(ledger.Url + "/");
        var events = run.Times(24, 100);
        await Publishing.PublishAsync(host.Services, 0, events, ledger);
        await Eventually.True(async () => await host.Database.ScalarAsync("SELECT count(*) FROM delivery WHERE state = 2") == events);
        var late = await host.Database.ScalarAsync("SELECT count(*) FROM attempt WHERE reason = 'timeout'");
        await FaultRun.UntilAsync(() => ledger.Audit().Repeated == events, TimeSpan.FromSeconds(30), "the late answers");
        run.Figure("late answers", $"{late}");
        run.Figure("webhook-ids", $"{seen.Count} for {seen.Values.Sum()} requests");
        run.Audit(ledger);
        run.Hold(late == events && seen.Count == events && seen.Values.All(static times => times == 2), $"of {events} deliveries {late} ran out of time, and {seen.Count} ids came");
    }
}
