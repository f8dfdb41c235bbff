using Declarative.OAuth;
using Declarative.Storage;
using Declarative.Work;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Integrations;

/// <summary>
/// Removes nonces whose requests are too old to be accepted again, every minute: so there are never more than two tolerances and some
/// minutes' worth.
/// </summary>
internal sealed class NonceSweeper(IIntegrationStore store, IOptions<OAuthOptions> options, TimeProvider time, ILogger<NonceSweeper> logger) : BackgroundService
{
    private const int RowsAtOnce = 1000;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    // For a clock that is set back, and for writes that wait.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage("nonces", logger);
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                try
                {
                    var oldest = (time.GetUtcNow() - options.Value.TimestampTolerance - Margin).ToUnixTimeSeconds();
                    while (await store.DeleteNoncesAsync(oldest, RowsAtOnce, stoppingToken).ConfigureAwait(false))
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
