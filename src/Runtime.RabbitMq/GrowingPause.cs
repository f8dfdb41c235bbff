namespace Declarative.RabbitMq;

/// <summary>The pause between tries, from 100 ms on twice as long each time, up to 5 s.</summary>
internal sealed class GrowingPause(TimeProvider time)
{
    private int _failures;

    public int Failures => _failures;

    /// <summary>Returns at once when stopping; the caller looks at its token anyway.</summary>
    public async Task WaitAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromMilliseconds(Math.Min(5_000, 100 << Math.Min(_failures++, 10)));
        await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Reset() => _failures = 0;
}
