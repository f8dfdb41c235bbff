using System.Collections.Concurrent;
using Declarative.Delivery;

namespace Declarative.Tests.Fixtures;

/// <summary>Every attempt that ended, in order.</summary>
public sealed class ObservedAttempts : IDeliveryObserver
{
    public ConcurrentQueue<DeliveryAttempt> All { get; } = [];

    public void AttemptFinished(DeliveryAttempt attempt) => All.Enqueue(attempt);
}
