using Declarative.Delivery;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>What one kind of bad receiver does to the attempts that are made at it: their reason, and how many there are.</summary>
internal abstract class SingleReceiver(string id, string title, string holds) : FaultCase(id, title, holds)
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    /// <summary>Publishes one event for the receiver and checks its first attempt; counts those that were as they must be.</summary>
    protected static async Task<Storage.AttemptRecord> AttemptAsync(FaultRun run, CaseHost host, string receiver, int number, string expected)
    {
        var subscription = await host.SubscribeAsync(receiver, retry: "60");
        var delivery = await host.DeliveryAsync(await host.PublishAsync(number), static one => one.Attempts.Count > 0 && one.State != DeliveryState.Leased);
        var attempt = delivery.Attempts[0];
        var reason = attempt.Reason ?? "accepted";
        run.Hold(reason == expected, $"{receiver}: the attempt's reason is {reason} ({attempt.Status}) instead of {expected}");
        run.Hold(expected == "accepted" ? delivery.State == DeliveryState.Done : delivery.State == DeliveryState.Due, $"{receiver}: the delivery is {delivery.State} after its first attempt");
        await host.Subscriptions.DeleteAsync(subscription.Id);
        return attempt;
    }
}
