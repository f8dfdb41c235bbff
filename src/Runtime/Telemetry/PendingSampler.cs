using Declarative.Storage;
using Declarative.Work;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Declarative.Telemetry;

/// <summary>Counts what is pending now and then, for the gauges.</summary>
internal sealed class PendingSampler(IStoreLifecycle store, Instruments instruments, TimeProvider time, ILogger<PendingSampler> logger) : BackgroundService
{
    /// <summary>The default of the workers' back-stop: an idle store is asked no more often for the gauges than for work.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage("metrics", logger);
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                try
                {
                    var counts = await store.CountAsync(stoppingToken).ConfigureAwait(false);
                    var age = counts.OldestDue is { } oldest ? Math.Max(0, (time.GetUtcNow() - oldest).TotalSeconds) : 0;
                    instruments.Pending = new PendingCounts(counts.DeliveriesDue, age);
                    outage.End();
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    outage.Failed(exception);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
