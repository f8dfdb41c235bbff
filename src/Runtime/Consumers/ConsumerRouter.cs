using Declarative.Merging;

namespace Declarative.Consumers;

/// <summary>
/// Which of a consumer's events a name means. Names are compared ignoring case; <c>com.adobe.commerce.</c>, the application's prefix and
/// <c>observer.</c> are no part of a name, except that with a prefix only names that have it are ours where Adobe Commerce sends the event.
/// </summary>
internal sealed class ConsumerRouter
{
    // All spellings of a name are keys: one look-up, which allocates nothing.
    private readonly SpellingTable _routes;

    public ConsumerRouter(IEnumerable<ConsumerRoute> routes, string? prefix)
    {
        All = [.. routes];
        var byName = new Dictionary<string, ConsumerRoute>(StringComparer.OrdinalIgnoreCase);
        foreach (var route in All)
        {
            foreach (var spelling in Spellings(route.Name, prefix))
                byName.TryAdd(spelling, route);
        }

        _routes = new SpellingTable(byName);
    }

    public IReadOnlyList<ConsumerRoute> All { get; }

    /// <summary>The vendor's prefix is no part of any name; everything else is looked up as it stands.</summary>
    public ConsumerRoute? Find(string name)
    {
        var rest = name.AsSpan();
        if (rest.StartsWith(EventName.VendorPrefix) || rest.StartsWith(EventName.VendorPrefix, StringComparison.OrdinalIgnoreCase))
            rest = rest[EventName.VendorPrefix.Length..];
        return _routes.Find(rest);
    }

    private static IEnumerable<string> Spellings(string name, string? prefix)
    {
        var isCommerces = name.StartsWith(EventName.ObserverPrefix, StringComparison.Ordinal) || name.StartsWith(EventName.PluginPrefix, StringComparison.Ordinal);
        var observed = isCommerces ? name : EventName.ObserverPrefix + name;
        if (prefix is { Length: > 0 })
        {
            yield return $"{prefix}.{observed}";

            // Of Adobe Commerce's own only what has the prefix is ours; others have no prefix.
            if (isCommerces)
                yield break;
        }

        yield return name;
        if (prefix is { Length: > 0 })
            yield break;

        // observer.x is the same event as x, as everywhere.
        yield return name.StartsWith(EventName.ObserverPrefix, StringComparison.Ordinal) ? name[EventName.ObserverPrefix.Length..] : observed;
    }
}

/// <summary>One event of a consumer: its handler, or the two for what was created and what was updated.</summary>
/// <param name="Name">The event's name as declared.</param>
/// <param name="Rows">One row, or one for each part.</param>
internal sealed record ConsumerRoute(string Name, IReadOnlyList<ConsumedEventRow> Rows)
{
    public LoopRule? Loop { get; } = Rows[0].Event.Loop;

    public EventSplit? Split { get; } = Rows[0].Event.Split;

    /// <summary>What handles the part of the event in which the two fields are equal, or aren't; null if no module states that part.</summary>
    public ConsumedEventRow? Part(bool isEqual)
    {
        foreach (var row in Rows)
        {
            if (row.Event.Split is null || row.Event.Split.IsEqual == isEqual)
                return row;
        }

        return null;
    }
}
