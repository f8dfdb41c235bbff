using System.Collections.Concurrent;
using System.Diagnostics;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Telemetry;
using Declarative.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Delivery;

/// <summary>An attempt's end for the store, and for observers if an attempt was made.</summary>
internal readonly record struct FinishedDelivery(DeliveryOutcome Outcome, DeliveryAttempt? Attempt);

/// <summary>Makes the attempts of due deliveries through the notifiers of their subscriptions.</summary>
internal sealed class DeliveryWorker(
    SubscriptionCache subscriptions,
    NotifierTable notifiers,
    IDeliveryStore store,
    AttemptVerdict verdict,
    EndpointBreakers breakers,
    EndpointLimits limits,
    SubscriptionNews news,
    IEnumerable<IDeliveryObserver> observers,
    IOptions<DeliveryOptions> options,
    DeliverySignal signal,
    LoopHealth health,
    WorkerClock clock,
    Instruments instruments,
    ILogger<DeliveryWorker> logger)
    : LeasedWorker<long, ClaimedDelivery, FinishedDelivery>(
        "deliver",
        new FairLanes<long, ClaimedDelivery>(options.Value.MaxInFlight, limits.MaxInFlight, 256, options.Value.MaxInFlightPerEndpoint),
        signal.Signal,
        health,
        clock,
        logger)
{
    /// <summary>A notifier that ignores its token gets this much longer before it is left behind.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private const int CrashAllowance = 3;

    /// <summary>Subscriptions whose receiver is gone, until that is stored: nothing more is begun of what is claimed already.</summary>
    private readonly ConcurrentDictionary<long, bool> _gone = new();

    private readonly IDeliveryObserver[] _observers = [.. observers];
    private readonly TimeSpan _attemptTimeout = options.Value.AttemptTimeout;

    protected override async Task<Claimed<ClaimedDelivery>> ClaimAsync(Claim<long> claim, CancellationToken cancellationToken)
    {
        var (limited, next) = limits.Apply(claim);
        var claimed = await store.ClaimAsync(limited, cancellationToken).ConfigureAwait(false);
        limits.Take(claimed.Rows);
        return next is null || claimed.NextDue < next ? claimed : claimed with { NextDue = next };
    }

    protected override long KeyOf(ClaimedDelivery row) => row.EndpointId;

    protected override FinishedDelivery Release(ClaimedDelivery row)
    {
        limits.GiveBack(row.EndpointId);
        return new(new(row, DeliveryEnd.Released), Attempt: null);
    }

    protected override FinishedDelivery Crashed(ClaimedDelivery row, Exception exception) =>
        new(new(row, DeliveryEnd.Retry) { DueAt = Time.GetUtcNow() + TimeSpan.FromMinutes(1) }, Attempt: null);

    protected override async Task<FinishedDelivery> RunAsync(ClaimedDelivery row, CancellationToken abort)
    {
        // The store parks or cancels what is released without an active subscription, and claims nothing for an open endpoint.
        var entry = await FindAsync(row.SubscriptionId, abort).ConfigureAwait(false);
        if (entry is null || _gone.ContainsKey(row.SubscriptionId) || breakers.IsOpen(row))
            return Release(row);

        // It waited in its lane for so long that the lease could end during the attempt.
        var started = Time.GetUtcNow();
        if (row.LeaseUntil - Steady < _attemptTimeout + Grace)
            return Release(row);

        // The claims of crashed processes count too: a delivery that ends the process each time must not do so for ever.
        if (row.Attempts > entry.Retry.MaxAttempts + CrashAllowance)
            return verdict.Of(row, entry, NotifierResult.Failure("abandoned", "The process ended each time while this delivery was attempted.", isRetryable: false), started, TimeSpan.Zero);

        var began = Time.GetTimestamp();
        using var activity = Start(row);
        var result = await NotifyAsync(row, entry, activity, abort).ConfigureAwait(false);
        if (result is null)
            return Release(row);
        if (result.Status is { } status)
            activity?.SetTag("http.response.status_code", status);
        if (!result.IsSuccess)
            Instruments.Fail(activity, result.Reason ?? "failed");
        var finished = verdict.Of(row, entry, result, started, Time.GetElapsedTime(began));
        breakers.Saw(row.EndpointId, finished.Outcome.Sign);
        if (finished.Outcome.End == DeliveryEnd.Gone)
            _gone[row.SubscriptionId] = true;
        return finished;
    }

    protected override async Task<bool> CompleteAsync(IReadOnlyList<FinishedDelivery> outcomes)
    {
        var rows = new DeliveryOutcome[outcomes.Count];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = outcomes[i].Outcome;
        var completed = await store.CompleteAsync(rows, options.Value.Breaker, Time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        if (completed.Stored < rows.Length)
            logger.LeaseLost("deliver", rows.Length - completed.Stored);
        breakers.Apply(completed.Turns);
        breakers.Stored(rows);

        // An endpoint that turned has another time for its next row than the last claim saw.
        var isDueAgain = completed.Turns.Count > 0;
        foreach (var (outcome, attempt) in outcomes)
        {
            isDueAgain |= outcome.End is DeliveryEnd.Retry or DeliveryEnd.Released;
            if (attempt is not null)
                Tell(attempt, outcome.End);
        }

        if (completed.SwitchedOff.Count > 0)
            await TellGoneAsync(completed.SwitchedOff).ConfigureAwait(false);
        foreach (var row in rows)
        {
            if (row.End == DeliveryEnd.Gone)
                _gone.TryRemove(row.SubscriptionId, out _);
        }

        return isDueAgain;
    }

    private async ValueTask<SubscriptionEntry?> FindAsync(long subscription, CancellationToken abort)
    {
        try
        {
            return await subscriptions.FindActiveAsync(subscription, abort).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // No attempt is spent on an outage of the store, which who completes tells of.
            return null;
        }
    }

    private async Task TellGoneAsync(IReadOnlyList<long> gone)
    {
        try
        {
            await subscriptions.ReloadAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException exception)
        {
            // It is stored and is told once: trying again would store nothing and tell the observers twice.
            logger.SubscriptionsNotRead(exception);
        }

        foreach (var id in gone)
        {
            instruments.Disabled();
            _ = news.TellAsync(id, "gone", "its receiver answered 410 (gone)");
        }
    }

    /// <summary>One attempt; null if the host's stop ended it. Which token fired tells a time-out from a stop.</summary>
    private async Task<NotifierResult?> NotifyAsync(ClaimedDelivery row, SubscriptionEntry entry, Activity? activity, CancellationToken abort)
    {
        if (notifiers.Find(entry.Record.Notifier) is not { } notifier)
            return NotifierResult.Failure(AttemptVerdict.NotifierMissing, $"No notifier is registered by the key '{entry.Record.Notifier}' any more.");
        if (entry.Record.Recipient.Length == 0)
            return NotifierResult.Failure(AttemptVerdict.DestinationMissing, $"No destination '{entry.Record.Destination}' is configured (Declarative:Destinations:{entry.Record.Destination}).");
        using var limit = new CancellationTokenSource(_attemptTimeout, Time);
        using var stop = abort.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), limit);
        try
        {
            var attempt = notifier.NotifyAsync(ToNotification(row, entry, activity), limit.Token);
            return attempt.IsCompletedSuccessfully
                ? await attempt.ConfigureAwait(false)
                : await attempt.WaitAsync(_attemptTimeout + Grace, Time, abort).ConfigureAwait(false);
        }
        catch (Exception exception) when (abort.IsCancellationRequested && IsOfCancelling(exception))
        {
            return null;
        }
        catch (Exception exception) when (limit.IsCancellationRequested && IsOfCancelling(exception))
        {
            return NotifierResult.Failure("timeout", $"The attempt took longer than {_attemptTimeout.TotalSeconds:0.#} s.");
        }
        catch (Exception exception)
        {
            logger.NotifierThrew(entry.Record.Notifier, exception);
            return NotifierResult.Failure(AttemptVerdict.NotifierError, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    /// <summary>A connection torn down by the token may show as a broken stream instead of a cancellation.</summary>
    private static bool IsOfCancelling(Exception exception) =>
        exception is OperationCanceledException or TimeoutException or IOException or HttpRequestException;

    private static Notification ToNotification(ClaimedDelivery row, SubscriptionEntry entry, Activity? activity) => new()
    {
        Uuid = row.Uuid,
        ReplayNo = row.ReplayNo,
        MessageId = row.MessageId,
        EventName = row.EventName,
        EventCode = entry.EventCode ?? row.EventName,
        PublishedAt = row.PublishedAt,
        Format = entry.Record.Format,
        ProviderId = entry.Record.ProviderId,
        IsNamed = entry.Record.Name is not null,
        StoreId = row.StoreId,
        SubscriptionId = row.SubscriptionId,
        Recipient = entry.Record.Recipient,
        Payload = row.Payload,
        Attempt = row.Attempts,
        Secret = entry.Secret,
        TraceParent = activity is null ? row.TraceParent : activity.Id,
        TraceState = activity is null ? row.TraceState : activity.TraceStateString,
    };

    private void Tell(DeliveryAttempt attempt, DeliveryEnd end)
    {
        instruments.Attempted(end);
        foreach (var observer in _observers)
        {
            try
            {
                observer.AttemptFinished(attempt);
            }
            catch (Exception exception)
            {
                logger.ObserverThrew(exception);
            }
        }
    }

    /// <summary>
    /// The first attempt goes on with the publish's trace. Retries and replays are spans of traces of their own that are linked with it: over hours they
    /// would make one trace endless.
    /// </summary>
    private static Activity? Start(ClaimedDelivery row)
    {
        _ = ActivityContext.TryParse(row.TraceParent, row.TraceState, isRemote: true, out var publish);
        var isFirst = row is { Attempts: 1, ReplayNo: 0 };
        return Instruments.Start("deliver", "send", row.EventName, ActivityKind.Client, isFirst ? publish : default, isFirst ? default : publish)
            ?.SetTag("messaging.message.id", row.MessageId)
            .SetTag("async_events.attempt", row.Attempts);
    }
}
