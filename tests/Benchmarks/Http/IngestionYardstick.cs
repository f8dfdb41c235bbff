using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Declarative.Benchmarks.Engine;

namespace Declarative.Benchmarks.Http;

/// <summary>An ingestion route as one would write it by hand, on the engine's table: signature, body, one row with its idempotency key, committed together with those that wait at the same time.</summary>
internal sealed class IngestionYardstick : IDisposable
{
    private readonly byte[] _key;
    private readonly GroupCommit _writer;
    private readonly Statement _insert;

    public IngestionYardstick(string secret)
    {
        _key = Encoding.UTF8.GetBytes(secret);
        var connection = Database.Open(removesOthers: false);
        _insert = new Statement(
            connection,
            """
            INSERT INTO message (id, name, store_id, kind, json, original, idempotency_key, request_hash, trace_parent, trace_state, created_at, due_at)
            VALUES ($1, $2, 0, 1, $3, NULL, $4, $5, NULL, NULL, $6, $6) ON CONFLICT DO NOTHING
            """,
            6);
        _writer = new GroupCommit(connection);
    }

    public void Map(WebApplication app) => app.MapPost("/hand/ingestion", (Delegate)HandleAsync);

    public void Dispose()
    {
        _writer.Dispose();
        _insert.Dispose();
    }

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        using var buffer = new MemoryStream((int)(context.Request.ContentLength ?? 256));
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var (handed, json) = Read(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), context.Request.Headers["x-magento-signature"].ToString());
        if (handed is null)
            return TypedResults.Unauthorized();
        if (handed.Data is not { Uid.Length: > 0, Event: "be-observer.catalog_product_create" } data)
            return TypedResults.BadRequest();
        var now = TimeProvider.System.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToByteArray(bigEndian: true);
        var hash = SHA256.HashData(json);
        await _writer.RunAsync(_ => _insert.Run(id, data.Event, json, data.Uid, hash, now.ToUnixTimeMilliseconds()));
        return TypedResults.Json(new HandWrittenAnswer(data.Event, new HandWrittenResponse(true, "Event published successfully")), HandWrittenJson.Default.HandWrittenAnswer);
    }

    private (HandedIn? Handed, byte[] Json) Read(ReadOnlySpan<byte> body, string signature)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, body, expected);
        if (Convert.FromHexString(signature, given, out _, out _) != System.Buffers.OperationStatus.Done || !CryptographicOperations.FixedTimeEquals(given, expected))
            return (null, []);
        var handed = JsonSerializer.Deserialize(body, HandWrittenJson.Default.HandedIn)!;
        return (handed, JsonMarshal.GetRawUtf8Value(handed.Data.Value).ToArray());
    }
}
