using Declarative.Benchmarks.Engine;
using Declarative.Benchmarks.Measuring;

namespace Declarative.Benchmarks.PostgreSql;

/// <summary>Events per second on PostgreSQL from the first publish to the last logged attempt.</summary>
internal static class DeliverPgSuite
{
    private const int Total = 6_000;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        using var server = SharedDatabase.Server();
        await using var receiver = await Receiver.StartAsync();
        var ours = new List<double>();
        var byHand = new List<double>();
        for (var round = -1; round < 7; round++)
        {
            var isFirst = round % 2 == 0;
            var first = await (isFirst ? EngineAsync() : ByHandAsync());
            var second = await (isFirst ? ByHandAsync() : EngineAsync());
            if (round < 0)
                continue;
            ours.Add(isFirst ? first : second);
            byHand.Add(isFirst ? second : first);
        }

        return
        [
            Figure.RatioAtLeast(0.7, "events on PostgreSQL, publish to logged 200 (yardstick: by hand)", "1/s", Rounds.Compare(ours, byHand)),
        ];

        async Task<double> EngineAsync()
        {
            var log = new LogCount(Total);
            await using var engine = await EngineHost.StartAsync(hasWorkers: true, log, postgreSql: await SharedDatabase.NewAsync(server));
            await engine.SubscribeAsync(receiver.Url);
            return await Rounds.RateAsync(Total, async () =>
            {
                await engine.PublishAsync(Total);
                await log.Reached;
            });
        }

        async Task<double> ByHandAsync()
        {
            await using var loop = await DeliverPgYardstick.StartAsync(await SharedDatabase.NewAsync(server), receiver.Url);
            return await Rounds.RateAsync(Total, () => loop.RunAsync(Total));
        }
    }
}
