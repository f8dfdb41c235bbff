using System.Threading.Channels;
using Declarative.Benchmarks.Engine;
using Npgsql;
using NpgsqlTypes;

namespace Declarative.Benchmarks.PostgreSql;

/// <summary>The raw loop: whatever waits becomes rows of the engine's table by one <c>unnest</c> statement on one connection, and is answered after its commit.</summary>
internal sealed class UnnestLoop : IAsyncDisposable
{
    private const int Batch = 512;

    private readonly Channel<(Guid Id, string Name, int Kind, byte[] Json, TaskCompletionSource Done)> _waiting = Channel.CreateUnbounded<(Guid, string, int, byte[], TaskCompletionSource)>(new() { SingleReader = true });
    private readonly NpgsqlConnection _connection;
    private readonly Task _loop;

    private UnnestLoop(NpgsqlConnection connection)
    {
        _connection = connection;
        _loop = Task.Run(RunAsync);
    }

    public static async Task<UnnestLoop> StartAsync(string database)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        return new UnnestLoop(connection);
    }

    public Task PublishAsync(string name, int kind, byte[] json)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Writer.TryWrite((Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), name, kind, json, done));
        return done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.Complete();
        await _loop;
        await _connection.DisposeAsync();
    }

    private async Task RunAsync()
    {
        const string Insert = """
            INSERT INTO declarative.message (id, name, store_id, kind, json, created_at, due_at)
            SELECT id, name, 0, kind, json, now(), now() FROM unnest($1, $2, $3, $4) AS m(id, name, kind, json)
            """;
        await using var command = new NpgsqlCommand(Insert, _connection);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        foreach (NpgsqlParameter parameter in command.Parameters)
            parameter.Value = Array.Empty<object>();
        (command.Parameters[0].Value, command.Parameters[1].Value, command.Parameters[2].Value, command.Parameters[3].Value) = (Array.Empty<Guid>(), Array.Empty<string>(), Array.Empty<int>(), Array.Empty<byte[]>());
        await command.PrepareAsync();
        var batch = new List<(Guid Id, string Name, int Kind, byte[] Json, TaskCompletionSource Done)>(Batch);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            // Callers that were answered just now bring their next one along.
            await Task.Yield();
            batch.Clear();
            while (batch.Count < Batch && _waiting.Reader.TryRead(out var one))
                batch.Add(one);
            command.Parameters[0].Value = batch.ConvertAll(static one => one.Id).ToArray();
            command.Parameters[1].Value = batch.ConvertAll(static one => one.Name).ToArray();
            command.Parameters[2].Value = batch.ConvertAll(static one => one.Kind).ToArray();
            command.Parameters[3].Value = batch.ConvertAll(static one => one.Json).ToArray();
            await command.ExecuteNonQueryAsync();
            foreach (var one in batch)
                one.Done.SetResult();
        }
    }
}
