using Declarative.PostgreSql;
using Declarative.Sqlite;
using Declarative.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Declarative.Cli.Stores;

/// <summary>A table that both stores have, and how its columns go from one to the other. What has which type is read from PostgreSQL's own tables.</summary>
/// <param name="Name">Its name in both.</param>
/// <param name="Columns">Its columns, in PostgreSQL's order.</param>
internal sealed record CopiedTable(string Name, IReadOnlyList<CopiedColumn> Columns)
{
    /// <summary>What only PostgreSQL has, or belongs to one store alone; an outbox is the application's.</summary>
    private const string NotCopied = "('migration', 'store', 'broker_hold', 'outbox', 'subscription_version')";

    /// <summary>All tables, by name.</summary>
    public static IReadOnlyList<CopiedTable> ReadAll(NpgsqlConnection target)
    {
        using var command = new NpgsqlCommand(
            $"""
            SELECT table_name, column_name, data_type, is_identity = 'YES' FROM information_schema.columns
            WHERE table_schema = 'declarative' AND table_name NOT IN {NotCopied} ORDER BY table_name, ordinal_position
            """,
            target);
        using var reader = command.ExecuteReader();
        var columns = new List<(string Table, CopiedColumn Column)>();
        while (reader.Read())
            columns.Add((reader.GetString(0), new CopiedColumn(reader.GetString(1), reader.GetString(2), reader.GetBoolean(3))));
        return [.. columns.GroupBy(static one => one.Table, static one => one.Column, StringComparer.Ordinal).Select(static table => new CopiedTable(table.Key, [.. table]))];
    }

    /// <summary>Its columns in a SQLite file, in the order of their names; none if there is no such table.</summary>
    public static IReadOnlyList<string> SourceColumns(SqliteSession source, string table)
    {
        using var statement = source.PrepareOnce("SELECT name FROM pragma_table_info($1) ORDER BY name");
        using var reader = statement.Query(table);
        var names = new List<string>();
        while (reader.Read())
            names.Add(reader.GetString(0));
        return names;
    }

    /// <summary>Copies all rows, one at a time; how many they were.</summary>
    public ulong Copy(SqliteSession source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", Columns.Select(static column => $"\"{column.Name}\""));
        using var statement = source.PrepareOnce($"SELECT {names} FROM \"{Name}\"");
        using var reader = statement.Query();
        using var import = target.BeginBinaryImport($"COPY declarative.\"{Name}\" ({names}) FROM STDIN (FORMAT BINARY)");
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            import.StartRow();
            for (var i = 0; i < Columns.Count; i++)
                Columns[i].Write(import, reader, i);
        }

        return import.Complete();
    }

    /// <summary>The highest id that was ever given, also to a row that is gone: marks of progress refer to ids.</summary>
    public long LastId(SqliteSession source, CopiedColumn identity) =>
        source.Scalar($"SELECT max(coalesce((SELECT max(\"{identity.Name}\") FROM \"{Name}\"), 0), coalesce((SELECT seq FROM sqlite_sequence WHERE name = '{Name}'), 0))");
}

/// <summary>A column of both stores.</summary>
/// <param name="Name">Its name in both.</param>
/// <param name="Type">PostgreSQL's type, in its own words.</param>
/// <param name="IsIdentity">Whether PostgreSQL numbers the rows by it.</param>
internal sealed record CopiedColumn(string Name, string Type, bool IsIdentity)
{
    /// <summary>Writes what SQLite has, in PostgreSQL's type. Text is changed as PostgreSQL's own store does it: U+0000, which it can't hold, becomes U+FFFD.</summary>
    public void Write(NpgsqlBinaryImporter import, SqliteDataReader row, int place)
    {
        if (row.IsDBNull(place))
        {
            import.WriteNull();
            return;
        }

        switch (Type)
        {
            case "text":
                import.Write(SqlValue.Clean(row.GetString(place))!, NpgsqlDbType.Text);
                break;
            case "bytea":
                import.Write(row.Blob(place), NpgsqlDbType.Bytea);
                break;
            case "uuid":
                import.Write(row.Id(place), NpgsqlDbType.Uuid);
                break;
            case "timestamp with time zone":
                import.Write(row.Time(place).UtcDateTime, NpgsqlDbType.TimestampTz);
                break;
            case "boolean":
                import.Write(row.GetInt64(place) != 0, NpgsqlDbType.Boolean);
                break;
            case "smallint":
                import.Write(row.GetInt16(place), NpgsqlDbType.Smallint);
                break;
            case "integer":
                import.Write(row.GetInt32(place), NpgsqlDbType.Integer);
                break;
            case "bigint":
                import.Write(row.GetInt64(place), NpgsqlDbType.Bigint);
                break;
            default:
                throw new StoreException($"The column '{Name}' has the type {Type}, which this tool can't copy: that is a fault of the tool.");
        }
    }
}
