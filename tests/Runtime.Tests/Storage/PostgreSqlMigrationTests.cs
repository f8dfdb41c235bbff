using Declarative.PostgreSql;
using Declarative.Tests.Fixtures;
using Npgsql;

namespace Declarative.Tests.Storage;

/// <summary>Each step takes along what is in the tables of the one before.</summary>
public sealed class PostgreSqlMigrationTests : IDisposable
{
    /// <summary>A row in each table that has none: something in every column that needs a value.</summary>
    private const string Fill = """
        DO $$
        DECLARE one record;
        BEGIN
            FOR one IN
                SELECT table_name, string_agg(quote_ident(column_name), ', ') AS columns, string_agg(
                    CASE WHEN data_type LIKE 'timestamp%' THEN 'now()' WHEN data_type = 'uuid' THEN 'gen_random_uuid()' WHEN data_type = 'boolean' THEN 'true' ELSE '''1''' END, ', ') AS given
                FROM information_schema.columns
                WHERE table_schema = 'declarative' AND table_name <> 'migration' AND column_default IS NULL AND is_identity = 'NO'
                GROUP BY table_name
            LOOP
                EXECUTE format('INSERT INTO declarative.%1$I (%2$s) SELECT %3$s WHERE NOT EXISTS (SELECT 1 FROM declarative.%1$I)', one.table_name, one.columns, one.given);
            END LOOP;
        END $$
        """;

    private readonly PostgreSqlServer _server = PostgreSqlServer.Shared;
    private readonly string _database;

    public PostgreSqlMigrationTests() => _database = _server.Create();

    public static TheoryData<int> Versions => [.. Enumerable.Range(1, Migrations.Steps.Count)];

    public void Dispose() => _server.Drop(_database);

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_row_in_each_table_of_a_version_is_the_same_in_this_one(int version)
    {
        await ApplyAsync(version);
        _server.Execute(_database, Fill);
        var tables = _server.Scalar(_database, "SELECT string_agg(table_name, ',') FROM information_schema.tables WHERE table_schema = 'declarative' AND table_name <> 'migration'")!.ToString()!.Split(',');
        var kept = tables.ToDictionary(table => table, table => _server.Scalar(_database, $"SELECT jsonb_agg(to_jsonb(t))::text FROM declarative.{table} t")!.ToString()!);
        kept.ShouldAllBe(static one => one.Value.Length > 2);

        await ApplyAsync(Migrations.Steps.Count);

        foreach (var (table, rows) in kept)
        {
            _server.Scalar(
                _database,
                $"SELECT count(*) FROM jsonb_array_elements('{rows.Replace("'", "''", StringComparison.Ordinal)}') kept WHERE NOT EXISTS (SELECT 1 FROM declarative.{table} t WHERE to_jsonb(t) @> kept)")
                .ShouldBe(0L, table);
        }

        _server.Scalar(_database, "SELECT max(step) FROM declarative.migration").ShouldBe(Migrations.Steps.Count);
    }

    private async Task ApplyAsync(int version)
    {
        await using var connection = new NpgsqlConnection(_server.ConnectionString(_database) + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await Migrations.ApplyAsync(connection, version, CancellationToken.None);
    }
}
