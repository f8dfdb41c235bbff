using Declarative.Benchmarks.Measuring;

namespace Declarative.Benchmarks.Engine;

/// <summary>Events per second from the first publish to the last logged attempt, and memory over many events.</summary>
internal static class DeliverSuite
{
    /// <summary>What a loop of signed HTTP/1.1 requests with 64 at once reached in an undisturbed measurement on two cores, at least.</summary>
    private const double KnownPosts = 14_000;

    private const int Total = 10_000;
    private const int MemoryTotal = 100_000;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var receiver = await Receiver.StartAsync();
        var ours = new List<double>();
        var byHand = new List<double>();
        var posts = new List<double>();
        for (var round = -1; round < 9; round++)
        {
            var isFirst = round % 2 == 0;
            var first = await (isFirst ? EngineAsync(receiver.Url) : ByHandAsync(receiver.Url));
            var second = await (isFirst ? ByHandAsync(receiver.Url) : EngineAsync(receiver.Url));
            var bare = await Rounds.RateAsync(Total, () => DeliverYardstick.PostOnlyAsync(receiver.Url, Total));
            if (round < 0)
                continue;
            ours.Add(isFirst ? first : second);
            byHand.Add(isFirst ? second : first);
            posts.Add(bare);
        }

        return
        [
            Figure.RatioAtLeast(0.7, "events, publish to logged 200 (yardstick: by hand)", "1/s", Rounds.Compare(ours, byHand)),
            Inform("- to the bare loop of posts", Rounds.Compare(ours, posts)),
            Inform("yardstick by hand, to the bare loop of posts", Rounds.Compare(byHand, posts)),
            Figure.Honest("yardstick: bare loop of posts", Rounds.Median(posts), "1/s", KnownPosts),
            .. await MemoryAsync(receiver.Url),
        ];
    }

    private static async Task<double> EngineAsync(Uri receiver)
    {
        var log = new LogCount(Total);
        await using var engine = await EngineHost.StartAsync(hasWorkers: true, log);
        await engine.SubscribeAsync(receiver);
        return await Rounds.RateAsync(Total, async () =>
        {
            await engine.PublishAsync(Total);
            await log.Reached;
        });
    }

    private static async Task<double> ByHandAsync(Uri receiver)
    {
        using var loop = new DeliverYardstick(receiver);
        return await Rounds.RateAsync(Total, () => loop.RunAsync(Total));
    }

    private static async Task<IEnumerable<Figure>> MemoryAsync(Uri receiver)
    {
        const int Quarter = MemoryTotal / 4;
        var figures = new List<Figure>();
        var log = new LogCount(Quarter);
        await using var engine = await EngineHost.StartAsync(hasWorkers: true, log);
        await engine.SubscribeAsync(receiver);
        double firstHeap = 0, firstSet = 0;
        for (var quarter = 1; quarter <= 4; quarter++)
        {
            await engine.PublishAsync(Quarter);
            await log.Reached;
            log.Again();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var heap = GC.GetTotalMemory(forceFullCollection: true) / 1048576.0;
            var set = Environment.WorkingSet / 1048576.0;
            if (quarter == 1)
                (firstHeap, firstSet) = (heap, set);
            var isLast = quarter == 4;
            figures.Add(new($"managed heap after {quarter * Quarter:#,0} events (yardstick: after {Quarter:#,0})", heap, "MB", firstHeap, heap / firstHeap, isLast ? "ratio ≤ 1.1" : "", isLast ? heap / firstHeap <= 1.1 : null));
            figures.Add(new("- working set", set, "MB", firstSet, set / firstSet));
        }

        return figures;
    }

    private static Figure Inform(string name, Comparison comparison) => new(name, comparison.Subject, "1/s", comparison.Yardstick, comparison.Ratio);
}
