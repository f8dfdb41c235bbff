using System.Collections.Concurrent;
using System.Globalization;
using Declarative.PostgreSql;
using Npgsql;

namespace Declarative.Tests.Fixtures;

/// <summary>The PostgreSQL of this process' tests, started when the first one asks for it, with databases that are lent and used again.</summary>
public sealed class PostgreSqlServer : IDisposable
{
    private const string Template = "migrated";

    // Making a database takes a second where disks are slow, emptying one some milliseconds.
    private const string Empty = """
        DO $$
        DECLARE name text;
        BEGIN
            PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
            FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'declarative' AND tablename NOT IN ('migration', 'store') LOOP
                EXECUTE format('DELETE FROM declarative.%I', name);
            END LOOP;
            PERFORM setval(s.oid::regclass, 1, false) FROM pg_class s JOIN pg_namespace n ON n.oid = s.relnamespace WHERE n.nspname = 'declarative' AND s.relkind = 'S';
        END $$
        """;

    private static readonly Lazy<PostgreSqlServer> _shared = new(static () => new PostgreSqlServer());

    private readonly PostgreSqlProcess _process = new();
    private readonly ConcurrentBag<string> _used = [];
    private int _databases;

    private PostgreSqlServer()
    {
        _process.Create(Template);
        using var connection = new NpgsqlConnection(ConnectionString(Template) + ";Pooling=false");
        connection.Open();
        Migrations.ApplyAsync(connection, Migrations.Steps.Count, CancellationToken.None).GetAwaiter().GetResult();
    }

    public int Port => _process.Port;

    public string DataFolder => _process.DataFolder;

    /// <summary>The server; without its binaries the test is skipped, but fails where everything must be there.</summary>
    public static PostgreSqlServer Shared
    {
        get
        {
            if (!PostgreSqlProcess.IsInstalled)
            {
                if (Environment.GetEnvironmentVariable("CI") == "true")
                    throw new InvalidOperationException(PostgreSqlProcess.Missing);
                Assert.Skip(PostgreSqlProcess.Missing);
            }

            return _shared.Value;
        }
    }

    public string ConnectionString(string database) => _process.ConnectionString(database);

    /// <summary>A database with all tables and no rows.</summary>
    public string Rent()
    {
        if (_used.TryTake(out var used))
        {
            Execute(used, Empty);
            return used;
        }

        var name = NewName();
        Execute("postgres", $"CREATE DATABASE {name} TEMPLATE {Template}");
        return name;
    }

    /// <summary>Gives a rented one back, with its tables as they were.</summary>
    public void Return(string name) => _used.Add(name);

    /// <summary>A database without any table.</summary>
    public string Create() => _process.Create(NewName());

    public void Drop(string name) => _process.Drop(name);

    public void Execute(string database, string sql) => _process.Execute(database, sql);

    public object? Scalar(string database, string sql) => _process.Scalar(database, sql);

    public void Dispose() => _process.Dispose();

    private string NewName() => string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
}
