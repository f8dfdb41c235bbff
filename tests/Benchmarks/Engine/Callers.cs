using System.Diagnostics;

namespace Declarative.Benchmarks.Engine;

/// <summary>Many callers, each waiting for its publish before the next.</summary>
internal static class Callers
{
    public const int Count = 64;

    /// <summary>Calls until the total is reached; gives each call's milliseconds, sorted, and the rate.</summary>
    public static async Task<(double PerSecond, double[] Milliseconds)> RunAsync(int total, Func<int, Task> call, int callers = Count)
    {
        var milliseconds = new double[total];
        var next = -1;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var number = Interlocked.Increment(ref next); number < total; number = Interlocked.Increment(ref next))
            {
                var began = Stopwatch.GetTimestamp();
                await call(number);
                milliseconds[number] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }
        })));
        var perSecond = total / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Array.Sort(milliseconds);
        return (perSecond, milliseconds);
    }
}
