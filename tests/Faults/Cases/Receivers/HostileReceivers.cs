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
    takesWholeTime
        ? "an attempt ends when its time is over, and holds no more memory than is kept of an answer; a healthy receiver's latency (p99) rises by less than a fifth and 5 ms"
        : "an attempt ends when as much was read as is kept, and holds no more memory than that")
{
    private static readonly byte[] Block = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));
    private static readonly byte[] MoreHeaders = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("x-more: and more and more and more\r\n", 1_000)));
    private static readonly byte[] Gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    private static readonly TimeSpan AttemptTime = TimeSpan.FromSeconds(3);

    public static IReadOnlyList<FaultCase> All { get; } =
    [
        new HostileReceivers("F12", "receivers that accept and never answer", "", SilenceAsync, "timeout", takesWholeTime: true),
        new HostileReceivers("F13", "receivers that answer a byte at a time", "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", TrickleAsync, "timeout", takesWholeTime: true),
        new HostileReceivers("F14", "receivers whose answer has no end, or claims to be a gzip bomb", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 10000000000\r\n\r\n", FloodAsync, null, takesWholeTime: false),
        new HostileReceivers("F15", "receivers that send 1,000 times 100 Continue, and nothing more", string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1_000)), SilenceAsync, "protocol", takesWholeTime: false),
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
        var alone = await MeasureAsync(100, run.Times(300, 2_000));

        // They get an event of their own: what a larger fan-out costs is not what is measured.
        var servers = Enumerable.Range(0, run.Times(50, 200)).Select(_ => RawServer.Start(AnswerAsync)).ToArray();
        foreach (var server in servers)
            await host.SubscribeAsync(server.Url, retry: "600", eventName: "ledger.aside");
        var (memory, allocated, attempts) = (Memory(), GC.GetTotalAllocatedBytes(), await host.Database.ScalarAsync("SELECT count(*) FROM attempt"));
        var aside = host.Services.GetRequiredService<ILedgerAsidePublisher>();
        for (var number = 0; number < run.Times(20, 100); number++)
            await aside.PublishAsync(number);
        var among = await MeasureAsync(10_000, run.Times(300, 2_000));
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        var each = allocated / (await host.Database.ScalarAsync("SELECT count(*) FROM attempt") - attempts) / 1024;
        var grown = (Memory() - memory) / 1024d / 1024;
        await Eventually.True(async () => await host.Database.ScalarAsync($"SELECT count(*) FROM attempt WHERE {(reason is null ? "truncated" : $"reason = '{reason}'")}") >= servers.Length);
        var longest = await host.Database.ScalarAsync("SELECT max(duration_ms) FROM attempt");
        run.Figure("hostile receivers", $"{servers.Length}");
        run.Figure("healthy one's p99", $"{alone:0} ms alone, {among:0} ms beside them");
        run.Figure("longest attempt", $"{longest} ms");
        run.Figure("memory grown", $"{grown:0} MB");
        run.Figure("allocated for an attempt", $"{each} KB");
        run.Hold(!takesWholeTime || longest >= AttemptTime.TotalMilliseconds * 0.9, $"the attempts ended after {longest} ms already");
        run.HoldInLongRuns(longest <= AttemptTime.TotalMilliseconds * 1.1, $"an attempt took {longest} ms of {AttemptTime.TotalMilliseconds}");

        // One that ends each attempt at once costs what it makes us read, as any busy receiver does.
        run.HoldInLongRuns(!takesWholeTime || among < (alone * 1.2) + 5, $"the healthy receiver waited {among:0} ms (p99) instead of {alone:0}");
        run.HoldInLongRuns(grown < 50, $"memory grew by {grown:0} MB");
        run.HoldInLongRuns(takesWholeTime || each < 256, $"an attempt allocated {each} KB");
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

    /// <summary>Until the other side gives up: a connection kept beyond that would cost this process, not the one that is measured.</summary>
    private static async Task SilenceAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[256];
        while (await stream.ReadAsync(buffer, cancellationToken) > 0)
        {
            // Whatever it says, no answer comes.
        }
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

    /// <summary>
    /// What this process holds. Garbage is given back first, since how much of it lies about is up to the processor's cache; that attempts which end at once
    /// don't make much of it is seen by what they allocate.
    /// </summary>
    private static long Memory()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet;
    }
}
