using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Declarative.Benchmarks.Engine;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Data.Sqlite;

namespace Declarative.Benchmarks.Http;

/// <summary>
/// A consumer as one would write it by hand: the signature over the raw body in constant time, the payload typed by generated contracts, checked field by field,
/// its handler from the container; with an inbox the id is looked for before and committed after, together with those that wait at the same time.
/// </summary>
internal sealed class ConsumerYardstick : IDisposable
{
    private readonly byte[] _key;
    private readonly ConcurrentDictionary<string, bool> _running = new(StringComparer.Ordinal);
    private readonly GroupCommit? _writer;
    private readonly Statement? _insert;
    private readonly string _reading = "";

    public ConsumerYardstick(string secret, bool hasInbox)
    {
        _key = Encoding.UTF8.GetBytes(secret);
        if (!hasInbox)
            return;
        var connection = Database.Open(removesOthers: false);
        using (var create = new Statement(connection, "CREATE TABLE handled (id TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID"))
            create.Run();
        _insert = new Statement(connection, "INSERT INTO handled (id, until) VALUES ($1, $2)", 2);
        _reading = new SqliteConnectionStringBuilder { DataSource = connection.DataSource, Mode = SqliteOpenMode.ReadOnly, Pooling = true }.ToString();
        _writer = new GroupCommit(connection);
    }

    public void Map(WebApplication app) => app.MapPost("/hand/product", HandleAsync);

    public void Dispose()
    {
        _writer?.Dispose();
        _insert?.Dispose();
        SqliteConnection.ClearAllPools();
    }

    private async Task<IResult> HandleAsync(HttpContext context, HandWrittenHandler handler)
    {
        using var buffer = new MemoryStream((int)(context.Request.ContentLength ?? 256));
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var body = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, body, expected);
        if (Convert.FromHexString(context.Request.Headers["x-magento-signature"].ToString(), given, out _, out _) != System.Buffers.OperationStatus.Done || !CryptographicOperations.FixedTimeEquals(given, expected))
            return TypedResults.Unauthorized();
        if (JsonSerializer.Deserialize(body, HandWrittenJson.Default.HandWrittenEvent) is not { Type: "be-observer.catalog_product_create", Data: { } product } received)
            return TypedResults.BadRequest();
        if (product.Sku is not { Length: <= 64 } || product.Name is null || product.Price < 0)
            return TypedResults.BadRequest();
        var id = context.Request.Headers["webhook-id"].ToString();
        if (_writer is null)
            return Answer(received.Type, await handler.HandleAsync(product));
        if (!_running.TryAdd(id, true))
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
        try
        {
            if (await Task.Run(() => WasHandled(id)))
                return Answer(received.Type, "handled before");
            var message = await handler.HandleAsync(product);
            var until = TimeProvider.System.GetUtcNow().AddMinutes(10).ToUnixTimeMilliseconds();
            await _writer.RunAsync(_ => _insert!.Run(id, until));
            return Answer(received.Type, message);
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }

    private static JsonHttpResult<HandWrittenAnswer> Answer(string type, string message) =>
        TypedResults.Json(new HandWrittenAnswer(type, new HandWrittenResponse(true, message)), HandWrittenJson.Default.HandWrittenAnswer);

    private bool WasHandled(string id)
    {
        using var connection = new SqliteConnection(_reading);
        connection.Open();
        using var statement = new Statement(connection, "SELECT 1 FROM handled WHERE id = $1 AND until > $2", 2);
        using var reader = statement.Query(id, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        return reader.Read();
    }
}

/// <summary>The handler behind the hand-written route.</summary>
internal sealed class HandWrittenHandler
{
    private readonly string _answer = "Product created";

    public Task<string> HandleAsync(HandWrittenProduct product) => Task.FromResult(_answer);
}

internal sealed record HandWrittenEvent(string Type, HandWrittenProduct Data);

internal sealed record HandWrittenProduct(string Sku, string Name, decimal? Price, string? Description);

internal sealed record HandWrittenAnswer(string Type, HandWrittenResponse Response);

internal sealed record HandWrittenResponse(bool Success, string Message);

internal sealed record HandedIn(HandedInData Data);

internal sealed record HandedInData(string Uid, string Event, JsonElement Value);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HandWrittenEvent))]
[JsonSerializable(typeof(HandWrittenAnswer))]
[JsonSerializable(typeof(HandedIn))]
internal sealed partial class HandWrittenJson : JsonSerializerContext;
