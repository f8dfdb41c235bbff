using Declarative.Storage;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>The key ring in PostgreSQL, shared by all nodes.</summary>
internal sealed class PostgreSqlKeyRing(PostgreSqlStore store) : IKeyRing
{
    public IReadOnlyList<string> Read() => store.Block(static connection =>
    {
        using var command = new NpgsqlCommand("SELECT xml FROM declarative.key_ring ORDER BY name", connection);
        using var reader = command.ExecuteReader();
        var keys = new List<string>();
        while (reader.Read())
            keys.Add(reader.GetString(0));
        return keys;
    });

    public void Write(string name, string xml) => store.Block(connection =>
    {
        using var command = new NpgsqlCommand("INSERT INTO declarative.key_ring (name, xml) VALUES ($1, $2)", connection);
        command.Parameters.Add(SqlValue.Text(name));
        command.Parameters.Add(SqlValue.Text(xml));
        return command.ExecuteNonQuery();
    });
}
