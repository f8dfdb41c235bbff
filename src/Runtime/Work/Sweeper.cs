using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Declarative.Work;

/// <summary>Looks after rows that only time changes, such as those that count no more, at start and at each period, a batch at a time so that nobody waits long for the writer.</summary>
/// <param name="name">What it sweeps, for the log.</param>
/// <param name="period">The time between two sweeps.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of outages.</param>
internal abstract class Sweeper(string name, TimeSpan period, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>Most rows of a batch.</summary>
    protected const int RowsAtOnce = 1000;

    /// <summary>Does a batch; whether there may be more.</summary>
    protected abstract Task<bool> SweepAsync(DateTimeOffset now, CancellationToken cancellationToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage(name, logger);
        using var timer = new PeriodicTimer(period, time);
        try
        {
            do
            {
                try
                {
                    while (await SweepAsync(time.GetUtcNow(), stoppingToken).ConfigureAwait(false))
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
