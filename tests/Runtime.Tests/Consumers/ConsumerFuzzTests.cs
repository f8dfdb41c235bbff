using System.Text;
using Declarative.Consumers;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Consumers;

public sealed class SqliteConsumerFuzzTests : ConsumerFuzzTests<SqliteFixture>;

public sealed class PostgreSqlConsumerFuzzTests : ConsumerFuzzTests<PostgreSqlFixture>;

/// <summary>Bodies that nobody would write: none is a 500, none is handled that isn't as declared.</summary>
public abstract class ConsumerFuzzTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private static readonly string[] Seeds =
    [
        """{"type":"be-observer.catalog_product_create","data":{"sku":"A","price":10,"description":"x"}}""",
        """{"type":"observer.catalog_product_save_commit_after","data":{"key":"k","source":"s","_metadata":{},"value":{"sku":"A","created_at":"1","updated_at":"2"}}}""",
        """{"specversion":"1.0","id":"1","source":"urn:x","type":"be-observer.catalog_product_delete","time":"2026-01-01T00:00:00Z","datacontenttype":"application/json","data":{"sku":"A"}}""",
        """[{"specversion":"1.0","id":"1","source":"s","type":"be-observer.catalog_product_create","data_base64":"eyJza3UiOiJBIn0="}]""",
        """{"data":{"uid":"1","event":"be-observer.catalog_product_create","value":{"sku":"A"}}}""",
    ];

    private static readonly string[] ContentTypes = ["application/json", "application/cloudevents+json", "application/cloudevents-batch+json", "text/xml", "application/json; charset=utf-16"];

    private static readonly byte[][] Pieces = [.. new[] { "{", "}", "[", "]", "\"", ":", ",", "null", "1e999", "-", "\\u0000", "\\ud800", "\"type\":", "\"data\":", "\"value\":", "  ", "true" }.Select(Encoding.UTF8.GetBytes), [0xff, 0xfe], [0xc3], [0]];

    [Fact]
    public async Task No_body_is_a_500()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(static module =>
        {
            ProductConsumer.Declare(module);
            module.AddPayloadEvent<System.Text.Json.JsonElement>(ProductConsumer.Create, "etc/async_events.xml", []);
            module.AddIngestion(new IngestionDescriptor("/webhook/ingestion", "none", ProductConsumer.File));
        });
        var random = new Random(20261122);
        for (var round = 0; round < 2000; round++)
        {
            var body = Mutated(Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]), random);
            var path = random.Next(4) == 0 ? "/webhook/ingestion" : ProductConsumer.Path;
            (string, string)[] headers = random.Next(3) switch
            {
                0 => [("x-event-name", ProductConsumer.Create)],
                1 => [("ce-type", "%zz%"), ("ce-id", "\"1"), ("ce-source", "%ff"), ("ce-specversion", "1.0")],
                _ => [],
            };
            using var response = await host.RespondAsync(body, ContentTypes[random.Next(ContentTypes.Length)], path, headers);
            ((int)response.StatusCode).ShouldBeOneOf([200, 400], Encoding.UTF8.GetString(body));
        }
    }

    /// <summary>A body that never ends is cut at the limit, not gathered.</summary>
    [Fact]
    public async Task A_body_without_an_end_takes_no_more_memory_than_the_limit()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        using var content = new Endless();
        var before = GC.GetTotalAllocatedBytes();
        using var request = new HttpRequestMessage(HttpMethod.Post, ProductConsumer.Path) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        try
        {
            using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
            ((int)response.StatusCode).ShouldBe(413);
        }
        catch (HttpRequestException)
        {
            // The server closed the connection while we still wrote, so that its answer is lost.
        }

        (await host.SendAsync(ProductConsumer.Create, """{"sku":"A"}""")).Status.ShouldBe(200);
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(32 * 1024 * 1024);
    }

    /// <summary>Writes until the server has had enough.</summary>
    private sealed class Endless : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            var piece = new byte[64 * 1024];
            piece.AsSpan().Fill((byte)' ');
            try
            {
                for (var count = 0; count < 64 * 1024; count++)
                    await stream.WriteAsync(piece);
            }
            catch (IOException)
            {
                // That is what the test waits for.
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private static byte[] Mutated(byte[] body, Random random)
    {
        var bytes = body.ToList();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(4))
            {
                case 0 when bytes.Count > 0:
                    bytes.RemoveRange(at / 2, Math.Min(random.Next(1, 6), bytes.Count - (at / 2)));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.Skip(at / 2).Take(random.Next(30)).ToList());
                    break;
                default:
                    bytes.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }
}
