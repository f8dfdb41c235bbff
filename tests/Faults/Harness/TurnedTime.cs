namespace Declarative.Faults.Harness;

/// <summary>The real clock with its hands turned; what has passed is measured right all the same, as by an operating system.</summary>
internal sealed class TurnedTime(TimeSpan by = default) : TimeProvider
{
    private long _ticks = by.Ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    /// <summary>Turns the hands on, or back.</summary>
    public void Turn(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
