using System.Collections.Concurrent;

namespace Declarative.Work;

/// <summary>When each worker loop last went round, for the health check: a loop that hangs or died is seen by its silence.</summary>
internal sealed class LoopHealth(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, long> _beats = new(StringComparer.Ordinal);

    public void Beat(string loop) => _beats[loop] = time.GetTimestamp();

    public void Forget(string loop) => _beats.TryRemove(loop, out _);

    public IEnumerable<KeyValuePair<string, TimeSpan>> Silences()
    {
        foreach (var (loop, beat) in _beats)
            yield return new(loop, time.GetElapsedTime(beat));
    }
}
