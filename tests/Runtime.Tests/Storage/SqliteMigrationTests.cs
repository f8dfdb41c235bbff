using System.Globalization;
using Declarative.Sqlite;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.Data.Sqlite;

namespace Declarative.Tests.Storage;

/// <summary>Each step takes along what is in the tables of the one before.</summary>
public sealed class SqliteMigrationTests : IDisposable
{
    private readonly SqliteFixture _store = new();
    private readonly SqliteConnection _connection;

    public SqliteMigrationTests()
    {
        _connection = new SqliteConnection($"Data Source={_store.File};Pooling=False");
        _connection.Open();
    }

    public static TheoryData<int> Versions => [.. Enumerable.Range(1, Migrations.Steps.Count)];

    public void Dispose()
    {
        _connection.Dispose();
        _store.Dispose();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_row_in_each_table_of_a_version_is_the_same_in_this_one(int version)
    {
        _store.Execute(string.Join('\n', Migrations.Steps.Take(version)) + string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version}"));
        var tables = Rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'").ConvertAll(static row => (string)row[0]);
        foreach (var table in tables)
            Fill(table);
        var kept = tables.ConvertAll(table => (Table: table, Columns: string.Join(", ", Columns(table).Select(static column => column.Name)), Row: Rows($"SELECT * FROM {table}").ShouldHaveSingleItem()));

        using (var session = new SqliteSession(_connection, ownsConnection: false))
            Migrations.Run(session, MigrationMode.Auto, _store.File);

        foreach (var (table, columns, row) in kept)
            Rows($"SELECT {columns} FROM {table}").ShouldHaveSingleItem().ShouldBe(row, table);
        _store.Scalar("PRAGMA user_version").ShouldBe(Migrations.Steps.Count);
    }

    /// <summary>Something in every column that needs a value.</summary>
    private void Fill(string table)
    {
        if (Rows($"SELECT 1 FROM {table}").Count > 0)
            return;
        var needed = Columns(table).Where(static column => column.IsNeeded).ToList();
        _store.Execute($"INSERT INTO {table} ({string.Join(", ", needed.Select(static one => one.Name))}) VALUES ({string.Join(", ", needed.Select(static one => one.Type switch { "INTEGER" => "1", "BLOB" => "x'01'", _ => "'1'" }))})");
    }

    private List<(string Name, string Type, bool IsNeeded)> Columns(string table) =>
        Rows($"SELECT name, type, (\"notnull\" OR pk > 0) AND dflt_value IS NULL FROM pragma_table_info('{table}') ORDER BY cid").ConvertAll(static row => ((string)row[0], (string)row[1], (long)row[2] == 1));

    private List<object[]> Rows(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            rows.Add(new object[reader.FieldCount]);
            reader.GetValues(rows[^1]);
        }

        return rows;
    }
}
