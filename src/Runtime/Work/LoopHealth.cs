using System.Collections.Concurrent;
using System.ComponentModel;

namespace Declarative.Work;

/// <summary>When each worker loop last went round, for the health check: a loop that hangs or died is seen by its silence. Used by packages that have loops of their own.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class LoopHealth
{
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, long> _beats = new(StringComparer.Ordinal);

    internal LoopHealth(TimeProvider time) => _time = time;

    /// <summary>Says that a loop goes round. One that is silent for longer than twice <c>Declarative:Delivery:BackStop</c> and 10 seconds is unhealthy.</summary>
    /// <param name="loop">Its name, for whoever reads the health check.</param>
    public void Beat(string loop) => _beats[loop] = _time.GetTimestamp();

    /// <summary>Says that a loop has ended.</summary>
    /// <param name="loop">Its name.</param>
    public void Forget(string loop) => _beats.TryRemove(loop, out _);

    internal IEnumerable<KeyValuePair<string, TimeSpan>> Silences()
    {
        foreach (var (loop, beat) in _beats)
            yield return new(loop, _time.GetElapsedTime(beat));
    }
}
