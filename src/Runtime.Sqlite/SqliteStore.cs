using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Declarative.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Declarative.Sqlite;

/// <summary>
/// The database file: its lock, its writer, its readers. WAL and <c>synchronous=FULL</c>: a commit is on the disk when it
/// returns, and readers never wait for the writer.
/// </summary>
internal sealed class SqliteStore : IStoreLifecycle, IDisposable
{
    // More than processors would only wait for each other.
    private const int MaxKept = 16;

    private readonly ConcurrentQueue<SqliteSession> _readers = [];
    private readonly string _writing;
    private readonly string _reading;
    private readonly JournalWatch _journal;
    private FileStream? _lock;
    private SqliteWriter? _writer;

    public SqliteStore(string connectionString, ILogger? logger = null)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString);
        if (builder.DataSource.Length == 0 || builder.DataSource == ":memory:" || builder.Mode == SqliteOpenMode.Memory)
            throw new ArgumentException("UseSqlite needs a file, for example \"Data Source=app.db\": events must outlive the process.", nameof(connectionString));
        File = FilePlace.Of(builder.DataSource);
        var besideLink = Path.GetFullPath(builder.DataSource) + ".key";
        KeyFile = System.IO.File.Exists(File + ".key") || !System.IO.File.Exists(besideLink) ? File + ".key" : besideLink;
        builder.DataSource = File;
        builder.DefaultTimeout = 5;
        builder.Pooling = false;
        builder.Mode = SqliteOpenMode.ReadWriteCreate;
        _writing = builder.ToString();
        builder.Mode = SqliteOpenMode.ReadOnly;
        _reading = builder.ToString();
        _journal = new JournalWatch(File, logger ?? NullLogger.Instance);
    }

    /// <summary>The database file's full path, without links.</summary>
    public string File { get; }

    /// <summary>Beside the file; or beside the link that leads to it, where earlier versions made it.</summary>
    public string? KeyFile { get; }

    private SqliteWriter Writer => _writer ?? throw new StoreException("The store is not open: the host has not started, or has stopped.");

    /// <summary>The lock keeps other processes out: nobody else changes anything.</summary>
    public void Listen(Action<StoreChanges> changed)
    {
    }

    public Task OpenAsync(MigrationMode mode, CancellationToken cancellationToken)
    {
        _lock = Lock();
        try
        {
            _writer = new SqliteWriter(OpenWriter(mode));
        }
        catch (SqliteException exception)
        {
            Unlock();
            throw new StoreException($"The database '{File}' can't be opened: {exception.Message}", exception);
        }
        catch
        {
            Unlock();
            throw;
        }

        return Task.CompletedTask;
    }

    /// <summary>Asked for regularly, so that the journal is looked at too.</summary>
    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken) => ReadAsync(
        session =>
        {
            _journal.Look();
            using var reader = session.Prepare("""
                SELECT (SELECT count(*) FROM message WHERE state = 0) + (SELECT count(*) FROM message WHERE state = 1),
                       (SELECT count(*) FROM delivery WHERE state = 0) + (SELECT count(*) FROM delivery WHERE state = 1),
                       (SELECT count(*) FROM delivery WHERE state = 4),
                       (SELECT count(*) FROM message WHERE state = 4) + (SELECT count(*) FROM delivery WHERE state = 3),
                       (SELECT min(due_at) FROM (SELECT min(due_at) AS due_at FROM message WHERE state = 0
                                                 UNION ALL SELECT min(due_at) FROM delivery WHERE state = 0)),
                       (SELECT count(*) FROM message WHERE state = 1) + (SELECT count(*) FROM delivery WHERE state = 1)
                """).Query();
            reader.Read();
            return new StoreCounts(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.TimeOrNull(4), reader.GetInt64(5));
        },
        cancellationToken);

    public async Task CloseAsync()
    {
        var writer = Interlocked.Exchange(ref _writer, null);
        CloseReaders();
        if (writer is not null)
            await Task.Run(writer.Dispose).ConfigureAwait(false);
        Unlock();
    }

    public void Dispose()
    {
        var writer = Interlocked.Exchange(ref _writer, null);
        CloseReaders();
        writer?.Dispose();
        Unlock();
    }

    public Task<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken) => Writer.RunAsync(work, cancellationToken);

    /// <summary>Reads on a connection of its own, off the caller's thread since SQLite's calls block.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken) =>
        Task.Run(() => Read(work), cancellationToken);

    /// <summary>As above, on the caller's thread. A connection is kept with its statements: preparing one takes longer than most reads.</summary>
    public T Read<T>(Func<SqliteSession, T> work)
    {
        if (!_readers.TryDequeue(out var session))
            session = OpenReader();
        try
        {
            var result = work(session);
            if (_readers.Count < MaxKept)
            {
                _readers.Enqueue(session);
                session = null;
            }

            return result;
        }
        finally
        {
            session?.Dispose();
            if (Volatile.Read(ref _writer) is null)
                CloseReaders();
        }
    }

    /// <summary>Before the writer, which takes the log into the file when it is the last to close; readers can't.</summary>
    private void CloseReaders()
    {
        while (_readers.TryDequeue(out var session))
            session.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The session owns the connection.")]
    private SqliteSession OpenReader()
    {
        var connection = new SqliteConnection(_reading);
        var session = new SqliteSession(connection);
        try
        {
            connection.Open();
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A file lock, not a row: the system takes it back when the process dies, however it dies. It is why a start can make
    /// due at once whatever was leased.
    /// </summary>
    private FileStream Lock()
    {
        try
        {
            if (Path.GetDirectoryName(File) is { Length: > 0 } folder && !Directory.Exists(folder))
                throw new StoreException($"The folder '{folder}' of the database does not exist.");
            return new FileStream(File + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException exception)
        {
            throw new StoreException($"The database '{File}' is in use by another process (its lock '{File}.lock' is held). One process at a time may run on a SQLite store; stop the other one, or use a store that nodes can share.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StoreException($"The file '{File}.lock' can't be written: {exception.Message}", exception);
        }
    }

    private void Unlock() => Interlocked.Exchange(ref _lock, null)?.Dispose();

    [SuppressMessage("Reliability", "CA2000", Justification = "The session owns the connection, the writer the session.")]
    private SqliteSession OpenWriter(MigrationMode mode)
    {
        var connection = new SqliteConnection(_writing);
        var session = new SqliteSession(connection);
        try
        {
            connection.Open();
            session.Script("PRAGMA journal_mode = WAL");
            session.Script("PRAGMA synchronous = FULL");
            session.Script("PRAGMA busy_timeout = 5000");
            session.Script(string.Create(CultureInfo.InvariantCulture, $"PRAGMA journal_size_limit = {JournalWatch.Limit}"));
            Migrations.Run(session, mode, File);

            // Nobody else can hold a lease: this process has the lock.
            session.Script("""
                BEGIN IMMEDIATE;
                UPDATE message SET state = 0, lease_token = NULL, lease_until = NULL WHERE state = 1;
                UPDATE delivery SET lease_token = NULL, lease_until = NULL,
                    state = CASE (SELECT status FROM subscription WHERE id = subscription_id) WHEN 1 THEN 0 WHEN 4 THEN 5 ELSE 4 END
                WHERE state = 1;
                COMMIT;
                """);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
