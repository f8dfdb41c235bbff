namespace Declarative.PostgreSql;

/// <summary>
/// Advisory locks of transactions, for what a row lock can't say. What a delivery becomes depends on its subscription as it is now: whoever makes
/// deliveries due shares the lock of their subscription, whoever changes a subscription has it alone, so that no delivery slips past a change. There
/// are a few for all subscriptions, since locks are shared memory and an event may have thousands.
/// </summary>
internal static class StoreLocks
{
    // "DCL" and what for; the user's database may have advisory locks of its own.
    private const int Subscriptions = 0x44434C01;
    private const int PayloadOrder = 0x44434C02;
    private const int SubscriptionLocks = 64;

    /// <summary>One at a time brings the tables up to date. Of the session, not of a transaction.</summary>
    public const long Migration = 0x44434C00;

    /// <summary>Shared by all that make payloads, whose numbers are given before they are committed.</summary>
    public static readonly Statement MakingPayloads = Statement.Select($"SELECT pg_advisory_xact_lock_shared({PayloadOrder}, 0)");

    /// <summary>Waits for those: afterwards no lower number than the highest will appear.</summary>
    public static readonly Statement NoPayloadsInTheMaking = Statement.Select($"SELECT pg_advisory_xact_lock({PayloadOrder}, 0)");

    /// <summary>For deliveries of any subscription.</summary>
    public static readonly string AllShared = $"SELECT count(pg_advisory_xact_lock_shared({Subscriptions}, bucket)) FROM generate_series(0, {SubscriptionLocks - 1}) bucket";

    /// <summary>For deliveries of these subscriptions.</summary>
    public static Statement Shared(IEnumerable<long> subscriptions) => Shared(subscriptions, []);

    /// <summary>As above, and some are changed. In one order, so that nobody waits for each other.</summary>
    public static Statement Shared(IEnumerable<long> subscriptions, IEnumerable<long> changed)
    {
        var alone = changed.Select(Bucket).ToHashSet();
        var all = subscriptions.Select(Bucket).Union(alone).Order().ToArray();
        return Statement.Select(
            $"SELECT CASE WHEN alone THEN pg_advisory_xact_lock({Subscriptions}, bucket) ELSE pg_advisory_xact_lock_shared({Subscriptions}, bucket) END FROM unnest($1::int[], $2::bool[]) AS l(bucket, alone)",
            SqlValue.Ints(all),
            SqlValue.Flags(all.Select(alone.Contains)));
    }

    /// <summary>For a change of a subscription.</summary>
    public static Statement Alone(long subscription) => Shared([], [subscription]);

    private static int Bucket(long subscription) => (int)(subscription % SubscriptionLocks);
}
