using System.Diagnostics;

namespace Declarative.Benchmarks.Measuring;

/// <summary>Medians of what was measured and of the yardstick, and the median of their ratios.</summary>
internal sealed record Comparison(double Subject, double Yardstick, double Ratio);

/// <summary>Repeats measurements, subject and yardstick in turn, so that whatever else the machine does meets both.</summary>
internal static class Rounds
{
    public const int Default = 15;

    /// <summary>Measures both in every round, changing who is first.</summary>
    public static Comparison Compare(Func<double> subject, Func<double> yardstick, int rounds = Default, int warmUp = 3)
    {
        var subjects = new List<double>();
        var yardsticks = new List<double>();
        for (var round = -warmUp; round < rounds; round++)
        {
            var subjectFirst = round % 2 == 0;
            var first = subjectFirst ? subject() : yardstick();
            var second = subjectFirst ? yardstick() : subject();
            if (round < 0)
                continue;
            subjects.Add(subjectFirst ? first : second);
            yardsticks.Add(subjectFirst ? second : first);
        }

        return new Comparison(Median(subjects), Median(yardsticks), Median([.. subjects.Zip(yardsticks, (one, other) => one / other)]));
    }

    /// <summary>Of rounds that were measured one by one.</summary>
    public static Comparison Compare(List<double> subject, List<double> yardstick) =>
        new(Median(subject), Median(yardstick), Median([.. subject.Zip(yardstick, static (one, other) => one / other)]));

    /// <summary>How many a second, when so many take as long as the call.</summary>
    public static async Task<double> RateAsync(int total, Func<Task> run)
    {
        GC.Collect();
        var start = Stopwatch.GetTimestamp();
        await run();
        return total / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Milliseconds of one call that leaves much behind: garbage of what came before is collected first.</summary>
    public static double CollectedMilliseconds(Action action)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Milliseconds(action);
    }

    public static double Milliseconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The value below which the given share of all lies.</summary>
    public static double Percentile(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
}
