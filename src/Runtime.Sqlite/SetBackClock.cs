using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>
/// Tells by how much the clock of the day was set back since the last claim, by the clock that only counts what has passed. Due times are moved by as much then: they were
/// written by the clock as it was, and nothing should wait for the hands to come round again. A retry may come early by it, which does less harm.
/// </summary>
internal sealed class SetBackClock
{
    private const long Noise = 1_000;

    private long? _ahead;

    /// <summary>Milliseconds; 0 if it was not.</summary>
    public long By<TKey>(Claim<TKey> claim)
        where TKey : notnull
    {
        var by = (_ahead ?? Ahead(claim)) - Ahead(claim);
        return by > Noise ? by : 0;
    }

    /// <summary>The claim is committed, with what was moved.</summary>
    public void Saw<TKey>(Claim<TKey> claim)
        where TKey : notnull => _ahead = Ahead(claim);

    private static long Ahead<TKey>(Claim<TKey> claim)
        where TKey : notnull => claim.Now.Ms() - claim.LeaseNow.Ms();
}
