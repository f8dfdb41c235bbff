using System.Globalization;
using Declarative.Benchmarks.Engine;
using Declarative.Benchmarks.Measuring;
using Declarative.Tests.Servers;

namespace Declarative.Benchmarks.PostgreSql;

/// <summary>Events per second that one, two and four processes resolve and deliver from one database, and what each event costs nodes and server.</summary>
internal static class NodesSuite
{
    private const int Total = 6_000;
    private const int WarmUp = 6_000;

    private static readonly int[] Counts = [1, 2, 4];

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        using var server = SharedDatabase.Server();
        await using var receiver = await CountingReceiver.StartAsync();
        var rates = Counts.ToDictionary(static count => count, static _ => new List<double>());
        var costs = Counts.ToDictionary(static count => count, static _ => new List<(double Nodes, double Server, double Commits)>());
        for (var round = 0; round < 5; round++)
        {
            foreach (var count in round % 2 == 0 ? Counts : Counts.Reverse())
            {
                var (rate, cost) = await MeasureAsync(server, receiver, count);
                rates[count].Add(rate);
                costs[count].Add(cost);
            }
        }

        var figures = new List<Figure>();
        foreach (var count in Counts)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{count} node{(count == 1 ? "" : "s")}, events published to answered");
            figures.Add(count == 1
                ? new Figure(name, Rounds.Median(rates[1]), "1/s")
                : Figure.RatioAtLeast(1, name + " (yardstick: one node)", "1/s", Rounds.Compare(rates[count], rates[1])));
            figures.Add(new("- processor time of the nodes for an event", Rounds.Median([.. costs[count].Select(static cost => cost.Nodes)]), "µs"));
            figures.Add(new("- of the server", Rounds.Median([.. costs[count].Select(static cost => cost.Server)]), "µs"));
            figures.Add(new("- transactions for 1,000 events", Rounds.Median([.. costs[count].Select(static cost => cost.Commits)]), ""));
        }

        return figures;
    }

    private static async Task<(double Rate, (double Nodes, double Server, double Commits) Cost)> MeasureAsync(PostgreSqlProcess server, CountingReceiver receiver, int count)
    {
        var database = await SharedDatabase.NewAsync(server);
        await using var publisher = await EngineHost.StartAsync(hasWorkers: false, postgreSql: database);
        await publisher.SubscribeAsync(receiver.Url);
        var nodes = new List<NodeProcess>();
        try
        {
            for (var i = 0; i < count; i++)
                nodes.Add(await NodeProcess.StartAsync(database));

            // Until their code is compiled, each as much as if it were alone.
            await receiver.CountAsync(WarmUp * count, () => publisher.PublishAsync(WarmUp * count));
            var (before, served, commits) = (NodeTime(), server.ProcessorTime, Commits());
            var rate = await Rounds.RateAsync(Total, () => receiver.CountAsync(Total, () => publisher.PublishAsync(Total)));
            return (rate, ((NodeTime() - before).TotalMicroseconds / Total, (server.ProcessorTime - served).TotalMicroseconds / Total, (Commits() - commits) * 1_000d / Total));
        }
        finally
        {
            nodes.ForEach(static node => node.Dispose());
        }

        TimeSpan NodeTime() => nodes.Aggregate(TimeSpan.Zero, static (sum, node) => sum + node.ProcessorTime);

        long Commits() => Convert.ToInt64(server.Scalar("postgres", "SELECT sum(xact_commit)::bigint FROM pg_stat_database"), CultureInfo.InvariantCulture);
    }
}
