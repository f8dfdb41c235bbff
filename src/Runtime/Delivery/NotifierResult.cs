namespace Declarative.Delivery;

/// <summary>How an attempt went.</summary>
public sealed record NotifierResult
{
    /// <summary>Whether the receiver accepted it.</summary>
    public required bool IsSuccess { get; init; }

    /// <summary>Whether trying again can help. True by default; a failing HTTP status is judged by the subscription's <c>RetryOn</c> besides.</summary>
    public bool IsRetryable { get; init; } = true;

    /// <summary>Whether the receiver is gone for good: the subscription is disabled and its pending deliveries are parked (HTTP 410).</summary>
    public bool IsGone { get; init; }

    /// <summary>The HTTP status, or what stands for it.</summary>
    public int? Status { get; init; }

    /// <summary>
    /// Why it failed, as a short code: <c>status</c>, <c>timeout</c>, <c>connect</c>, <c>dns</c>, <c>tls</c>,
    /// <c>refused_address</c>, <c>protocol</c>, <c>gone</c>, <c>notifier_error</c>, or a notifier's own.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>What the receiver answered, or what went wrong in words; at most 16 KiB are logged.</summary>
    public string? Response { get; init; }

    /// <summary>Whether the answer was longer than <see cref="Response"/>.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>The headers that were sent, for the log: one <c>name: value</c> a line, secrets hidden; null where there are none to tell.</summary>
    public string? RequestHeaders { get; init; }

    /// <summary>The headers of the answer, likewise; null without an answer.</summary>
    public string? ResponseHeaders { get; init; }

    /// <summary>How long the receiver asks to wait before the next attempt.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The receiver accepted it.</summary>
    /// <param name="response">What it answered, for the log.</param>
    public static NotifierResult Success(string? response = null) => new() { IsSuccess = true, Response = response };

    /// <summary>The receiver did not get it or refused it.</summary>
    /// <param name="reason">A short code.</param>
    /// <param name="response">What went wrong, for the log.</param>
    /// <param name="isRetryable">Whether trying again can help.</param>
    public static NotifierResult Failure(string reason, string? response = null, bool isRetryable = true) =>
        new() { IsSuccess = false, Reason = reason, Response = response, IsRetryable = isRetryable };
}
