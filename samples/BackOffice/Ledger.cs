using System.Collections.Concurrent;

namespace BackOffice;

/// <summary>What we know of the Shop by its events, in memory.</summary>
public sealed class Ledger
{
    public ConcurrentDictionary<string, decimal> Prices { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<int, string> Customers { get; } = [];

    public ConcurrentDictionary<string, decimal> Orders { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, int> Stock { get; } = new(StringComparer.Ordinal);
}
