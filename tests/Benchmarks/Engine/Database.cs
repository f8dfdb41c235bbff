using Declarative.Sqlite;
using Declarative.Storage;
using Microsoft.Data.Sqlite;

namespace Declarative.Benchmarks.Engine;

/// <summary>Database files beside the program, on the disk that is measured, and removed with the process.</summary>
internal static class Database
{
    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "data")).FullName;
    private static int _count;

    /// <summary>A file that isn't there yet.</summary>
    /// <param name="removesOthers">Whether those of rounds before are removed, which nobody may read any more.</param>
    public static string NewFile(bool removesOthers = true)
    {
        foreach (var old in removesOthers ? Directory.GetFiles(Folder) : [])
        {
            try
            {
                File.Delete(old);
            }
            catch (IOException)
            {
                // Still open by a round that ends just now; the next one takes it.
            }
        }

        return Path.Combine(Folder, $"{Environment.ProcessId}-{Interlocked.Increment(ref _count)}.db");
    }

    /// <summary>The engine's own tables in a file of a yardstick's own, with the engine's durability.</summary>
    /// <param name="removesOthers">As of <see cref="NewFile"/>.</param>
    public static SqliteConnection Open(bool removesOthers = true)
    {
        var file = NewFile(removesOthers);
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        var session = new SqliteSession(connection);
        session.Script("PRAGMA journal_mode = WAL");
        session.Script("PRAGMA synchronous = FULL");
        session.Script("PRAGMA journal_size_limit = 67108864");
        Migrations.Run(session, MigrationMode.Auto, file);
        return connection;
    }
}
