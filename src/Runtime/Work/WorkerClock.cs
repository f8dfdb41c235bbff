using Declarative.Delivery;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Declarative.Work;

/// <summary>The times the workers share: lease, back-stop, how long a stop may take, and the clock that leases go by.</summary>
internal sealed class WorkerClock
{
    private readonly TimeSpan _shutdown;
    private readonly DateTimeOffset _startedAt;
    private readonly long _started;
    private long _stoppedAt;

    public WorkerClock(TimeProvider time, IOptions<DeliveryOptions> options, IOptions<HostOptions> host, IHostApplicationLifetime lifetime)
    {
        Time = time;
        _startedAt = time.GetUtcNow();
        _started = time.GetTimestamp();
        Lease = options.Value.LeaseDuration;
        BackStop = options.Value.BackStop;
        _shutdown = host.Value.ShutdownTimeout;
        Stopping = lifetime.ApplicationStopping;
        Stopping.Register(() => Interlocked.CompareExchange(ref _stoppedAt, time.GetTimestamp(), 0));
    }

    public TimeProvider Time { get; }

    /// <summary>The time by what has passed since the process began: who sets the clock neither ends a lease nor makes it longer.</summary>
    public DateTimeOffset Steady => _startedAt + Time.GetElapsedTime(_started);

    public TimeSpan Lease { get; }

    /// <summary>The longest sleep, in case a wake-up was lost with another process.</summary>
    public TimeSpan BackStop { get; }

    public CancellationToken Stopping { get; }

    public bool IsStopping => Stopping.IsCancellationRequested;

    /// <summary>Running work may go on for this long; the last fifth of the host's time is for releasing what is left.</summary>
    public TimeSpan DrainTimeLeft() => (_shutdown * 0.8) - SinceStop();

    public TimeSpan ReleaseTimeLeft() => (_shutdown * 0.95) - SinceStop();

    private TimeSpan SinceStop()
    {
        var stoppedAt = Interlocked.Read(ref _stoppedAt);
        return stoppedAt == 0 ? TimeSpan.Zero : Time.GetElapsedTime(stoppedAt);
    }
}
