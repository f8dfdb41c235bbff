namespace Declarative.Work;

/// <summary>
/// Tells a loop that there is something to do. A signal given while nobody waits is kept, several are one: the loop looks
/// at the store anyway, and only must not miss that it should.
/// </summary>
internal sealed class WakeSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);
    private int _isSet;

    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 0)
            _signal.Release();
    }

    /// <summary>Waits for a signal, at most until <paramref name="limit"/> has passed since the timestamp <paramref name="began"/>, whatever the clock is set to meanwhile.</summary>
    public async Task WaitAsync(long began, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var left = limit - time.GetElapsedTime(began);
        if (left <= TimeSpan.Zero)
            return;
        using var timeout = new CancellationTokenSource(left, time);

        // The clock may have moved past the end before the timer was set; the timer would then count from there.
        if (time.GetElapsedTime(began) >= limit)
            return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _signal.WaitAsync(either.Token).ConfigureAwait(false);
            Volatile.Write(ref _isSet, 0);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The time is over: the loop looks by itself.
        }
    }

    public void Dispose() => _signal.Dispose();
}
