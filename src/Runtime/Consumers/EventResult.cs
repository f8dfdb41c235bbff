using System.Globalization;

namespace Declarative.Consumers;

/// <summary>
/// What became of an event. As JSON it has the form that event handlers of the integration starter kit answer with:
/// <c>{"success":true,"message":…}</c> or <c>{"success":false,"error":…}</c>.
/// </summary>
public sealed record EventResult
{
    private EventResult(int status, string text)
    {
        Status = status;
        Text = text;
    }

    /// <summary>The HTTP status that the sender gets: 200, or 400 to 599.</summary>
    public int Status { get; }

    /// <summary>Whether the event was handled.</summary>
    public bool IsSuccess => Status == 200;

    /// <summary>The message of a success, the error of a failure. The sender sees it: no secret, no stack trace.</summary>
    public string Text { get; }

    /// <summary>How long the sender should wait before it tries again; null if it may decide.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether a sender tries again, by the contract of Adobe I/O Events: after 429 and 5xx, but not after 505.</summary>
    public bool IsRetried => IsRetriedStatus(Status);

    /// <summary>The event was handled: 200.</summary>
    /// <param name="message">What was done.</param>
    public static EventResult Success(string message) => new(200, message ?? throw new ArgumentNullException(nameof(message)));

    /// <summary>The event was not handled.</summary>
    /// <param name="status">The HTTP status that the sender gets, 400 to 599.</param>
    /// <param name="error">What is wrong; the sender sees it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The status is none of a failure.</exception>
    public static EventResult Failure(int status, string error)
    {
        ArgumentNullException.ThrowIfNull(error);
        if (status is < 400 or > 599)
            throw new ArgumentOutOfRangeException(nameof(status), status, string.Create(CultureInfo.InvariantCulture, $"{status} is no status of a failure; give one from 400 to 599, or call Success."));
        return new(status, error);
    }

    /// <summary>Whether the payload was not as declared, so that no handler saw it.</summary>
    internal bool IsInvalid { get; init; }

    /// <summary>What was thrown by a class that reads the payload; for the log.</summary>
    internal Exception? Cause { get; init; }

    internal static bool IsRetriedStatus(int status) => status is 429 or (>= 500 and not 505);
}

/// <summary>Failures after which the sender tries again.</summary>
public static class RetryableResult
{
    /// <summary>The event can't be handled now: 503.</summary>
    /// <param name="error">What is wrong; the sender sees it.</param>
    /// <param name="retryAfter">How long the sender should wait; null if it may decide.</param>
    public static EventResult Because(string error, TimeSpan? retryAfter = null) => EventResult.Failure(503, error) with { RetryAfter = retryAfter };

    /// <summary>Too many events come: 429, which is never sent without saying how long to wait.</summary>
    /// <param name="error">What is wrong; the sender sees it.</param>
    /// <param name="retryAfter">How long the sender should wait.</param>
    public static EventResult TooMany(string error, TimeSpan retryAfter) => EventResult.Failure(429, error) with { RetryAfter = retryAfter };

    /// <summary>Another system failed on which the event depends: its own status if a sender tries again after it, else 502.</summary>
    /// <param name="status">What the other system answered; null if it didn't.</param>
    /// <param name="error">What is wrong; the sender sees it.</param>
    public static EventResult Upstream(int? status, string error) =>
        EventResult.Failure(status is >= 400 and <= 599 && EventResult.IsRetriedStatus(status.Value) ? status.Value : 502, error);
}

/// <summary>Failures after which the sender does not try again, since the same event would fail again.</summary>
public static class PermanentResult
{
    /// <summary>The event can't be handled, now or ever: 400.</summary>
    /// <param name="error">What is wrong; the sender sees it.</param>
    public static EventResult Because(string error) => EventResult.Failure(400, error);

    /// <summary>What the event speaks of isn't there: 404.</summary>
    /// <param name="error">What is wrong; the sender sees it.</param>
    public static EventResult NotFound(string error) => EventResult.Failure(404, error);

    /// <summary>Another system refused what the event asks for: its own status if no sender tries again after it, else 400.</summary>
    /// <param name="status">What the other system answered.</param>
    /// <param name="error">What is wrong; the sender sees it.</param>
    public static EventResult Upstream(int status, string error) =>
        EventResult.Failure(status is >= 400 and <= 599 && !EventResult.IsRetriedStatus(status) ? status : 400, error);
}
