using Declarative.Events;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;

namespace Declarative.History;

/// <summary>Goes on with the replays of events: matches what was published anew, for the one subscription that a replay is for.</summary>
internal sealed class ArchiveReplay(IReplayStore store, SubscriptionCache subscriptions, FanOut fanOut, TimeProvider time, ILogger<ArchiveReplay> logger)
{
    private const int RowsAtOnce = 200;
    private const int MaxWaiting = 1_000;

    /// <summary>Does a step of the oldest replay. One whose subscription is not enabled any more ends, as it would by being cancelled.</summary>
    public async Task<ReplayStep> ContinueAsync(CancellationToken cancellationToken)
    {
        if (await store.LoadArchivedAsync(RowsAtOnce, MaxWaiting, time.GetUtcNow(), cancellationToken).ConfigureAwait(false) is not { } step)
            return default;
        if (step.IsWaiting)
            return new ReplayStep(0, IsMore: true, IsWaiting: true);
        if (await subscriptions.FindActiveAsync(step.SubscriptionId, cancellationToken).ConfigureAwait(false) is not { } subscription)
        {
            await store.CancelReplayAsync(step.ReplayId, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            return new ReplayStep(0, IsMore: true, IsWaiting: false);
        }

        var made = new List<(long, NewPayload)>();
        foreach (var archived in step.Events)
        {
            if (archived.Payload is null || archived.Name != subscription.Record.EventName || (archived.StoreId != 0 && subscription.Record.StoreId != 0 && archived.StoreId != subscription.Record.StoreId))
                continue;
            try
            {
                foreach (var payload in await fanOut.MatchAsync(archived, subscription, cancellationToken).ConfigureAwait(false))
                    made.Add((archived.Seq, payload));
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // One event that can't be matched must not hold up those behind it.
                logger.EventNotReplayed(archived.Name, archived.Id, step.ReplayId, exception);
            }
        }

        return new ReplayStep(await store.StoreArchivedAsync(step, made, time.GetUtcNow(), cancellationToken).ConfigureAwait(false), IsMore: true, IsWaiting: false);
    }
}
