using Declarative.OAuth;
using Declarative.Storage;
using Declarative.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Integrations;

/// <summary>
/// Removes nonces whose requests are too old to be accepted again, every minute: so there are never more than two tolerances and some
/// minutes' worth.
/// </summary>
internal sealed class NonceSweeper(IIntegrationStore store, IOptions<OAuthOptions> options, TimeProvider time, ILogger<NonceSweeper> logger)
    : Sweeper("nonces", TimeSpan.FromMinutes(1), time, logger)
{
    // For a clock that is set back, and for writes that wait.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    protected override Task<bool> SweepAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        store.DeleteNoncesAsync((now - options.Value.TimestampTolerance - Margin).ToUnixTimeSeconds(), RowsAtOnce, cancellationToken);
}
