using System.Collections.Concurrent;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Telemetry;
using Declarative.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Delivery;

/// <summary>
/// The open endpoints that this process knows of. The store decides who is claimed for; this is for what was claimed before an endpoint opened, which is
/// given back without an attempt, and for the log.
/// </summary>
internal sealed class EndpointBreakers(SubscriptionCache subscriptions, IOptions<DeliveryOptions> options, WorkerClock clock, Instruments instruments, ILogger<DeliveryWorker> logger)
{
    private readonly BreakerRule _rule = options.Value.Breaker;
    private readonly ConcurrentDictionary<long, (DateTimeOffset Until, DateTimeOffset HeardAt)> _open = new();
    private readonly ConcurrentDictionary<long, (int InARow, DateTimeOffset ReachedAt)> _failures = new();

    /// <summary>Whether the row's endpoint opened after it was claimed. What was claimed later was so by the store's leave: it may have closed since, at another node's probe.</summary>
    public bool IsOpen(ClaimedDelivery row)
    {
        var claimedAt = row.LeaseUntil - clock.Lease;
        return (_open.TryGetValue(row.EndpointId, out var open) && open.Until > clock.Time.GetUtcNow() && claimedAt <= open.HeardAt)
            || (_failures.TryGetValue(row.EndpointId, out var failures) && claimedAt <= failures.ReachedAt);
    }

    /// <summary>
    /// Counts an attempt before the store does, which takes as long as storing it: meanwhile nothing more is begun of what is claimed already. Should the
    /// store count otherwise, since another node was answered, what is claimed next is attempted.
    /// </summary>
    public void Saw(long endpoint, EndpointSign sign)
    {
        if (sign == EndpointSign.Up)
            _failures.TryRemove(endpoint, out _);
        else if (sign == EndpointSign.Down)
            _failures.AddOrUpdate(endpoint, _ => Next(default), (_, failures) => Next(failures));

        (int InARow, DateTimeOffset ReachedAt) Next((int InARow, DateTimeOffset ReachedAt) failures) =>
            failures.InARow + 1 == _rule.Failures ? (_rule.Failures, clock.Steady) : failures with { InARow = failures.InARow + 1 };
    }

    public void Apply(IReadOnlyList<EndpointTurn> turns)
    {
        foreach (var turn in turns)
        {
            if (turn.OpenUntil is not { } until)
            {
                _failures.TryRemove(turn.EndpointId, out _);
                if (_open.TryRemove(turn.EndpointId, out _))
                    logger.EndpointClosed(KeyOf(turn.EndpointId));
                continue;
            }

            if (_open.TryGetValue(turn.EndpointId, out var known) && known.Until == until)
                continue;
            _open[turn.EndpointId] = (until, clock.Steady);
            instruments.Opened();
            logger.EndpointOpened(KeyOf(turn.EndpointId), turn.Failures, until);
        }
    }

    private string KeyOf(long endpoint) => subscriptions.KeyOf(endpoint) ?? "";
}
