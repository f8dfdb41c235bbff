using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Declarative.Subscriptions;

namespace Declarative.Delivery;

/// <summary>The pauses after the first, second … failed attempt of a delivery. After the last pause comes the last attempt.</summary>
internal sealed class RetrySchedule
{
    private const int MaxEntries = 1_000;
    private const int MaxSeconds = 7 * 24 * 3600;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly TimeSpan[] _pauses;
    private readonly bool _hasJitter;

    private RetrySchedule(TimeSpan[] pauses, bool hasJitter, RetryOn defaultRetryOn)
    {
        _pauses = pauses;
        _hasJitter = hasJitter;
        DefaultRetryOn = defaultRetryOn;
    }

    /// <summary>Standard Webhooks' example with jitter: 5 s, 30 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h.</summary>
    public static RetrySchedule Standard { get; } = new(Seconds(5, 30, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000), hasJitter: true, RetryOn.All);

    /// <summary>The async events module's: min(60, n²) seconds, five times, exact.</summary>
    public static RetrySchedule Aligent { get; } = new(Seconds(1, 4, 9, 16, 25), hasJitter: false, RetryOn.All);

    /// <summary>Adobe I/O Events': 1, 2, 4, 8, then every 15 minutes for 24 hours.</summary>
    public static RetrySchedule Adobe { get; } = new(ForADay(60, 120, 240, 480, 900), hasJitter: false, RetryOn.Adobe);

    /// <summary>Adobe Commerce's own sender: 2^(n-1) minutes, seven times, whatever the failure.</summary>
    public static RetrySchedule AdobeCommerce { get; } = new(Seconds(60, 120, 240, 480, 960, 1_920, 3_840), hasJitter: false, RetryOn.All);

    /// <summary>What a subscription of this schedule retries unless it says otherwise.</summary>
    public RetryOn DefaultRetryOn { get; }

    /// <summary>The first attempt and its retries.</summary>
    public int MaxAttempts => _pauses.Length + 1;

    public static bool TryParse(string text, [NotNullWhen(true)] out RetrySchedule? schedule, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        schedule = text switch
        {
            "standard" => Standard,
            "aligent" => Aligent,
            "adobe" => Adobe,
            "adobe-commerce" => AdobeCommerce,
            _ => ParseList(text),
        };
        if (schedule is null)
            problem = $"The retry '{text}' is neither standard, aligent, adobe, adobe-commerce nor a list of whole seconds such as 1,2,3 (0 to {MaxSeconds}, at most {MaxEntries} entries).";
        return schedule is not null;
    }

    /// <summary>
    /// The pause after a failed attempt (1, 2, …); null if that was the last. A receiver's Retry-After is never
    /// shortened, except to 24 hours, and never makes a pause shorter than the schedule's.
    /// </summary>
    public TimeSpan? PauseAfter(int attempt, TimeSpan? retryAfter, Random random)
    {
        if (attempt > _pauses.Length)
            return null;
        var pause = _pauses[Math.Max(0, attempt - 1)];
        if (_hasJitter)
            pause *= 0.8 + (0.4 * random.NextDouble());
        if (retryAfter is { } asked && asked > pause)
            pause = asked < Day ? asked : Max(Day, pause);
        return pause;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static RetrySchedule? ParseList(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length > MaxEntries)
            return null;
        var pauses = new TimeSpan[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > MaxSeconds)
                return null;
            pauses[i] = TimeSpan.FromSeconds(seconds);
        }

        return new RetrySchedule(pauses, hasJitter: false, RetryOn.All);
    }

    private static TimeSpan[] Seconds(params int[] seconds) => Array.ConvertAll(seconds, static one => TimeSpan.FromSeconds(one));

    /// <summary>The given pauses, the last one repeated for as long as the sum stays within 24 hours.</summary>
    private static TimeSpan[] ForADay(params int[] seconds)
    {
        var pauses = new List<TimeSpan>(Seconds(seconds));
        var sum = pauses.Aggregate(TimeSpan.Zero, static (total, one) => total + one);
        while (sum + pauses[^1] <= Day)
        {
            sum += pauses[^1];
            pauses.Add(pauses[^1]);
        }

        return [.. pauses];
    }
}
