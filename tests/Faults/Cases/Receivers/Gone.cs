using Declarative.Delivery;
using Declarative.Faults.Harness;
using Declarative.Subscriptions;

namespace Declarative.Faults.Cases;

/// <summary>A receiver answers 410 with more on the way.</summary>
internal sealed class Gone() : FaultCase("F22", "410", "the subscription is disabled at once, what is pending is parked, an event tells of it, and enabling goes on where it stopped")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var receiver = await Ledger.StartAsync();
        await using var neighbour = await Ledger.StartAsync();
        var told = 0;
        await using var operations = RawServer.Start(async (stream, token) =>
        {
            Interlocked.Increment(ref told);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), token);
        });

        // Its first answers wait until all is on the way: what is published to a subscription that is off already is none of its deliveries.
        var isAllOnTheWay = new TaskCompletionSource();
        receiver.Answer = async _ =>
        {
            await isAllOnTheWay.Task;
            return StatusCodes.Status410Gone;
        };
        await using var host = await CaseHost.StartAsync(run);
        await host.SubscribeAsync(operations.Url, eventName: "declarative.subscription.status_changed");
        var gone = await host.SubscribeAsync(receiver.Url + "/");
        await host.SubscribeAsync(neighbour.Url + "/");
        var events = run.Times(200, 5_000);
        await Publishing.PublishAsync(host.Services, 0, events, neighbour);
        await neighbour.SettledAsync();
        isAllOnTheWay.SetResult();
        await Eventually.True(async () => await host.Database.ScalarAsync($"SELECT count(*) FROM delivery WHERE subscription_id = {gone.Id} AND state = 4") == events);
        var refused = receiver.Requests;
        await Eventually.True(() => Volatile.Read(ref told) == 1);
        run.Figure("requests until it was disabled", $"{refused} of {events}");
        run.Figure("parked", $"{events}");
        run.Hold(host.Subscriptions.Find(gone.Id)!.Status != SubscriptionStatus.Active, $"the subscription is still active");
        run.Hold(refused <= 16, $"{refused} requests were made, more than can have been under way");

        receiver.Answer = static _ => Task.FromResult(StatusCodes.Status200OK);
        for (var number = 0; number < events; number++)
            receiver.Acknowledge(number);
        await host.Subscriptions.SetStatusAsync(gone.Id, isActive: true);
        await receiver.SettledAsync();
        run.Audit(receiver);
    }
}
