using Declarative.Storage;
using Microsoft.Data.Sqlite;

namespace Declarative.Sqlite;

/// <summary>
/// Claims due rows key by key (event name, endpoint), going on where the last claim stopped, so that the backlog of one
/// key never takes the slots of the others. Only the writer's thread uses it.
/// </summary>
internal sealed class FairClaim<TKey>(string table, string column, TKey beforeAll, IComparer<TKey> order, Func<SqliteDataReader, TKey> read, string due = "state = 0")
    where TKey : notnull
{
    private readonly string _nextKey = $"SELECT {column} FROM {table} WHERE {due} AND {column} > $1 ORDER BY {column} LIMIT 1";
    private readonly string _nextDue = $"SELECT due_at FROM {table} WHERE {due} AND {column} = $1 AND due_at > $2 ORDER BY due_at LIMIT 1";

    private readonly TKey _beforeAll = beforeAll;
    private TKey _cursor = beforeAll;

    /// <summary>Lets <paramref name="take"/> lease up to so many rows of a key, key after key; when the next row is due of those left.</summary>
    public DateTimeOffset? Run(SqliteSession session, Claim<TKey> claim, Func<TKey, int, int> take)
    {
        var taken = 0;
        long? nextDue = null;
        foreach (var key in KeysFromCursor(session))
        {
            if (taken >= claim.Limit)
                break;
            var slots = Math.Min(claim.Slots.GetValueOrDefault(key, claim.SlotsPerKey), claim.Limit - taken);
            if (slots <= 0)
                continue;
            _cursor = key;
            var leased = take(key, slots);
            taken += leased;
            if (leased < slots && NextDue(session, key, claim.Now) is { } due && !(nextDue < due))
                nextDue = due;
        }

        return nextDue is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
    }

    /// <summary>The keys with waiting rows, once round from behind the cursor; one index seek each.</summary>
    private List<TKey> KeysFromCursor(SqliteSession session)
    {
        var behind = new List<TKey>();
        var before = new List<TKey>();
        var next = session.Prepare(_nextKey);
        var key = _beforeAll;
        while (true)
        {
            using var reader = next.Query(key);
            if (!reader.Read())
                break;
            key = read(reader);
            (order.Compare(key, _cursor) > 0 ? behind : before).Add(key);
        }

        behind.AddRange(before);
        return behind;
    }

    private long? NextDue(SqliteSession session, TKey key, DateTimeOffset now)
    {
        using var reader = session.Prepare(_nextDue).Query(key, now.Ms());
        return reader.Read() ? reader.GetInt64(0) : null;
    }
}
