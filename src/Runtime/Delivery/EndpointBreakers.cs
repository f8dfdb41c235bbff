using System.Collections.Concurrent;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;

namespace Declarative.Delivery;

/// <summary>
/// The open endpoints that this process knows of. The store decides who is claimed for; this is for what was claimed before an endpoint opened, which is
/// given back without an attempt, and for the log.
/// </summary>
internal sealed class EndpointBreakers(SubscriptionCache subscriptions, TimeProvider time, Instruments instruments, ILogger<DeliveryWorker> logger)
{
    private readonly ConcurrentDictionary<long, DateTimeOffset> _open = new();

    public bool IsOpen(long endpoint) => _open.TryGetValue(endpoint, out var until) && until > time.GetUtcNow();

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

            if (_open.TryGetValue(turn.EndpointId, out var known) && known == until)
                continue;
            _open[turn.EndpointId] = until;
            instruments.Opened();
            logger.EndpointOpened(KeyOf(turn.EndpointId), turn.Failures, until);
        }
    }

    private string KeyOf(long endpoint) => subscriptions.KeyOf(endpoint) ?? "";
}
