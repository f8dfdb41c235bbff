using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Declarative.Work;

/// <summary>
/// What one worker holds, in lanes by key (endpoint, event name): each lane runs at most its limit at once, all lanes
/// together at most the total, and lanes take turns. A lane may hold more rows than it runs, as many as it will probably
/// start within a quarter of a second: a fast receiver is then claimed for in large batches, while a slow or dead one ties
/// up no more rows than it runs. Where some lanes are known to be fast, those that are slow, or have not shown their pace
/// yet, run at most three quarters of the total between them: many that hang at once leave room for those that don't.
/// </summary>
internal sealed class FairLanes<TKey, TRow>(int total, Func<TKey, int> perLane, int maxHeldPerLane)
    where TKey : notnull
{
    private const double PrefetchMilliseconds = 250;

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Lane> _lanes = [];
    private readonly Queue<Lane> _fast = [];
    private readonly Queue<Lane> _slow = [];
    private readonly int _maxHeld = Math.Max(total, maxHeldPerLane) * 2;
    private readonly int _maxSlow = Math.Max(1, total * 3 / 4);
    private int _slowRunning;
    private int _fastLanes;
    private bool _isTurnOfSlow;
    private int _running;
    private int _held;
    private bool _isClosed;

    /// <summary>Rows that are running now.</summary>
    public int Running
    {
        get
        {
            lock (_lock)
                return _running;
        }
    }

    /// <summary>How many rows may be claimed, and how many of each lane; a lane that isn't named may have the limit of one that is idle.</summary>
    public int Free(Dictionary<TKey, int> slots)
    {
        slots.Clear();
        lock (_lock)
        {
            var heldBySlow = 0;
            foreach (var (key, lane) in _lanes)
            {
                slots[key] = Math.Max(0, Window(lane) - lane.Held);
                heldBySlow += lane.IsSlow ? lane.Held : 0;
            }

            // What slow lanes hold without running it must not keep others from being claimed for.
            if (_fastLanes > 0 && heldBySlow >= _maxHeld * 3 / 4)
            {
                foreach (var (key, lane) in _lanes)
                {
                    if (lane.IsSlow)
                        slots[key] = 0;
                }
            }

            return Math.Max(0, _maxHeld - _held);
        }
    }

    public void Add(TKey key, TRow row)
    {
        lock (_lock)
        {
            ref var lane = ref CollectionsMarshal.GetValueRefOrAddDefault(_lanes, key, out _);
            lane ??= new Lane(key, perLane(key));
            lane.Waiting.Enqueue(row);
            lane.Held++;
            _held++;
            Offer(lane);
        }
    }

    /// <summary>The next row to start, if any lane may start one.</summary>
    public bool TryStart(out TKey key, out TRow row)
    {
        lock (_lock)
        {
            if (_isClosed || _running >= total || !TryNext(out var lane))
            {
                key = default!;
                row = default!;
                return false;
            }

            lane.IsReady = false;
            row = lane.Waiting.Dequeue();
            key = lane.Key;
            lane.Running++;
            if (lane.IsSlow)
            {
                lane.SlowRunning++;
                _slowRunning++;
            }

            _running++;
            Offer(lane);
            return true;
        }
    }

    /// <summary>Ends a row. True if so little is held now that more should be claimed.</summary>
    public bool Finish(TKey key, TimeSpan duration)
    {
        lock (_lock)
        {
            var lane = _lanes[key];
            lane.Running--;
            lane.Held--;
            _running--;
            _held--;
            if (lane.SlowRunning > 0)
            {
                lane.SlowRunning--;
                _slowRunning--;
            }

            var milliseconds = Math.Max(0.05, duration.TotalMilliseconds);
            var wasSlow = lane.IsSlow;
            lane.AverageMilliseconds += (milliseconds - lane.AverageMilliseconds) / 8;
            _fastLanes += (wasSlow ? 1 : 0) - (lane.IsSlow ? 1 : 0);

            // One that turned fast may wait among the slow ones still; its other place is passed over once it was taken from this one.
            if (wasSlow && !lane.IsSlow && lane.IsReady)
                _fast.Enqueue(lane);
            Offer(lane);
            if (lane.Held == 0 && lane.IsSlow)
                _lanes.Remove(key);
            return lane.Held <= Window(lane) / 2;
        }
    }

    /// <summary>Starts no more rows and gives back those that were not started.</summary>
    public List<TRow> Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            var rows = new List<TRow>();
            foreach (var lane in _lanes.Values)
            {
                lane.Held -= lane.Waiting.Count;
                _held -= lane.Waiting.Count;
                rows.AddRange(lane.Waiting);
                lane.Waiting.Clear();
            }

            _fast.Clear();
            _slow.Clear();
            return rows;
        }
    }

    private int Window(Lane lane) =>
        (int)Math.Clamp(lane.Limit * PrefetchMilliseconds / lane.AverageMilliseconds, lane.Limit, Math.Max(lane.Limit, maxHeldPerLane));

    private void Offer(Lane lane)
    {
        if (lane.IsReady || lane.Waiting.Count == 0 || lane.Running >= lane.Limit)
            return;
        lane.IsReady = true;
        (lane.IsSlow ? _slow : _fast).Enqueue(lane);
    }

    private bool TryNext([MaybeNullWhen(false)] out Lane lane)
    {
        _isTurnOfSlow = !_isTurnOfSlow;
        var mayBeSlow = _fastLanes == 0 || _slowRunning < _maxSlow;
        if (mayBeSlow && _isTurnOfSlow && TryNext(_slow, out lane))
            return true;
        return TryNext(_fast, out lane) || (mayBeSlow && TryNext(_slow, out lane));
    }

    private static bool TryNext(Queue<Lane> ready, [MaybeNullWhen(false)] out Lane lane)
    {
        while (ready.TryDequeue(out lane))
        {
            if (lane.IsReady)
                return true;
        }

        return false;
    }

    private sealed class Lane(TKey key, int limit)
    {
        public TKey Key { get; } = key;

        public int Limit { get; } = limit;

        public Queue<TRow> Waiting { get; } = [];

        public int Running { get; set; }

        /// <summary>Of those that run, how many count as slow.</summary>
        public int SlowRunning { get; set; }

        public int Held { get; set; }

        public bool IsReady { get; set; }

        /// <summary>Starts pessimistic, so that an unknown receiver gets no more rows than it runs until it has shown its pace.</summary>
        public double AverageMilliseconds { get; set; } = PrefetchMilliseconds;

        /// <summary>An idle lane is forgotten, unless its pace is worth remembering.</summary>
        public bool IsSlow => AverageMilliseconds >= PrefetchMilliseconds;
    }
}
