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
    private readonly ConcurrentDictionary<long, Failures> _failures = new();

    /// <summary>Whether the row's endpoint opened after it was claimed. What was claimed later was so by the store's leave: it may have closed since, at another node's probe.</summary>
    public bool IsOpen(ClaimedDelivery row)
    {
        var claimedAt = row.LeaseUntil - clock.Lease;
        return (_open.TryGetValue(row.EndpointId, out var open) && open.Until > clock.Time.GetUtcNow() && claimedAt <= open.HeardAt)
            || (_failures.TryGetValue(row.EndpointId, out var failures) && claimedAt <= failures.HoldsBack);
    }

    /// <summary>
    /// Counts an attempt before the store does, which takes as long as storing it: until then nothing more is begun, neither of what is claimed already nor of
    /// what the store, which does not know yet, still gives.
    /// </summary>
    public void Saw(long endpoint, EndpointSign sign)
    {
        if (sign == EndpointSign.Up)
            _failures.TryRemove(endpoint, out _);
        else if (sign == EndpointSign.Down)
            _failures.AddOrUpdate(endpoint, _ => default(Failures).OneMore(_rule.Failures), (_, failures) => failures.OneMore(_rule.Failures));
    }

    /// <summary>
    /// Attempts are stored. Once that is so of all that this process saw fail, the store has decided: what was claimed before is given back, what is claimed next is
    /// attempted, should the store count otherwise, since another node was answered.
    /// </summary>
    public void Stored(IEnumerable<DeliveryOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            while (outcome.Sign == EndpointSign.Down
                && _failures.TryGetValue(outcome.EndpointId, out var failures)
                && !_failures.TryUpdate(outcome.EndpointId, failures.OneStored(clock.Steady), failures))
            {
                // An attempt ended at the same moment.
            }
        }
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

    /// <summary>Failures in a row, how many of them are stored, and up to when claims are held back.</summary>
    private readonly record struct Failures(int InARow, int Stored, DateTimeOffset HoldsBack)
    {
        public Failures OneMore(int limit) => this with { InARow = InARow + 1, HoldsBack = InARow + 1 == limit ? DateTimeOffset.MaxValue : HoldsBack };

        public Failures OneStored(DateTimeOffset now) => this with { Stored = Stored + 1, HoldsBack = HoldsBack == DateTimeOffset.MaxValue && Stored + 1 >= InARow ? now : HoldsBack };
    }
}
