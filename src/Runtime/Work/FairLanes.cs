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
internal sealed class FairLanes<TKey, TRow>(int total, Func<TKey, int> perLane, int maxHeldPerLane, int perUnknown)
    where TKey : notnull
{
    private const double PrefetchMilliseconds = 250;

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Lane> _lanes = [];
    private readonly LinkedList<Lane> _fast = [];
    private readonly LinkedList<Lane> _slow = [];
    private readonly int _maxHeld = Math.Max(total, maxHeldPerLane) * 2;
    private readonly int _maxHeldBySlow = Math.Max(total, maxHeldPerLane) * 3 / 2;
    private readonly int _maxSlow = Math.Max(1, total * 3 / 4);
    private int _heldBySlow;
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

    /// <summary>
    /// Whether slow lanes hold so much that a claim for all, which goes round the keys, would bring little for fast ones; then these are claimed for by themselves.
    /// </summary>
    public bool IsCrowded
    {
        get
        {
            lock (_lock)
                return _fastLanes > 0 && _heldBySlow >= _maxHeldBySlow / 2;
        }
    }

    /// <summary>How many rows may be claimed, and how many of each lane.</summary>
    /// <param name="slots">How many of each lane; one that it doesn't name may have <see cref="Room.PerUnknown"/>.</param>
    /// <param name="fastOnly">Whether to claim only for lanes that are known to be fast.</param>
    public Room Free(Dictionary<TKey, int> slots, bool fastOnly = false)
    {
        slots.Clear();
        lock (_lock)
        {
            foreach (var (key, lane) in _lanes)
                slots[key] = fastOnly && lane.IsSlow ? 0 : Math.Max(0, Window(lane) - lane.Held);
            var free = _maxHeld - _held;
            if (!fastOnly && _fastLanes > 0)
                free = Math.Min(free, _maxHeldBySlow - _heldBySlow);
            return new Room(Math.Max(0, free), fastOnly ? 0 : perUnknown);
        }
    }

    public void Add(TKey key, TRow row)
    {
        lock (_lock)
        {
            ref var lane = ref CollectionsMarshal.GetValueRefOrAddDefault(_lanes, key, out _);
            lane ??= new Lane(key, perLane(key));
            lane.Waiting.Enqueue(row);
            Hold(lane, 1);
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

            lane.Place.List!.Remove(lane.Place);
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
            _running--;
            Hold(lane, -1);
            if (lane.SlowRunning > 0)
            {
                lane.SlowRunning--;
                _slowRunning--;
            }

            var milliseconds = Math.Max(0.05, duration.TotalMilliseconds);
            var wasSlow = lane.IsSlow;
            lane.AverageMilliseconds += (milliseconds - lane.AverageMilliseconds) / 8;
            _fastLanes += (wasSlow ? 1 : 0) - (lane.IsSlow ? 1 : 0);

            if (wasSlow != lane.IsSlow)
            {
                lane.Place.List?.Remove(lane.Place);
                _heldBySlow += wasSlow ? -lane.Held : lane.Held;
            }

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
                Hold(lane, -lane.Waiting.Count);
                rows.AddRange(lane.Waiting);
                lane.Waiting.Clear();
            }

            _fast.Clear();
            _slow.Clear();
            return rows;
        }
    }

    private void Hold(Lane lane, int rows)
    {
        lane.Held += rows;
        _held += rows;
        _heldBySlow += lane.IsSlow ? rows : 0;
    }

    private int Window(Lane lane) =>
        (int)Math.Clamp(lane.Limit * PrefetchMilliseconds / lane.AverageMilliseconds, lane.Limit, Math.Max(lane.Limit, maxHeldPerLane));

    private void Offer(Lane lane)
    {
        if (lane.Place.List is null && lane.Waiting.Count > 0 && lane.Running < lane.Limit)
            (lane.IsSlow ? _slow : _fast).AddLast(lane.Place);
    }

    private bool TryNext([MaybeNullWhen(false)] out Lane lane)
    {
        _isTurnOfSlow = !_isTurnOfSlow;
        var slow = _fastLanes == 0 || _slowRunning < _maxSlow ? _slow.First : null;
        var next = _isTurnOfSlow ? slow ?? _fast.First : _fast.First ?? slow;
        lane = next?.Value;
        return lane is not null;
    }

    private sealed class Lane
    {
        public Lane(TKey key, int limit)
        {
            Key = key;
            Limit = limit;
            Place = new LinkedListNode<Lane>(this);
        }

        public TKey Key { get; }

        public int Limit { get; }

        public Queue<TRow> Waiting { get; } = [];

        public int Running { get; set; }

        /// <summary>Of those that run, how many count as slow.</summary>
        public int SlowRunning { get; set; }

        public int Held { get; set; }

        /// <summary>Where it waits for its turn, among the fast or the slow ones, if it may run another row.</summary>
        public LinkedListNode<Lane> Place { get; }

        /// <summary>Starts pessimistic, so that an unknown receiver gets no more rows than it runs until it has shown its pace.</summary>
        public double AverageMilliseconds { get; set; } = PrefetchMilliseconds;

        /// <summary>An idle lane is forgotten, unless its pace is worth remembering.</summary>
        public bool IsSlow => AverageMilliseconds >= PrefetchMilliseconds;
    }
}

/// <summary>How much may be claimed.</summary>
/// <param name="Rows">Most rows in all.</param>
/// <param name="PerUnknown">Most rows of a lane that nothing is known of.</param>
internal readonly record struct Room(int Rows, int PerUnknown);
