using Declarative.Storage;
using Declarative.Subscriptions;
using Microsoft.Extensions.Options;

namespace Declarative.Delivery;

/// <summary>
/// What single receivers may be given at most, as configured: attempts at once, and attempts in a minute, as a bucket that fills steadily and holds a
/// second's worth. They count for this process.
/// </summary>
internal sealed class EndpointLimits(SubscriptionCache subscriptions, IOptions<DeliveryOptions> options, TimeProvider time)
{
    private readonly Dictionary<string, EndpointLimit> _limits = options.Value.Endpoints.Values
        .GroupBy(static limit => Endpoint.KeyOf("http", limit.Url), StringComparer.Ordinal)
        .ToDictionary(static group => group.Key, static group => group.Last(), StringComparer.Ordinal);

    private readonly Dictionary<long, Bucket> _buckets = [];
    private readonly Lock _lock = new();

    /// <summary>How many attempts may run at once at an endpoint.</summary>
    public int MaxInFlight(long endpoint) => LimitOf(endpoint)?.MaxInFlight ?? options.Value.MaxInFlightPerEndpoint;

    /// <summary>The claim with the slots that the limits leave; when an endpoint that has none left gets the next one.</summary>
    public (Claim<long> Claim, DateTimeOffset? Next) Apply(Claim<long> claim)
    {
        if (_limits.Count == 0)
            return (claim, null);
        var slots = new Dictionary<long, int>(claim.Slots);
        DateTimeOffset? next = null;
        lock (_lock)
        {
            foreach (var endpoint in subscriptions.All.Select(static entry => entry.EndpointId).Distinct())
            {
                if (LimitOf(endpoint) is not { } limit)
                    continue;
                var free = Math.Min(slots.GetValueOrDefault(endpoint, claim.SlotsPerKey), limit.MaxInFlight ?? int.MaxValue);
                if (limit.MaxPerMinute is { } perMinute)
                {
                    var bucket = BucketOf(endpoint, perMinute);
                    bucket.Fill(time);
                    free = Math.Min(free, (int)bucket.Tokens);
                    var due = claim.Now + bucket.UntilNext();
                    if (bucket.Tokens < 1 && !(next < due))
                        next = due;
                }

                slots[endpoint] = free;
            }
        }

        return (claim with { Slots = slots }, next);
    }

    public void Take(IReadOnlyList<ClaimedDelivery> rows) => Change(rows.Select(static row => row.EndpointId), -1);

    /// <summary>No attempt was made after all.</summary>
    public void GiveBack(long endpoint) => Change([endpoint], 1);

    private void Change(IEnumerable<long> endpoints, int tokens)
    {
        if (_limits.Count == 0)
            return;
        lock (_lock)
        {
            foreach (var endpoint in endpoints)
            {
                if (_buckets.TryGetValue(endpoint, out var bucket))
                    bucket.Tokens += tokens;
            }
        }
    }

    private EndpointLimit? LimitOf(long endpoint) =>
        _limits.Count > 0 && subscriptions.KeyOf(endpoint) is { } key ? _limits.GetValueOrDefault(key) : null;

    private Bucket BucketOf(long endpoint, int perMinute)
    {
        if (!_buckets.TryGetValue(endpoint, out var bucket))
            _buckets.Add(endpoint, bucket = new Bucket(perMinute, time));
        return bucket;
    }

    private sealed class Bucket(int perMinute, TimeProvider time)
    {
        private readonly double _capacity = Math.Max(1, perMinute / 60d);
        private long _filledAt = time.GetTimestamp();

        public double Tokens { get; set; } = 1;

        public void Fill(TimeProvider clock)
        {
            var now = clock.GetTimestamp();
            Tokens = Math.Min(_capacity, Tokens + (clock.GetElapsedTime(_filledAt, now).TotalMinutes * perMinute));
            _filledAt = now;
        }

        public TimeSpan UntilNext() => TimeSpan.FromMinutes(Math.Max(0, 1 - Tokens) / perMinute) + TimeSpan.FromMilliseconds(1);
    }
}
