using System.Collections.Concurrent;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Telemetry;
using Declarative.Work;
using Microsoft.Extensions.Logging;

namespace Declarative.Delivery;

/// <summary>
/// The open endpoints that this process knows of. The store decides who is claimed for; this is for what was claimed before an endpoint opened, which is
/// given back without an attempt, and for the log.
/// </summary>
internal sealed class EndpointBreakers(SubscriptionCache subscriptions, WorkerClock clock, Instruments instruments, ILogger<DeliveryWorker> logger)
{
    private readonly ConcurrentDictionary<long, (DateTimeOffset Until, DateTimeOffset HeardAt)> _open = new();

    /// <summary>Whether the row's endpoint opened after it was claimed. What was claimed later was so by the store's leave: it may have closed since, at another node's probe.</summary>
    public bool IsOpen(ClaimedDelivery row) =>
        _open.TryGetValue(row.EndpointId, out var open) && open.Until > clock.Time.GetUtcNow() && row.LeaseUntil - clock.Lease <= open.HeardAt;

    public void Apply(IReadOnlyList<EndpointTurn> turns)
    {
        foreach (var turn in turns)
        {
            if (turn.OpenUntil is not { } until)
            {
                if (_open.TryRemove(turn.EndpointId, out _))
                    logger.EndpointClosed(KeyOf(turn.EndpointId));
                continue;
            }

            if (_open.TryGetValue(turn.EndpointId, out var known) && known.Until == until)
                continue;
            _open[turn.EndpointId] = (until, clock.Time.GetUtcNow());
            instruments.Opened();
            logger.EndpointOpened(KeyOf(turn.EndpointId), turn.Failures, until);
        }
    }

    private string KeyOf(long endpoint) => subscriptions.KeyOf(endpoint) ?? "";
}
