using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Telemetry;

namespace Declarative.History;

/// <summary>Whether events flow: what the overview page and <c>GET /V1/declarative/overview</c> show.</summary>
public sealed class Overview
{
    private readonly IStoreLifecycle _store;
    private readonly IOperationsStore _operations;
    private readonly SubscriptionCache _subscriptions;
    private readonly Instruments _instruments;
    private readonly TimeProvider _time;

    internal Overview(IStoreLifecycle store, IOperationsStore operations, SubscriptionCache subscriptions, Instruments instruments, TimeProvider time)
    {
        _store = store;
        _operations = operations;
        _subscriptions = subscriptions;
        _instruments = instruments;
        _time = time;
    }

    /// <summary>How things stand now. What this process has counted is in it; what others counted is half a minute behind.</summary>
    /// <param name="cancellationToken">Cancels reading.</param>
    public async Task<OverviewReport> GetAsync(CancellationToken cancellationToken = default)
    {
        await _instruments.Minutes.StoreAsync(_operations, cancellationToken).ConfigureAwait(false);
        var now = _time.GetUtcNow();
        var pending = await _store.CountAsync(cancellationToken).ConfigureAwait(false);
        var minutes = await _operations.CountsAsync(now - TimeSpan.FromDays(1), cancellationToken).ConfigureAwait(false);
        var unstable = (await _operations.UnstableAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(static one => one.SubscriptionId, static one => one.Since);
        return new OverviewReport
        {
            At = now,
            Pending = pending,
            LastHour = Periods(minutes, now, TimeSpan.FromMinutes(1), 60),
            LastDay = Periods(minutes, now, TimeSpan.FromMinutes(15), 96),
            OpenEndpoints = await _operations.OpenEndpointsAsync(cancellationToken).ConfigureAwait(false),
            Troubled =
            [
                .. _subscriptions.All
                    .Where(one => one.Record.Status != SubscriptionStatus.Active || unstable.ContainsKey(one.Id))
                    .Select(one => new TroubledSubscription(
                        one.Id,
                        one.Record.Name ?? one.Record.EventName,
                        one.Record.Status,
                        one.Record.DisabledReason,
                        unstable.TryGetValue(one.Id, out var since) ? since : null)),
            ],
        };
    }

    /// <summary>So many periods up to now, those in which nothing happened too.</summary>
    private static List<ActivityPeriod> Periods(IReadOnlyList<MinuteCount> minutes, DateTimeOffset now, TimeSpan length, int count)
    {
        var last = new DateTimeOffset(now.Ticks - (now.Ticks % length.Ticks), TimeSpan.Zero);
        var periods = Enumerable.Range(0, count).Select(place => new ActivityPeriod { Begins = last - (length * (count - 1 - place)) }).ToList();
        foreach (var minute in minutes)
        {
            var place = count - 1 - (int)Math.Ceiling((last - minute.Minute) / length);
            if (place < 0 || place >= count)
                continue;
            var period = periods[place];
            periods[place] = minute.Kind switch
            {
                MinuteKind.Published => period with { Published = period.Published + minute.Count },
                MinuteKind.Delivered => period with { Delivered = period.Delivered + minute.Count },
                MinuteKind.Retried => period with { Retried = period.Retried + minute.Count },
                _ => period with { Dead = period.Dead + minute.Count },
            };
        }

        return periods;
    }
}

/// <summary>How things stand.</summary>
public sealed record OverviewReport
{
    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What waits.</summary>
    public required StoreCounts Pending { get; init; }

    /// <summary>The last 60 minutes, the running one last.</summary>
    public required IReadOnlyList<ActivityPeriod> LastHour { get; init; }

    /// <summary>The last 96 quarters of an hour, the running one last.</summary>
    public required IReadOnlyList<ActivityPeriod> LastDay { get; init; }

    /// <summary>Endpoints that get no deliveries for now.</summary>
    public required IReadOnlyList<OpenEndpoint> OpenEndpoints { get; init; }

    /// <summary>Subscriptions that are off, or whose attempts mostly fail.</summary>
    public required IReadOnlyList<TroubledSubscription> Troubled { get; init; }
}

/// <summary>What happened in a period.</summary>
public sealed record ActivityPeriod
{
    /// <summary>When it begins.</summary>
    public required DateTimeOffset Begins { get; init; }

    /// <summary>Events published.</summary>
    public long Published { get; init; }

    /// <summary>Attempts that were accepted.</summary>
    public long Delivered { get; init; }

    /// <summary>Attempts that failed and are made again.</summary>
    public long Retried { get; init; }

    /// <summary>Attempts that failed for good.</summary>
    public long Dead { get; init; }
}

/// <summary>A subscription that is off, or whose attempts mostly fail.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, or its event's.</param>
/// <param name="Status">Whether it gets deliveries, and if not, why.</param>
/// <param name="Reason">Why it is off.</param>
/// <param name="UnstableSince">Since when its attempts mostly fail; null if they don't.</param>
public sealed record TroubledSubscription(long Id, string Name, SubscriptionStatus Status, string? Reason, DateTimeOffset? UnstableSince);
