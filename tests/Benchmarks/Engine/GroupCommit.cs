using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Declarative.Benchmarks.Engine;

/// <summary>
/// The yardstick's writer: one thread, one connection; what waits is run in one transaction, and answered after the
/// commit.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    private const int Batch = 512;

    private readonly BlockingCollection<(Action<SqliteConnection> Work, TaskCompletionSource Done)> _jobs = [];
    private readonly SqliteConnection _connection;
    private readonly Thread _thread;

    public GroupCommit(SqliteConnection connection)
    {
        _connection = connection;
        _thread = new Thread(Loop) { IsBackground = true };
        _thread.Start();
    }

    public Task RunAsync(Action<SqliteConnection> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _jobs.Add((work, done));
        return done.Task;
    }

    public void Dispose()
    {
        _jobs.CompleteAdding();
        _thread.Join();
        _jobs.Dispose();
        _connection.Dispose();
    }

    private void Loop()
    {
        using var begin = new Statement(_connection, "BEGIN IMMEDIATE");
        using var commit = new Statement(_connection, "COMMIT");
        var waiting = new List<TaskCompletionSource>(Batch);
        foreach (var first in _jobs.GetConsumingEnumerable())
        {
            begin.Run();
            first.Work(_connection);
            waiting.Add(first.Done);
            while (waiting.Count < Batch && _jobs.TryTake(out var more))
            {
                more.Work(_connection);
                waiting.Add(more.Done);
            }

            commit.Run();
            foreach (var done in waiting)
                done.SetResult();
            waiting.Clear();
        }
    }
}

/// <summary>A prepared statement with parameters $1, $2, ….</summary>
internal sealed class Statement : IDisposable
{
    private readonly SqliteCommand _command;

    public Statement(SqliteConnection connection, string sql, int parameters = 0)
    {
        _command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants of the benchmark.
        _command.CommandText = sql;
#pragma warning restore CA2100
        for (var number = 1; number <= parameters; number++)
            _command.Parameters.Add(new SqliteParameter { ParameterName = $"${number}" });
    }

    public void Run(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        _command.ExecuteNonQuery();
    }

    public SqliteDataReader Query(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteReader();
    }

    public void Dispose() => _command.Dispose();

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
            _command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }
}
