using System.Collections.Concurrent;
using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>
/// The one thread that writes. Jobs that wait are run in one transaction, each in a savepoint: they share the cost of one
/// sync to disk, one that fails leaves the others alone, and all are answered only after the commit.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int MaxBatch = 64;

    private readonly BlockingCollection<WriteJob> _jobs = [];
    private readonly SqliteSession _session;
    private readonly Thread _thread;

    public SqliteWriter(SqliteSession session)
    {
        _session = session;
        _thread = new Thread(Loop) { IsBackground = true, Name = "Declarative SQLite writer" };
        _thread.Start();
    }

    /// <summary>Runs a job in a transaction; the task completes after the commit.</summary>
    public Task<T> RunAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var job = new WriteJob<T>(work);
        try
        {
            _jobs.Add(job, CancellationToken.None);
        }
        catch (InvalidOperationException exception)
        {
            throw new StoreException("The store is closed.", exception);
        }

        return job.Task;
    }

    /// <summary>Runs what was handed over, then closes the connection.</summary>
    public void Dispose()
    {
        _jobs.CompleteAdding();
        _thread.Join();
        _jobs.Dispose();
        _session.Dispose();
    }

    private void Loop()
    {
        var batch = new List<WriteJob>(MaxBatch);
        foreach (var job in _jobs.GetConsumingEnumerable())
        {
            batch.Clear();
            Commit(job, batch);
        }
    }

    /// <summary>Jobs that arrive while others run still join the transaction: the fewer commits, the fewer syncs.</summary>
    private void Commit(WriteJob first, List<WriteJob> batch)
    {
        try
        {
            _session.Prepare("BEGIN IMMEDIATE").Run();
            var job = first;
            do
            {
                batch.Add(job);
                RunInSavepoint(job);
            }
            while (batch.Count < MaxBatch && _jobs.TryTake(out job!));
            _session.Prepare("COMMIT").Run();
        }
        catch (Exception exception)
        {
            Rollback();
            if (batch.Count == 0)
            {
                // It could not even begin. Who waits behind has waited as long: one after the other would add up to minutes.
                batch.Add(first);
                while (_jobs.TryTake(out var waiting))
                    batch.Add(waiting);
            }

            foreach (var job in batch)
                job.Fail(exception);
        }

        foreach (var job in batch)
            job.Answer();
    }

    private void RunInSavepoint(WriteJob job)
    {
        _session.Prepare("SAVEPOINT job").Run();
        try
        {
            job.Run(_session);
        }
        catch (Exception exception) when (_session.IsInTransaction)
        {
            _session.Prepare("ROLLBACK TO job").Run();
            job.Fail(exception);
        }

        _session.Prepare("RELEASE job").Run();
    }

    private void Rollback()
    {
        try
        {
            if (_session.IsInTransaction)
                _session.Prepare("ROLLBACK").Run();
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // The first error is the one to report; the next BEGIN shows whether the connection still works.
        }
    }

    private abstract class WriteJob
    {
        protected Exception? Failure { get; private set; }

        public abstract void Run(SqliteSession session);

        public abstract void Answer();

        public void Fail(Exception exception) => Failure ??= exception;
    }

    private sealed class WriteJob<T>(Func<SqliteSession, T> work) : WriteJob
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Task => _done.Task;

        public override void Run(SqliteSession session) => _result = work(session);

        public override void Answer()
        {
            if (Failure is { } failure)
                _done.SetException(failure);
            else
                _done.SetResult(_result);
        }
    }
}
