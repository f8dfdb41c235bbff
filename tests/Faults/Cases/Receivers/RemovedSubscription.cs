using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>Subscriptions are disabled and deleted with deliveries pending and under way.</summary>
internal sealed class RemovedSubscription() : FaultCase("F39", "a subscription disabled or deleted with deliveries pending", "what is pending is parked or cancelled; nothing is sent any more; what is parked comes once it is enabled")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var disabled = await Ledger.StartAsync();
        await using var deleted = await Ledger.StartAsync();
        disabled.Answer = SlowAsync;
        deleted.Answer = SlowAsync;
        await using var host = await CaseHost.StartAsync(run);
        var off = await host.SubscribeAsync(disabled.Url + "/");
        var gone = await host.SubscribeAsync(deleted.Url + "/");
        var events = run.Times(500, 10_000);
        await Publishing.PublishAsync(host.Services, 0, events, disabled);
        await Eventually.True(async () => await host.Database.ScalarAsync("SELECT count(*) FROM message WHERE state IN (0, 1)") == 0);
        await FaultRun.UntilAsync(() => disabled.Requests > 20 && deleted.Requests > 20, TimeSpan.FromSeconds(30), "deliveries under way");
        await host.Subscriptions.SetStatusAsync(off.Id, isActive: false, "by hand");
        await host.Subscriptions.DeleteAsync(gone.Id);

        // What was claimed before ends; all of the rest waits or is cancelled.
        await Eventually.True(async () => await host.Database.ScalarAsync("SELECT count(*) FROM delivery WHERE state IN (0, 1)") == 0 && await host.Database.ScalarAsync("SELECT count(*) FROM message WHERE state IN (0, 1)") == 0);
        var parked = await host.Database.ScalarAsync($"SELECT count(*) FROM delivery WHERE subscription_id = {off.Id} AND state = 4");
        var cancelled = await host.Database.ScalarAsync($"SELECT count(*) FROM delivery WHERE subscription_id = {gone.Id} AND state = 5");
        var (first, second) = (disabled.Requests, deleted.Requests);
        await host.PublishAsync(events);
        await Eventually.True(async () => await host.Database.ScalarAsync("SELECT count(*) FROM message WHERE state IN (0, 1)") == 0);
        run.Figure("parked", $"{parked:N0}");
        run.Figure("cancelled", $"{cancelled:N0}");
        run.Hold(parked > 0 && cancelled > 0, $"{parked} were parked and {cancelled} cancelled");
        run.Hold(disabled.Requests == first && deleted.Requests == second, $"requests were made after all was parked and cancelled");
        disabled.Answer = static _ => Task.FromResult(StatusCodes.Status200OK);
        await host.Subscriptions.SetStatusAsync(off.Id, isActive: true);
        await disabled.SettledAsync();
        run.Audit(disabled);
        run.Hold(disabled.Audit().Repeated == 0, $"{disabled.Audit().Repeated} deliveries were made twice");
        run.Hold(deleted.Requests == second, $"the deleted subscription got more");
    }

    private static async Task<int> SlowAsync(HttpContext context)
    {
        await Task.Delay(20);
        return StatusCodes.Status200OK;
    }
}
