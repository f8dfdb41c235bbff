using System.Globalization;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;

namespace Declarative.Delivery;

/// <summary>What follows from an attempt: done, another try at a due time, the dead letter, or the end of the subscription.</summary>
internal sealed class AttemptVerdict(TimeProvider time, RetryJitter jitter, ILogger<DeliveryWorker> logger)
{
    /// <summary>Reasons that lie on our side.</summary>
    public const string NotifierError = "notifier_error";
    public const string NotifierMissing = "notifier_missing";
    public const string DestinationMissing = "destination_missing";

    public FinishedDelivery Of(ClaimedDelivery row, SubscriptionEntry entry, NotifierResult result, DateTimeOffset started, TimeSpan duration)
    {
        var (response, isCut) = ResponseText.Cut(result.Response);
        var attempt = new AttemptRecord(
            row.Attempts,
            started,
            duration,
            result.Status,
            result.IsSuccess,
            result.IsSuccess ? null : result.Reason ?? "failed",
            response,
            result.IsTruncated || isCut)
        {
            RequestHeaders = result.RequestHeaders,
            ResponseHeaders = result.ResponseHeaders,
        };
        var (end, due) = Judge(row, entry, result, attempt.Reason ?? "");
        return new FinishedDelivery(
            new DeliveryOutcome(row, end) { DueAt = due ?? default, Attempt = attempt, Sign = SignOf(result) },
            new DeliveryAttempt
            {
                Uuid = row.Uuid,
                MessageId = row.MessageId,
                EventName = row.EventName,
                SubscriptionId = row.SubscriptionId,
                Notifier = entry.Record.Notifier,
                Recipient = entry.Record.Recipient,
                Attempt = attempt,
                State = end switch
                {
                    DeliveryEnd.Done => DeliveryState.Done,
                    DeliveryEnd.Retry => DeliveryState.Due,
                    DeliveryEnd.Gone => DeliveryState.Parked,
                    _ => DeliveryState.Dead,
                },
                NextDue = due,
            });
    }

    /// <summary>A refusal is a sign of life: only what would have failed with any delivery speaks against the endpoint.</summary>
    private static EndpointSign SignOf(NotifierResult result) => result switch
    {
        { IsSuccess: true } => EndpointSign.Up,
        { Status: 408 or 429 or >= 500 } => EndpointSign.Down,
        { Status: not null } => EndpointSign.Up,
        { IsRetryable: true, Reason: not (NotifierError or NotifierMissing or DestinationMissing) } => EndpointSign.Down,
        _ => EndpointSign.None,
    };

    private (DeliveryEnd End, DateTimeOffset? Due) Judge(ClaimedDelivery row, SubscriptionEntry entry, NotifierResult result, string reason)
    {
        if (result.IsSuccess)
            return (DeliveryEnd.Done, null);

        // What a module declares is always on: a receiver that is gone gets its dead letters.
        if (result.IsGone && !entry.Record.IsRequired)
            return (DeliveryEnd.Gone, null);
        if (!result.IsGone && CanHelp(entry.Record.RetryOn, result) && entry.Retry.PauseAfter(row.Attempts, result.RetryAfter, jitter.Random) is { } pause)
        {
            logger.DeliveryRetried(row.Uuid, row.EventName, row.SubscriptionId, row.Attempts, Outcome(result, reason), TimeSpan.FromSeconds(Math.Ceiling(pause.TotalSeconds)));
            return (DeliveryEnd.Retry, time.GetUtcNow() + pause);
        }

        logger.DeliveryDied(row.Uuid, row.EventName, row.SubscriptionId, row.Attempts, Outcome(result, reason));
        return (DeliveryEnd.Dead, null);
    }

    /// <summary>The outcome for the log: <c>status 503</c>, or the reason where no answer came.</summary>
    private static string Outcome(NotifierResult result, string reason) =>
        result.Status is not { } status ? reason : string.Create(CultureInfo.InvariantCulture, $"{(reason.Length == 0 || reason == "status" ? "" : reason + ", ")}status {status}");

    private static bool CanHelp(RetryOn retryOn, NotifierResult result) =>
        result.IsRetryable && (retryOn == RetryOn.All || result.Status is null or 429 or (>= 500 and not 505));
}

/// <summary>Where the jitter of retries comes from; a seeded one makes it predictable.</summary>
/// <param name="random">Must be safe for use by many threads, as <see cref="Random.Shared"/> is.</param>
internal sealed class RetryJitter(Random random)
{
    public Random Random { get; } = random;
}
