using Declarative.Secrets;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Fixtures;

/// <summary>A fresh, empty store for one test. Behaviour suites take one of these, so that each store passes the same tests.</summary>
public interface IStoreFixture : IDisposable
{
    void Use(DeclarativeBuilder builder);

    /// <summary>A number out of the tables, past the store.</summary>
    long Scalar(string sql);

    /// <summary>Changes the tables, past the store.</summary>
    void Execute(string sql);

    /// <summary>The files that hold the rows.</summary>
    IReadOnlyList<string> Files();
}

/// <summary>A SQLite file in a folder of its own.</summary>
public sealed class SqliteFixture : IStoreFixture
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("declarative-").FullName;

    public string File => Path.Combine(Folder, "shop.db");

    public void Use(DeclarativeBuilder builder) => builder.UseSqlite($"Data Source={File}");

    public long Scalar(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    public void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public IReadOnlyList<string> Files() => [.. Directory.GetFiles(Folder).Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal))];

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>A PostgreSQL database of its own; the clock that a test turns counts.</summary>
public sealed class PostgreSqlFixture : IStoreFixture
{
    public PostgreSqlFixture() => Database = Server.Rent();

    public PostgreSqlServer Server { get; } = PostgreSqlServer.Shared;

    public string Database { get; }

    public string ConnectionString => Server.ConnectionString(Database);

    /// <summary>As applications use it: the database's clock counts.</summary>
    public bool GoesByItsClock { get; init; }

    public void Use(DeclarativeBuilder builder)
    {
        builder.UsePostgreSql(ConnectionString + ";Maximum Pool Size=8", takesCallersTime: !GoesByItsClock);
        builder.Services.PostConfigure<SecretOptions>(static options => options.Key ??= Convert.ToBase64String(new byte[32]));
    }

    public long Scalar(string sql) => Convert.ToInt64(Server.Scalar(Database, "SET search_path = declarative; " + sql));

    public void Execute(string sql) => Server.Execute(Database, "SET search_path = declarative; " + sql);

    public IReadOnlyList<string> Files()
    {
        Server.Execute(Database, "CHECKPOINT");
        return Directory.GetFiles(Path.Combine(Server.DataFolder, "base", Server.Scalar(Database, "SELECT oid::text FROM pg_database WHERE datname = current_database()")!.ToString()!));
    }

    public void Dispose() => Server.Return(Database);
}
