using Declarative.Storage;
using Declarative.Work;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Declarative.Acl;

/// <summary>Removes expired tokens and failed log-ins that count no more, at start and every hour.</summary>
internal sealed class CallerSweeper(ICallerStore store, TimeProvider time, ILogger<CallerSweeper> logger) : BackgroundService
{
    private const int RowsAtOnce = 1000;

    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage("callers", logger);
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                try
                {
                    while (await store.DeleteExpiredAsync(time.GetUtcNow(), RowsAtOnce, stoppingToken).ConfigureAwait(false))
                        stoppingToken.ThrowIfCancellationRequested();
                    outage.End();
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    outage.Failed(exception);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
