using System.Globalization;
using Declarative.Benchmarks.Engine;
using Declarative.Benchmarks.Measuring;

namespace Declarative.Benchmarks.PostgreSql;

/// <summary>What a host costs that has nothing to do: processor time, and statements, as the server logs them.</summary>
internal static class IdleSuite
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(95);

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        using var server = SharedDatabase.Server();
        await using var receiver = await Receiver.StartAsync();
        var database = await SharedDatabase.NewAsync(server);
        await using (var publisher = await EngineHost.StartAsync(hasWorkers: false, postgreSql: database))
            await publisher.SubscribeAsync(receiver.Url);
        using var node = await NodeProcess.StartAsync(database);
        await Task.Delay(TimeSpan.FromSeconds(10));
        server.Execute("postgres", "ALTER SYSTEM SET log_min_duration_statement = 0");
        server.Execute("postgres", "ALTER SYSTEM SET log_line_prefix = '%m|%u|'");
        server.Execute("postgres", "SELECT pg_reload_conf()");
        var before = node.ProcessorTime;
        await Task.Delay(Duration);
        var share = (node.ProcessorTime - before) / Duration * 100;
        server.Execute("postgres", "ALTER SYSTEM RESET log_min_duration_statement");
        var statements = Directory.GetFiles(server.LogFolder, "*.log").SelectMany(File.ReadAllLines).Select(Parse).OfType<(DateTime At, string Text)>().ToList();
        var shortest = statements.GroupBy(static one => one.Text, StringComparer.Ordinal)
            .SelectMany(static same => same.Zip(same.Skip(1), static (one, next) => (one.Text, Pause: (next.At - one.At).TotalSeconds)))
            .Where(static one => one.Pause > 1)
            .OrderBy(static one => one.Pause).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{statements.Count} statements in {Duration.TotalSeconds:0} s; the same one again at the earliest after {shortest.FirstOrDefault().Pause:0.0} s"));
        return
        [
            Figure.AtMost(0.5, "processor time of an idle host, of one processor", share, "%"),
            new("pause between two of the same statement, shortest", shortest.FirstOrDefault().Pause, "s", Target: "≥ 29.5 s", IsMet: shortest.Count > 0 && shortest[0].Pause >= 29.5),
            new("statements in all", statements.Count, ""),
        ];
    }

    /// <summary>A line of the log that holds a statement; those of a transaction's frame and of this suite don't count.</summary>
    private static (DateTime At, string Text)? Parse(string line)
    {
        var parts = line.Split('|', 3);
        var at = parts.Length == 3 ? parts[2].IndexOf("execute ", StringComparison.Ordinal) : -1;
        if (at < 0 || !DateTime.TryParse(parts[0].Split(" UTC")[0], CultureInfo.InvariantCulture, out var time))
            return null;
        return (time, parts[2][(parts[2].IndexOf(':', at) + 1)..].Trim());
    }
}
