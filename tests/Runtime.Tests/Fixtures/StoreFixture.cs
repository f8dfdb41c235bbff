using Microsoft.Data.Sqlite;

namespace Declarative.Tests.Fixtures;

/// <summary>A fresh, empty store for one test. Behaviour suites take one of these, so that each store passes the same tests.</summary>
public interface IStoreFixture : IDisposable
{
    void Use(DeclarativeBuilder builder);
}

/// <summary>A SQLite file in a folder of its own.</summary>
public sealed class SqliteFixture : IStoreFixture
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("declarative-").FullName;

    public string File => Path.Combine(Folder, "shop.db");

    public void Use(DeclarativeBuilder builder) => builder.UseSqlite($"Data Source={File}");

    /// <summary>A number out of the file, past the store.</summary>
    public long Scalar(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }
}
