using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>
/// Whose clock decides: the database's, so that nodes whose clocks differ agree on what is due. A caller's times are only taken for how far they are
/// from the caller's own now, and what is told back is told on the caller's clock. Tests that turn a clock let the caller's now count instead.
/// </summary>
/// <param name="time">The caller's clock, for calls that don't say what time it is.</param>
/// <param name="isCallers">Whether the caller's now counts.</param>
internal sealed class StoreClock(TimeProvider time, bool isCallers)
{
    /// <summary>The time in SQL, from the parameter <c>$1</c> that <c>Now</c> makes. Stable within a statement, so that indexes are used.</summary>
    public const string Sql = "coalesce($1::timestamptz, statement_timestamp())";

    /// <summary>The caller's now, or null for the database's.</summary>
    public NpgsqlParameter Now(DateTimeOffset callersNow) => SqlValue.Time(isCallers ? callersNow : null);

    /// <summary>As above, for calls that don't say what time it is. <paramref name="from"/> is what times of such a call are measured from.</summary>
    public NpgsqlParameter Now(out DateTimeOffset from)
    {
        // As precise as the database, so that what is measured from it comes back the same.
        var now = time.GetUtcNow();
        from = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        return Now(from);
    }

    /// <summary>
    /// For the removal of what is older than a time, with a margin by which the clocks of nodes may differ: the time and what is added to it.
    /// </summary>
    public NpgsqlParameter Before(DateTimeOffset callersTime, TimeSpan margin, out TimeSpan offset)
    {
        offset = isCallers ? TimeSpan.Zero : callersTime - time.GetUtcNow() - margin;
        return Now(callersTime);
    }

    /// <summary>When something was made: as the caller says, or null for the database's now.</summary>
    public DateTime? Made(DateTimeOffset callersTime) => isCallers ? callersTime.UtcDateTime : null;

    /// <summary>A time so far from the database's now, on the caller's clock; to the next millisecond, since timers are no finer and must not be early.</summary>
    public static DateTimeOffset OnCallers(DateTimeOffset callersNow, TimeSpan fromNow) =>
        callersNow + TimeSpan.FromMilliseconds(Math.Ceiling(fromNow.TotalMilliseconds));

    /// <summary>When to look again at rows that another claim held for a moment.</summary>
    public DateTimeOffset Soon(DateTimeOffset callersNow) => isCallers ? callersNow : callersNow.AddMilliseconds(20);
}
