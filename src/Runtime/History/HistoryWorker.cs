using System.Text.Json;
using Declarative.Storage;
using Declarative.Telemetry;
using Declarative.Work;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.History;

/// <summary>
/// What can wait: replays of many deliveries, the search index, and hourly the removal of what is older than its retention. In
/// small batches, so that deliveries come in between.
/// </summary>
internal sealed class HistoryWorker(IHistoryStore store, IReplayStore replays, IErasureStore erasure, ArchiveReplay archive, Redaction redaction, HistorySignal signal, DeliverySignal deliveries, IOptions<HistoryOptions> options, TimeProvider time, ILogger<HistoryWorker> logger) : BackgroundService
{
    private const int ReplayRows = 200;
    private const int MaxReplaysWaiting = 1_000;
    private const int IndexedPayloads = 50;
    private const int RemovedMessages = 200;

    /// <summary>SQLite puts what comes at once into one commit.</summary>
    private const int ErasedAtOnce = 8;

    private static readonly TimeSpan ReplayPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RemovalPeriod = TimeSpan.FromHours(1);

    private DateTimeOffset _nextRemoval = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage("history", logger);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var replay = await ReplayAsync(stoppingToken).ConfigureAwait(false);
                var events = await ReplayEventsAsync(stoppingToken).ConfigureAwait(false);
                var isMore = replay is { IsMore: true, IsWaiting: false } || events is { IsMore: true, IsWaiting: false };
                var isWaiting = replay.IsWaiting || events.IsWaiting;
                isMore |= options.Value.Search && await IndexAsync(stoppingToken).ConfigureAwait(false);
                if (time.GetUtcNow() >= _nextRemoval)
                    await RemoveAsync(stoppingToken).ConfigureAwait(false);
                outage.End();
                if (!isMore)
                    await signal.Signal.WaitAsync(time.GetTimestamp(), isWaiting ? ReplayPause : options.Value.Search ? Period : UntilRemoval(), time, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                await Task.Delay(outage.Failed(exception), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<ReplayStep> ReplayAsync(CancellationToken cancellationToken)
    {
        var step = await replays.ContinueReplaysAsync(ReplayRows, MaxReplaysWaiting, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        if (step.Made > 0)
            deliveries.Set();
        return step;
    }

    private async Task<ReplayStep> ReplayEventsAsync(CancellationToken cancellationToken)
    {
        var step = await archive.ContinueAsync(cancellationToken).ConfigureAwait(false);
        if (step.Made > 0)
            deliveries.Set();
        return step;
    }

    /// <summary>Not a whole period: what wakes the loop in between must not put the removal off.</summary>
    private TimeSpan UntilRemoval() => _nextRemoval - time.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.FromMilliseconds(1);

    private async Task<bool> IndexAsync(CancellationToken cancellationToken)
    {
        var payloads = await store.LoadUnindexedAsync(IndexedPayloads, cancellationToken).ConfigureAwait(false);
        if (payloads.Count == 0)
            return false;
        var values = new List<IndexedValue>();
        foreach (var payload in payloads)
        {
            try
            {
                if (payload.Bytes is { } bytes)
                    PayloadValues.AddTo(values, payload.Seq, bytes, redaction);
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                // InvalidOperationException: text that is no Unicode. One payload must not hold up those behind it.
                logger.PayloadNotIndexed(payload.Seq, exception);
            }
        }

        await store.IndexAsync(values, payloads[^1].Seq, cancellationToken).ConfigureAwait(false);
        return payloads.Count == IndexedPayloads;
    }

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (options.Value.RetentionDays > 0)
        {
            var before = time.GetUtcNow() - TimeSpan.FromDays(options.Value.RetentionDays);
            long after = 0;
            while (await store.DeleteFinishedAsync(before, after, RemovedMessages, cancellationToken).ConfigureAwait(false) is { } looked)
                after = looked.Last;
        }

        if (options.Value.PayloadRetentionDays > 0)
        {
            var before = time.GetUtcNow() - TimeSpan.FromDays(options.Value.PayloadRetentionDays);
            long after = 0;
            while (await erasure.FindFinishedAsync(before, after, RemovedMessages, cancellationToken).ConfigureAwait(false) is var (last, found))
            {
                after = last;
                await Parallel.ForEachAsync(
                    found,
                    new ParallelOptions { MaxDegreeOfParallelism = ErasedAtOnce, CancellationToken = cancellationToken },
                    async (message, token) => await erasure.EraseAsync(message, time.GetUtcNow(), token).ConfigureAwait(false)).ConfigureAwait(false);
            }
        }

        _nextRemoval = time.GetUtcNow() + RemovalPeriod;
    }
}
