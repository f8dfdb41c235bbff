using System.Collections.Concurrent;
using Declarative.Storage;

namespace Declarative.Telemetry;

/// <summary>What happened in each minute, in memory until it is stored. A process that is killed loses what it had counted since.</summary>
internal sealed class MinuteCounts(TimeProvider time)
{
    private readonly ConcurrentDictionary<(long Minute, MinuteKind Kind), Count> _counts = new();

    public void Add(MinuteKind kind)
    {
        var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        Interlocked.Increment(ref Of(minute, kind).Value);
    }

    /// <summary>Stores what was counted since the last call; what can't be stored is kept for the next one.</summary>
    public async Task StoreAsync(IOperationsStore store, CancellationToken cancellationToken)
    {
        var counts = Take();
        if (counts.Count == 0)
            return;
        try
        {
            await store.AddCountsAsync(counts, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            foreach (var one in counts)
                Interlocked.Add(ref Of(one.Minute.ToUnixTimeSeconds() / 60, one.Kind).Value, one.Count);
            throw;
        }
    }

    /// <summary>A minute that is over is forgotten once it was told.</summary>
    private List<MinuteCount> Take()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        var taken = new List<MinuteCount>();
        foreach (var (key, count) in _counts)
        {
            if (Interlocked.Exchange(ref count.Value, 0) is > 0 and var value)
                taken.Add(new MinuteCount(DateTimeOffset.FromUnixTimeSeconds(key.Minute * 60), key.Kind, value));

            // Who is about to add to it holds it for a moment, not for a minute.
            else if (key.Minute < now - 1)
                _counts.TryRemove(key, out _);
        }

        return taken;
    }

    private Count Of(long minute, MinuteKind kind) => _counts.GetOrAdd((minute, kind), static _ => new Count());

    private sealed class Count
    {
        public long Value;
    }
}
