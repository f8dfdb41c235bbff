using Declarative.Storage;
using Microsoft.Data.Sqlite;

namespace Declarative.Cli.Stores;

/// <summary>The file of a SQLite store, looked at before it is opened: opening makes what isn't there.</summary>
internal static class SqliteFile
{
    /// <exception cref="StoreException">There is no store in it.</exception>
    public static void Check(string file, string option)
    {
        if (!File.Exists(file))
            throw new StoreException($"There is no file '{file}'. Name the host's database by {option}, for example {option} \"Data Source=app.db\".");
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            using var command = new SqliteCommand("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('message', 'delivery', 'subscription', 'key_ring')", connection);
            if (command.ExecuteScalar() is not 4L)
                throw new StoreException($"The file '{file}' holds no store. Name the host's database by {option}.");
        }
        catch (SqliteException exception)
        {
            throw new StoreException($"The file '{file}' can't be read: {exception.Message} Name the host's database by {option}.", exception);
        }
    }
}
