using Declarative.Storage;
using Declarative.Work;
using Microsoft.Extensions.Logging;

namespace Declarative.Acl;

/// <summary>Removes expired tokens and failed log-ins that count no more, every hour.</summary>
internal sealed class CallerSweeper(ICallerStore store, TimeProvider time, ILogger<CallerSweeper> logger) : Sweeper("callers", TimeSpan.FromHours(1), time, logger)
{
    protected override Task<bool> SweepAsync(DateTimeOffset now, CancellationToken cancellationToken) => store.DeleteExpiredAsync(now, RowsAtOnce, cancellationToken);
}
