using System.Diagnostics;
using Declarative.Eventing;
using Declarative.History;
using Declarative.Json;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Telemetry;
using Declarative.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Events;

/// <summary>
/// Resolves event messages and fans them out: the service method is called with the message's arguments, its result is
/// matched with the subscriptions, and the deliveries are stored together with the message's end.
/// </summary>
internal sealed class MessageWorker(
    EventRegistry registry,
    SubscriptionCache subscriptions,
    IMessageStore store,
    WireJson json,
    FanOut fanOut,
    EventingState eventing,
    IServiceScopeFactory scopes,
    IOptions<PublishingOptions> options,
    IOptions<HistoryOptions> history,
    MessageSignal messages,
    DeliverySignal deliveries,
    LoopHealth health,
    WorkerClock clock,
    Instruments instruments,
    ILogger<MessageWorker> logger)
    : LeasedWorker<string, ClaimedMessage, MessageOutcome>(
        "resolve",
        new FairLanes<string, ClaimedMessage>(options.Value.MaxResolves, _ => options.Value.MaxResolvesPerEvent, 256, options.Value.MaxResolvesPerEvent),
        messages.Signal,
        health,
        clock,
        logger)
{
    /// <summary>A message whose handling ends the process is given up when it was claimed this often: it must not do so for ever.</summary>
    private const int MaxClaims = MessageClock.MaxAttempts + 3;

    /// <summary>The version of the subscriptions that the last claim saw.</summary>
    private long _subscriptions = -1;

    /// <summary>While eventing is off everything stays queued.</summary>
    protected override async Task<Claimed<ClaimedMessage>> ClaimAsync(Claim<string> claim, CancellationToken cancellationToken)
    {
        if (!eventing.IsEnabled)
            return new Claimed<ClaimedMessage>([], NextDue: null);

        // What a claim before could not read is read first: while it can't be, the loop says so and pauses, and no row is claimed to be given back.
        await subscriptions.CatchUpAsync(Volatile.Read(ref _subscriptions), cancellationToken).ConfigureAwait(false);
        var claimed = await store.ClaimAsync(claim, cancellationToken).ConfigureAwait(false);
        if (claimed.SubscriptionVersion is { } version)
            Volatile.Write(ref _subscriptions, version);
        return claimed;
    }

    protected override string KeyOf(ClaimedMessage row) => row.Name;

    protected override MessageOutcome Release(ClaimedMessage row) => new(row.Seq, row.LeaseToken, MessageEnd.Released);

    protected override MessageOutcome Crashed(ClaimedMessage row, Exception exception) => Fail(row, Describe(exception));

    protected override async Task<MessageOutcome> RunAsync(ClaimedMessage row, CancellationToken abort)
    {
        var started = Stopwatch.GetTimestamp();
        using var activity = Start(row);
        if (!eventing.IsEnabled)
            return Release(row);
        if (row.Attempts > MaxClaims)
            return Die(row, "the process ended each time while this message was handled");
        var descriptor = registry.Find(row.Name);
        if (descriptor is null)
            return Die(row, "unknown_event: " + registry.ExplainUnknown(row.Name));
        if (!row.CarriesPayload && descriptor.Resolve is null)
            return Die(row, "the message holds arguments, but the event now carries its payload");

        if (!await KnowsSubscriptionsAsync(abort).ConfigureAwait(false))
            return Release(row);

        // Nobody would get the payload: the service is not called for nothing, unless somebody may ask for it later.
        var matching = subscriptions.Of(descriptor.Name);
        if (matching?.HasAny(row.StoreId) != true && (row.CarriesPayload || !history.Value.Archive))
            return new(row.Seq, row.LeaseToken, MessageEnd.NothingToDeliver);

        string? error = null;
        try
        {
            var payload = row.CarriesPayload ? row.Json : await ResolveAsync(descriptor, row, abort).ConfigureAwait(false);
            if (payload is null)
                return new(row.Seq, row.LeaseToken, MessageEnd.NothingToDeliver);
            if (payload.Length > options.Value.MaxPayloadBytes)
            {
                error = "payload_too_large";
                return Die(row, "the payload is larger than Declarative:Publishing:MaxPayloadBytes");
            }

            var payloads = await fanOut.MatchAsync(new ArchivedEvent(row.Seq, row.Id, row.Name, row.StoreId, payload, row.Original), matching ?? fanOut.Nobody, abort).ConfigureAwait(false);
            return new MessageOutcome(row.Seq, row.LeaseToken, payloads.Count == 0 ? MessageEnd.NothingToDeliver : MessageEnd.FannedOut) { Payloads = payloads, Archived = Archived(row, payload) };
        }
        catch (OperationCanceledException exception) when (abort.IsCancellationRequested)
        {
            error = exception.GetType().FullName;
            return Release(row);
        }
        catch (EventArgumentsException exception)
        {
            error = exception.GetType().FullName;
            return Die(row, exception.Message);
        }
        catch (Exception exception)
        {
            error = exception.GetType().FullName;
            return Fail(row, Describe(exception));
        }
        finally
        {
            if (error is not null)
                Instruments.Fail(activity, error);
            instruments.Handled(row.Name, Stopwatch.GetElapsedTime(started), error);
        }
    }

    protected override async Task<bool> CompleteAsync(IReadOnlyList<MessageOutcome> outcomes)
    {
        var stored = await store.CompleteAsync(outcomes, Time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        if (stored < outcomes.Count)
            logger.LeaseLost("resolve", outcomes.Count - stored);
        var isRetried = false;
        var hasDeliveries = false;
        foreach (var outcome in outcomes)
        {
            isRetried |= outcome.End is MessageEnd.Retry or MessageEnd.Released;
            hasDeliveries |= outcome.End == MessageEnd.FannedOut;
        }

        if (hasDeliveries)
            deliveries.Set();
        return isRetried;
    }

    /// <summary>Who subscribed before a message was published gets it, whichever node did that and whichever resolves it. False if the store fails, on which no attempt is spent.</summary>
    private async ValueTask<bool> KnowsSubscriptionsAsync(CancellationToken abort)
    {
        try
        {
            await subscriptions.CatchUpAsync(Volatile.Read(ref _subscriptions), abort).ConfigureAwait(false);
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    /// <summary>
    /// Calls the service method in a scope of its own. A service that ignores its token is left behind when its time is
    /// over (its scope ends when it does), so that it can hang but never hold up the messages behind it.
    /// </summary>
    private async Task<byte[]?> ResolveAsync(AsyncEventDescriptor descriptor, ClaimedMessage row, CancellationToken abort)
    {
        using var limit = new CancellationTokenSource(options.Value.ResolveTimeout, Time);
        using var stop = abort.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), limit);
        var token = limit.Token;
        var call = Task.Run(() => CallAsync(descriptor, row, token), CancellationToken.None);
        try
        {
            return await call.WaitAsync(token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (token.IsCancellationRequested && !abort.IsCancellationRequested)
        {
            throw new TimeoutException($"{descriptor.Service?.Name}.{descriptor.Method} took longer than {options.Value.ResolveTimeout.TotalSeconds:0.#} s", exception);
        }
    }

    private async Task<byte[]?> CallAsync(AsyncEventDescriptor descriptor, ClaimedMessage row, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
            return await descriptor.Resolve!(new EventCall(descriptor, scope.ServiceProvider, row.Json, json.Options, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>What a service method gave, where it is kept; what the publisher handed over is kept by itself.</summary>
    private byte[]? Archived(ClaimedMessage row, byte[] payload) => row.CarriesPayload || !history.Value.Archive ? null : payload;

    private MessageOutcome Fail(ClaimedMessage row, string reason)
    {
        if (MessageClock.DelayAfter(row.Attempts) is not { } delay)
            return Die(row, reason);
        logger.MessageRetried(row.Name, row.Id, row.Attempts, reason, delay);
        return new(row.Seq, row.LeaseToken, MessageEnd.Retry) { DueAt = Time.GetUtcNow() + delay, Reason = reason };
    }

    private MessageOutcome Die(ClaimedMessage row, string reason)
    {
        logger.MessageDied(row.Name, row.Id, row.Attempts, reason);
        return new(row.Seq, row.LeaseToken, MessageEnd.Dead) { Reason = reason };
    }

    private static string Describe(Exception exception) => $"{exception.GetType().Name}: {exception.Message}";

    /// <summary>It goes on with the publish's trace.</summary>
    private static Activity? Start(ClaimedMessage row)
    {
        _ = ActivityContext.TryParse(row.TraceParent, row.TraceState, isRemote: true, out var publish);
        return Instruments.Start("process", "process", row.Name, ActivityKind.Consumer, publish)?.SetTag("messaging.message.id", row.Id);
    }
}
