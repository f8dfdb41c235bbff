using System.Data.Common;
using System.Globalization;
using Declarative.EndToEnd.Tests.Harness;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Declarative.Faults.Harness;

/// <summary>An empty database of a store, gone afterwards. A case on RabbitMQ has a SQLite file behind the broker.</summary>
internal sealed class Database : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly PostgreSqlProcess? _server;
    private readonly string? _name;

    public Database(string store, PostgreSqlProcess? server = null)
    {
        Store = store == "rabbitmq" ? "sqlite" : store;
        if (Store != "postgresql")
        {
            Connection = $"Data Source={File}";
            return;
        }

        _server = server ?? TestServers.PostgreSql;
        _name = TestServers.NewDatabase(_server);
        Connection = _server.ConnectionString(_name) + ";Maximum Pool Size=16";
    }

    public string Store { get; }

    private bool IsShared => Store == "postgresql";

    public string Connection { get; }

    /// <summary>The SQLite file.</summary>
    public string File => _scratch["ledger.db"];

    public VictimOrders Orders(params string[] receivers) => new() { Store = Store, Connection = Connection, Receivers = receivers };

    /// <summary>SQL for a row <c>n(i)</c> of each number from 1 on.</summary>
    public string Numbers(int count) => IsShared
        ? $"generate_series(1, {count}) AS n(i)"
        : $"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n)";

    /// <summary>SQL for a random id.</summary>
    public string NewId => IsShared ? "gen_random_uuid()" : "randomblob(16)";

    /// <summary>SQL for what is not so.</summary>
    public string No => IsShared ? "false" : "0";

    /// <summary>SQL for a time.</summary>
    public string Time(DateTimeOffset at) => IsShared
        ? string.Create(CultureInfo.InvariantCulture, $"timestamptz '{at:O}'")
        : at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>SQL for bytes.</summary>
    public string Bytes(string text) => IsShared ? $"'{text}'::bytea" : $"CAST('{text}' AS BLOB)";

    /// <summary>A number out of the tables, past the store.</summary>
    public async Task<long> ScalarAsync(string sql) => Convert.ToInt64(await RunAsync(sql, static command => command.ExecuteScalarAsync()), CultureInfo.InvariantCulture);

    /// <summary>The first column of what is found, past the store.</summary>
    public Task<List<string>> TextsAsync(string sql) => RunAsync(sql, static async command =>
    {
        var texts = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            texts.Add(reader.IsDBNull(0) ? "" : Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        return texts;
    });

    /// <summary>Changes the tables, past the store.</summary>
    public Task ExecuteAsync(string sql) => RunAsync(sql, static command => command.ExecuteNonQueryAsync());

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        if (_name is not null)
            _server!.Drop(_name);
        _scratch.Dispose();
    }

    private async Task<T> RunAsync<T>(string sql, Func<DbCommand, Task<T>> run)
    {
        await using DbConnection connection = IsShared ? new NpgsqlConnection(Connection + ";Search Path=declarative;Pooling=false;Command Timeout=600") : new SqliteConnection(Connection + ";Pooling=False;Default Timeout=600");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await run(command);
    }
}
