using Declarative.History;
using Declarative.Storage;
using Declarative.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Telemetry;

/// <summary>Stores the counts by minute twice a minute, and removes those and entries of the audit log that are too old.</summary>
internal sealed class MinuteKeeper(IOperationsStore store, Instruments instruments, IOptions<HistoryOptions> history, TimeProvider time, ILogger<MinuteKeeper> logger)
    : Sweeper("counts by minute", Period, time, logger)
{
    /// <summary>As often as the gauges are read.</summary>
    internal static readonly TimeSpan Period = PendingSampler.Period;

    /// <summary>More than the overview shows.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(8);

    private readonly ILogger _logger = logger;

    /// <summary>Stores what was counted to the end. A store that fails must not hold up the host's stop.</summary>
    public async Task FlushAsync()
    {
        try
        {
            await instruments.Minutes.StoreAsync(store, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException exception)
        {
            _logger.StoreFailed("counts by minute", exception);
        }
    }

    protected override async Task<bool> SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await instruments.Minutes.StoreAsync(store, cancellationToken).ConfigureAwait(false);
        var days = history.Value.AuditRetentionDays;
        return await store.ForgetAsync(now - Kept, days == 0 ? null : now - TimeSpan.FromDays(days), RowsAtOnce, cancellationToken).ConfigureAwait(false);
    }
}
