using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Declarative.Tests.Servers;

/// <summary>Waits for a condition; the limit is only for a test that fails.</summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task True(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string? text = null) =>
        True(() => Task.FromResult(condition()), text);

    public static async Task True(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string? text = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
                throw new TimeoutException($"Not within {Limit.TotalSeconds} s: {text}");
            await Task.Delay(5);
        }
    }
}
