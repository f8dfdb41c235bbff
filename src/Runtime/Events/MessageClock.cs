namespace Declarative.Events;

/// <summary>When a failed event message is tried again: after 1, 4, 9 … 60 seconds; the tenth failure is the last.</summary>
internal static class MessageClock
{
    public const int MaxAttempts = 10;

    /// <summary>The pause after the given failed attempt (1, 2, …); null if there is no further one.</summary>
    public static TimeSpan? DelayAfter(int attempt) =>
        attempt >= MaxAttempts ? null : TimeSpan.FromSeconds(Math.Min(60, attempt * attempt));
}
