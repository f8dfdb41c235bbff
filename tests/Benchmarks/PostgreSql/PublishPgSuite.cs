using System.Text.Json;
using Declarative.Benchmarks.Engine;
using Declarative.Benchmarks.Measuring;

namespace Declarative.Benchmarks.PostgreSql;

/// <summary>Durable publishes per second into PostgreSQL: each caller waits until its event is committed.</summary>
internal static class PublishPgSuite
{
    /// <summary>What rows of 64 by <c>unnest</c> on one connection reached in an undisturbed measurement on two cores.</summary>
    private const double KnownUnnest = 16_100;

    private const int Total = 20_000;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        using var server = SharedDatabase.Server();
        var ours = new List<double>();
        var raw = new List<double>();
        var orders = new OrderReader();
        for (var round = -1; round < 9; round++)
        {
            var isFirst = round % 2 == 0;
            var first = await (isFirst ? EngineAsync() : RawAsync());
            var second = await (isFirst ? RawAsync() : EngineAsync());
            if (round < 0)
                continue;
            ours.Add(isFirst ? first : second);
            raw.Add(isFirst ? second : first);
        }

        return
        [
            Figure.RatioAtLeast(0.6, "durable publishes on PostgreSQL, 64 callers (yardstick: raw unnest loop)", "1/s", Rounds.Compare(ours, raw)),
            Figure.Honest("yardstick: raw unnest loop", Rounds.Median(raw), "1/s", KnownUnnest),
        ];

        async Task<double> EngineAsync()
        {
            await using var engine = await EngineHost.StartAsync(hasWorkers: false, postgreSql: await SharedDatabase.NewAsync(server));
            return (await Callers.RunAsync(Total, number => engine.Queue.PublishAsync(OrdersModule.Imported, orders.Get(number), null, CancellationToken.None))).PerSecond;
        }

        async Task<double> RawAsync()
        {
            await using var loop = await UnnestLoop.StartAsync(await SharedDatabase.NewAsync(server));
            return (await Callers.RunAsync(Total, number => loop.PublishAsync(OrdersModule.Imported, 1, JsonSerializer.SerializeToUtf8Bytes(orders.Get(number))))).PerSecond;
        }
    }
}
