using Declarative.Delivery;

namespace Declarative.Benchmarks.Engine;

/// <summary>Counts attempts once they are stored.</summary>
internal sealed class LogCount(int total) : IDeliveryObserver
{
    private TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    public Task Reached => _reached.Task;

    public void Again()
    {
        _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _count, 0);
    }

    public void AttemptFinished(DeliveryAttempt attempt)
    {
        if (!attempt.Attempt.IsSuccess)
            _reached.TrySetException(new InvalidOperationException($"A delivery failed: {attempt.Attempt.Reason} {attempt.Attempt.Response}"));
        else if (Interlocked.Increment(ref _count) == total)
            _reached.TrySetResult();
    }
}
