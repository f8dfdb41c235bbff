using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>The key ring in SQLite.</summary>
internal sealed class SqliteKeyRing(SqliteStore store) : IKeyRing
{
    public IReadOnlyList<string> Read() => store.Read(static session =>
    {
        var keys = new List<string>();
        using var reader = session.Prepare("SELECT xml FROM key_ring ORDER BY name").Query();
        while (reader.Read())
            keys.Add(reader.GetString(0));
        return keys;
    });

    public void Write(string name, string xml) => store
        .WriteAsync(session => session.Prepare("INSERT INTO key_ring (name, xml) VALUES ($1, $2)").Run(name, xml), CancellationToken.None)
        .GetAwaiter()
        .GetResult();
}
