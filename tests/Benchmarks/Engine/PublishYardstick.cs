using Microsoft.Data.Sqlite;

namespace Declarative.Benchmarks.Engine;

/// <summary>The raw group-commit loop: the same row into the same table with the same indexes, and nothing around it.</summary>
internal sealed class PublishYardstick : IDisposable
{
    private readonly SqliteConnection _connection = Database.Open();
    private readonly GroupCommit _writer;
    private readonly Statement _insert;

    public PublishYardstick()
    {
        _insert = MessageInsert(_connection);
        _writer = new GroupCommit(_connection);
    }

    public static Statement MessageInsert(SqliteConnection connection) => new(
        connection,
        """
        INSERT INTO message (id, name, store_id, kind, json, original, idempotency_key, request_hash, trace_parent, trace_state, created_at, due_at)
        VALUES ($1, $2, 0, $3, $4, NULL, NULL, NULL, NULL, NULL, $5, $5)
        """,
        5);

    public Task PublishAsync(byte[] json)
    {
        var now = TimeProvider.System.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToByteArray(bigEndian: true);
        return _writer.RunAsync(_ => _insert.Run(id, OrdersModule.Imported, 1, json, now.ToUnixTimeMilliseconds()));
    }

    public void Dispose()
    {
        _writer.Dispose();
        _insert.Dispose();
    }
}
