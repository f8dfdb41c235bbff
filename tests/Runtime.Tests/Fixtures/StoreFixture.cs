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

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }
}
