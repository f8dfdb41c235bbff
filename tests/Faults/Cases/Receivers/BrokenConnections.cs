using System.Net.Sockets;
using Declarative.Delivery;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>Connections that end where they should not: in the middle of an answer, or between two requests without a word.</summary>
internal sealed class BrokenConnections() : FaultCase("F24", "connection reset in an answer; kept connection closed without a word", "a reset is a failed attempt that is tried again; a connection that is no more is replaced within the attempt")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        var times = run.Times(20, 100);
        await using var host = await CaseHost.StartAsync(run, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Delivery:BreakerFailures"] = "0" });

        var answers = 0;
        await using var resetting = RawServer.Start(async (stream, token) =>
        {
            if (Interlocked.Increment(ref answers) % 2 == 0)
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
                return;
            }

            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it"u8.ToArray(), token);
            ((NetworkStream)stream).Socket.LingerState = new LingerOption(enable: true, 0);
        });
        var subscription = await host.SubscribeAsync(resetting.Url, retry: "0,0,0");
        for (var number = 0; number < times; number++)
        {
            var delivery = await host.DeliveryAsync(await host.PublishAsync(number), static one => one.State == DeliveryState.Done);
            run.Hold(delivery.Attempts is [{ Reason: "protocol" }, { Reason: null }], $"the attempts ended with {string.Join(", ", delivery.Attempts.Select(static attempt => attempt.Reason ?? "success"))}");
        }

        await host.Subscriptions.DeleteAsync(subscription.Id);

        // Says that it keeps the connection, and closes it.
        await using var closing = RawServer.Start(static (stream, token) => stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), token).AsTask());
        await host.SubscribeAsync(closing.Url);
        var failed = 0;
        for (var number = 0; number < times; number++)
        {
            var delivery = await host.DeliveryAsync(await host.PublishAsync(times + number), static one => one.State == DeliveryState.Done);
            failed += delivery.Attempts.Count - 1;
        }

        run.Figure("resets", $"{times}, each one attempt more");
        run.Figure("closed without a word", $"{times}, {failed} attempts more");
        run.Hold(resetting.Requests == times * 2, $"{resetting.Requests} requests came for {times} deliveries that are reset once");
        run.Hold(closing.Requests == times + failed, $"{closing.Requests} requests came for {times} deliveries");
    }
}
