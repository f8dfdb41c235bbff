using Declarative.Storage;
using Declarative.Work;
using Microsoft.Extensions.Logging;

namespace Declarative.Consumers;

/// <summary>Removes ids of events and fingerprints of changes whose time is over, every minute.</summary>
internal sealed class HandledSweeper(IConsumerStore store, TimeProvider time, ILogger<HandledSweeper> logger)
    : Sweeper("handled events", TimeSpan.FromMinutes(1), time, logger)
{
    protected override Task<bool> SweepAsync(DateTimeOffset now, CancellationToken cancellationToken) => store.ForgetAsync(now, RowsAtOnce, cancellationToken);
}
