using Declarative.Delivery;
using Declarative.Faults.Harness;
using Declarative.Subscriptions;

namespace Declarative.Faults.Cases;

/// <summary>Every way to write an address that receivers must not have, with something listening there.</summary>
internal sealed class PrivateAddresses() : FaultCase("F18", "recipients that spell private addresses in other ways", "none gets a request, whether it is refused when it is subscribed or when it is connected to")
{
    private static readonly string[] Hosts =
    [
        "127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.1", "0", "0.0.0.0", "localhost", "LOCALHOST.", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[0:0:0:0:0:ffff:127.0.0.1]", "①②⑦.⓪.⓪.①", "127。0。0。1", "127.0.0.1.", "169.254.169.254", "[fd00:ec2::254]",
        "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "[fe80::1]", "224.0.0.1", "255.255.255.255",
    ];

    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var trap = await Ledger.StartAsync("http://[::]:0");
        var port = new Uri(trap.Url).Port;
        await using var host = await CaseHost.StartAsync(run, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Delivery:AllowedNetworks:0"] = "203.0.113.7/32", ["Declarative:Delivery:BreakerFailures"] = "0" });
        var (atSubscription, atConnection) = (0, 0);
        for (var i = 0; i < Hosts.Length; i++)
        {
            var receiver = $"http://{Hosts[i]}:{port}/";
            try
            {
                var subscription = await host.SubscribeAsync(receiver);
                var (_, attempt) = await host.FirstAttemptAsync(await host.PublishAsync(i));
                run.Hold(attempt.Reason is "refused_address" or "dns", $"{receiver}: the attempt's reason is {attempt.Reason ?? "accepted"} ({attempt.Status})");
                await host.Subscriptions.DeleteAsync(subscription.Id);
                atConnection++;
            }
            catch (InvalidSubscriptionException)
            {
                atSubscription++;
            }
        }

        run.Figure("refused", $"{atSubscription} when subscribed, {atConnection} when connected to");
        run.Figure("requests", $"{trap.Requests}");
        run.Hold(trap.Requests == 0, $"{trap.Requests} requests came to an address that is not allowed");

        // That there was something to reach.
        await using var permitted = await CaseHost.StartAsync(run);
        await permitted.SubscribeAsync($"http://127.0.0.1:{port}/");
        await permitted.DeliveryAsync(await permitted.PublishAsync(1), static one => one.State == DeliveryState.Done);
        run.Hold(trap.Requests == 1, $"the trap can't be reached at all");
    }
}
