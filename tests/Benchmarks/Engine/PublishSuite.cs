using System.Text.Json;
using Declarative.Benchmarks.Measuring;

namespace Declarative.Benchmarks.Engine;

/// <summary>Durable publishes per second: each caller waits until its event is committed with synchronous=FULL.</summary>
internal static class PublishSuite
{
    /// <summary>What such a loop reached in an undisturbed measurement on two cores.</summary>
    private const double KnownGroupCommit = 25_800;

    private const int Total = 20_000;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var ours = new List<(double PerSecond, double P50, double P99)>();
        var raw = new List<(double PerSecond, double P50, double P99)>();
        for (var round = -1; round < 9; round++)
        {
            var (one, other) = round % 2 == 0 ? (await EngineAsync(), await RawAsync()) : Swap(await RawAsync(), await EngineAsync());
            if (round < 0)
                continue;
            ours.Add(one);
            raw.Add(other);
        }

        return
        [
            Figure.RatioAtLeast(0.6, "durable publishes, 64 callers (yardstick: raw group commit)", "1/s", Compare(one => one.PerSecond)),
            Inform("- p50", "ms", Compare(one => one.P50)),
            Inform("- p99", "ms", Compare(one => one.P99)),
            Figure.Honest("yardstick: raw group commit", Rounds.Median([.. raw.Select(one => one.PerSecond)]), "1/s", KnownGroupCommit),
        ];

        Comparison Compare(Func<(double PerSecond, double P50, double P99), double> of) => new(
            Rounds.Median([.. ours.Select(of)]),
            Rounds.Median([.. raw.Select(of)]),
            Rounds.Median([.. ours.Zip(raw, (one, other) => of(one) / of(other))]));
    }

    private static async Task<(double, double, double)> EngineAsync()
    {
        await using var engine = await EngineHost.StartAsync(hasWorkers: false);
        var orders = new OrderReader();
        return Summary(await Callers.RunAsync(Total, number => engine.Queue.PublishAsync(OrdersModule.Imported, orders.Get(number), null, CancellationToken.None)));
    }

    private static async Task<(double, double, double)> RawAsync()
    {
        using var loop = new PublishYardstick();
        var orders = new OrderReader();
        return Summary(await Callers.RunAsync(Total, number => loop.PublishAsync(JsonSerializer.SerializeToUtf8Bytes(orders.Get(number)))));
    }

    private static (double PerSecond, double P50, double P99) Summary((double PerSecond, double[] Milliseconds) run) =>
        (run.PerSecond, Rounds.Percentile(run.Milliseconds, 0.5), Rounds.Percentile(run.Milliseconds, 0.99));

    private static Figure Inform(string name, string unit, Comparison comparison) => new(name, comparison.Subject, unit, comparison.Yardstick, comparison.Ratio);

    private static (T, T) Swap<T>(T second, T first) => (first, second);
}
