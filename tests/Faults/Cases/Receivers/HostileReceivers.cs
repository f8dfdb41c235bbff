using System.Diagnostics;
using System.Text;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>Receivers that waste an attempt's time or memory, beside a healthy one.</summary>
/// <param name="id">Its id.</param>
/// <param name="title">What they do.</param>
/// <param name="head">What they answer first.</param>
/// <param name="body">What they do then.</param>
/// <param name="reason">Why the attempts at them fail; null if what came counts as an answer.</param>
/// <param name="takesWholeTime">Whether an attempt ends only when its time is over.</param>
internal sealed class HostileReceivers(string id, string title, string head, Func<Stream, CancellationToken, Task> body, string? reason, bool takesWholeTime) : FaultCase(
    id,
    title,
    "an attempt ends when its time is over, and holds no more memory than is kept of an answer; a healthy receiver's latency (p99) rises by less than a fifth")
{
    private static readonly byte[] Block = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));
    private static readonly byte[] MoreHeaders = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("x-more: and more and more and more\r\n", 1_000)));
    private static readonly byte[] Gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    private static readonly TimeSpan AttemptTime = TimeSpan.FromSeconds(3);

    public static IReadOnlyList<FaultCase> All { get; } =
    [
        new HostileReceivers("F12", "receivers that accept and never answer", "", static (_, token) => Task.Delay(Timeout.Infinite, token), "timeout", takesWholeTime: true),
        new HostileReceivers("F13", "receivers that answer a byte at a time", "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", TrickleAsync, "timeout", takesWholeTime: true),
        new HostileReceivers("F14", "receivers whose answer has no end, or claims to be a gzip bomb", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 10000000000\r\n\r\n", FloodAsync, null, takesWholeTime: false),
        new HostileReceivers("F15", "receivers that send 1,000 times 100 Continue, and nothing more", string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1_000)), static (_, token) => Task.Delay(Timeout.Infinite, token), "timeout", takesWholeTime: true),
        new HostileReceivers("F15h", "receivers whose headers have no end", "HTTP/1.1 200 OK\r\n", static (stream, token) => RepeatAsync(stream, MoreHeaders, token), "protocol", takesWholeTime: false),
    ];

    public override async Task RunAsync(FaultRun run)
    {
        await using var healthy = await Ledger.StartAsync();
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Declarative:Delivery:AttemptTimeout"] = AttemptTime.ToString("c"),
            ["Declarative:Delivery:ConnectTimeout"] = "00:00:01",
            ["Declarative:Delivery:BreakerFailures"] = "0",
        };
        await using var host = await CaseHost.StartAsync(run, settings);
        await host.SubscribeAsync(healthy.Url + "/");
        await MeasureAsync(0, 100);
        var alone = await MeasureAsync(100, run.Times(300, 500));

        // Those that end an attempt at once cost what they make us read, and more of them would measure that alone.
        var servers = Enumerable.Range(0, takesWholeTime ? run.Times(50, 200) : run.Times(20, 200)).Select(_ => RawServer.Start(AnswerAsync)).ToArray();
        foreach (var server in servers)
            await host.SubscribeAsync(server.Url, retry: "600");
        var memory = Environment.WorkingSet;
        var among = await MeasureAsync(10_000, run.Times(300, 500));
        var grown = (Environment.WorkingSet - memory) / 1024d / 1024;
        await Eventually.True(async () => await host.Database.ScalarAsync($"SELECT count(*) FROM attempt WHERE {(reason is null ? "truncated" : $"reason = '{reason}'")}") > servers.Length);
        var longest = await host.Database.ScalarAsync("SELECT max(duration_ms) FROM attempt");
        run.Figure("hostile receivers", $"{servers.Length}");
        run.Figure("healthy one's p99", $"{alone:0} ms alone, {among:0} ms beside them");
        run.Figure("longest attempt", $"{longest} ms");
        run.Figure("memory grown", $"{grown:0} MB");
        run.Hold(!takesWholeTime || longest >= AttemptTime.TotalMilliseconds * 0.9, $"the attempts ended after {longest} ms already");
        run.HoldInLongRuns(longest <= AttemptTime.TotalMilliseconds * 1.1, $"an attempt took {longest} ms of {AttemptTime.TotalMilliseconds}");
        run.HoldInLongRuns(among < (alone * 1.2) + 50, $"the healthy receiver waited {among:0} ms (p99) instead of {alone:0}");
        run.HoldInLongRuns(grown < 50, $"memory grew by {grown:0} MB");
        run.Audit(healthy);
        foreach (var server in servers)
            await server.DisposeAsync();

        async Task<double> MeasureAsync(int first, int count)
        {
            var took = new List<double>(count);
            for (var number = first; number < first + count; number++)
            {
                var watch = Stopwatch.StartNew();
                await host.PublishAsync(number);
                healthy.Acknowledge(number);
                while (healthy.Missing > 0)
                    await Task.Delay(1);
                took.Add(watch.Elapsed.TotalMilliseconds);
            }

            took.Sort();
            return took[(int)(took.Count * 0.99)];
        }
    }

    private async Task AnswerAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
        await body(stream, cancellationToken);
    }

    private static async Task TrickleAsync(Stream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            await stream.WriteAsync("x"u8.ToArray(), cancellationToken);
            await Task.Delay(200, cancellationToken);
        }
    }

    private static async Task FloodAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Gzip, cancellationToken);
        await RepeatAsync(stream, Block, cancellationToken);
    }

    private static async Task RepeatAsync(Stream stream, byte[] bytes, CancellationToken cancellationToken)
    {
        while (true)
            await stream.WriteAsync(bytes, cancellationToken);
    }
}
