using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>Receivers that never answer, answer a byte at a time, or never stop, beside a healthy one.</summary>
internal sealed class HostileReceivers() : FaultCase("F12", "receivers that hang, trickle or flood (and F13, F14, F15)", "a healthy receiver's latency (p99) rises by less than a fifth; memory grows by less than 50 MB with 200 floods")
{
    private static readonly byte[] Block = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));

    public override async Task RunAsync(FaultRun run)
    {
        await using var healthy = await Ledger.StartAsync();
        using var hostile = new CancellationTokenSource();
        using var database = new Database(run.Store);
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Delivery:AttemptTimeout"] = "00:00:03", ["Declarative:Delivery:ConnectTimeout"] = "00:00:01" };
        await using var app = FaultHost.Build(database.Orders() with { Settings = settings });
        await app.StartAsync();
        await FaultHost.SubscribeAsync(app.Services, [healthy.Url + "/"]);
        var publisher = app.Services.GetRequiredService<ILedgerEntryPublisher>();
        await MeasureAsync(0, 100);
        var alone = await MeasureAsync(100, run.Times(300, 2_000));

        await FaultHost.SubscribeAsync(app.Services,
        [
            Listen("", static (_, token) => Task.Delay(Timeout.Infinite, token)),
            Listen("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", static async (stream, token) =>
            {
                while (true)
                {
                    await stream.WriteAsync("x"u8.ToArray(), token);
                    await Task.Delay(200, token);
                }
            }),
        ]);
        var among = await MeasureAsync(10_000, run.Times(300, 2_000));
        run.Figure("p99 alone", $"{alone:0} ms");
        run.Figure("beside one that hangs and one that trickles", $"{among:0} ms");
        run.HoldInLongRuns(among < (alone * 1.2) + 50, $"the healthy receiver waited {among:0} ms (p99) instead of {alone:0}");

        var floods = run.Times(50, 200);
        await FaultHost.SubscribeAsync(app.Services, Enumerable.Range(0, floods).Select(_ => Listen("HTTP/1.1 200 OK\r\n\r\n", static async (stream, token) =>
        {
            while (true)
                await stream.WriteAsync(Block, token);
        })));
        var memory = Environment.WorkingSet;
        _ = await MeasureAsync(20_000, 100);
        var grown = (Environment.WorkingSet - memory) / 1024d / 1024;
        run.Figure("floods", $"{floods}");
        run.Figure("memory grown", $"{grown:0} MB");
        run.HoldInLongRuns(grown < 50, $"memory grew by {grown:0} MB");
        run.Audit(healthy);
        await hostile.CancelAsync();
        await app.StopAsync();

        async Task<double> MeasureAsync(int first, int count)
        {
            var took = new List<double>(count);
            for (var number = first; number < first + count; number++)
            {
                var watch = Stopwatch.StartNew();
                await publisher.PublishAsync(number);
                healthy.Acknowledge(number);
                while (healthy.Missing() > 0)
                    await Task.Delay(1);
                took.Add(watch.Elapsed.TotalMilliseconds);
            }

            took.Sort();
            return took[(int)(took.Count * 0.99)];
        }

        string Listen(string head, Func<NetworkStream, CancellationToken, Task> body)
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            _ = AcceptAsync(listener, Encoding.ASCII.GetBytes(head), body, hostile.Token);
            return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/";
        }
    }

    private static async Task AcceptAsync(TcpListener listener, byte[] head, Func<NetworkStream, CancellationToken, Task> body, CancellationToken cancellationToken)
    {
        using (listener)
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var client = await listener.AcceptTcpClientAsync(cancellationToken);
                _ = ServeAsync(client, head, body, cancellationToken);
            }
        }
    }

    private static async Task ServeAsync(TcpClient client, byte[] head, Func<NetworkStream, CancellationToken, Task> body, CancellationToken cancellationToken)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[4096], cancellationToken);
                await stream.WriteAsync(head, cancellationToken);
                await body(stream, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The victim let go, or the case is over.
            }
        }
    }
}
