using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Declarative.Consumers;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace Declarative.Tests.Consumers;

public sealed class SqliteIngestionTests : IngestionTests<SqliteFixture>;

public sealed class PostgreSqlIngestionTests : IngestionTests<PostgreSqlFixture>;

/// <summary>Events that are handed in over HTTP.</summary>
public abstract class IngestionTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private const string Path = "/webhook/ingestion";
    private const string Event = "be-observer.catalog_product_create";
    private const string Body = """{"data":{"uid":"event_uid_1","event":"be-observer.catalog_product_create","value":{"sku":"PRODUCT_SKU"}}}""";

    [Fact]
    public async Task An_event_is_published_and_answered_as_the_starter_kit_does()
    {
        await using var host = await StartAsync();
        var (status, body) = await host.PostAsync(Body, path: Path);
        status.ShouldBe(200);
        body.ToString().ShouldBe("""{"type":"be-observer.catalog_product_create","response":{"success":true,"message":"Event published successfully"}}""");
        Stored(host).ShouldBe(1);
    }

    [Fact]
    public async Task A_repeat_gets_the_same_answer_and_makes_no_second_event()
    {
        await using var host = await StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => host.PostAsync(Body, path: Path)));
        answers.Select(static answer => (answer.Status, answer.Body.ToString())).Distinct().ShouldHaveSingleItem().Status.ShouldBe(200);
        Stored(host).ShouldBe(1);
    }

    [Fact]
    public async Task Another_event_with_the_same_uid_is_409()
    {
        await using var host = await StartAsync();
        await host.PostAsync(Body, path: Path);
        (await host.PostAsync(Body.Replace("PRODUCT_SKU", "OTHER", StringComparison.Ordinal), path: Path)).Status.ShouldBe(409);
    }

    [Theory]
    [InlineData("{}", "data.uid, data.event, data.value")]
    [InlineData("""{"data":{"uid":"1"}}""", "data.event, data.value")]
    [InlineData("""{"data":{"event":"x","value":{}}}""", "data.uid.")]
    [InlineData("""{"data":{"uid":"1","event":"x","value":null}}""", "data.value.")]
    [InlineData("""{"data":{"uid":"","event":"","value":{}}}""", "data.uid, data.event.")]
    [InlineData("""{"data":[]}""", "data.uid, data.event, data.value")]
    public async Task All_that_is_missing_is_named_in_one_400(string json, string missing)
    {
        await using var host = await StartAsync();
        var (status, body) = await host.PostAsync(json, path: Path);
        status.ShouldBe(400);
        body.GetProperty("error").GetString()!.ShouldContain("missing: " + missing);
    }

    [Fact]
    public async Task After_a_day_a_uid_may_be_used_again()
    {
        var time = new TestClock();
        await using var host = await StartAsync(time: time);
        await host.PostAsync(Body, path: Path);
        time.Advance(TimeSpan.FromHours(23.9));
        await host.PostAsync(Body, path: Path);
        Stored(host).ShouldBe(1);
        time.Advance(TimeSpan.FromHours(0.2));
        (await host.PostAsync(Body, path: Path)).Status.ShouldBe(200);
        Stored(host).ShouldBe(2);
    }

    /// <summary>What the application itself resolves or decorates, no caller can raise.</summary>
    [Fact]
    public async Task Events_of_a_service_can_not_be_handed_in()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(static module =>
        {
            module.AddEvent<Handled, string>("sales.order.created", "etc/async_events.xml", "Get", [], [], static (_, _) => throw new InvalidOperationException("never called"));
            module.AddIngestion(new IngestionDescriptor(Path, "none", ProductConsumer.File));
        });
        var (status, body) = await host.PostAsync("""{"data":{"uid":"1","event":"sales.order.created","value":{}}}""", path: Path);
        status.ShouldBe(400);
        body.GetProperty("error").GetString()!.ShouldContain("its payload comes from a service of this application");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"data":{"uid":{},"event":"x","value":{}}}""")]
    [InlineData("""{"data":{"uid":"1","event":"unknown","value":{}}}""")]
    [InlineData("""{"data":{"uid":"1","event":"be-observer.catalog_product_create","value":{"a":1,"a":2}}}""")]
    public async Task What_can_not_be_published_is_400(string json)
    {
        await using var host = await StartAsync();
        var (status, body) = await host.PostAsync(json, path: Path);
        status.ShouldBe(400, body.ToString());
        Stored(host).ShouldBe(0);
    }

    [Fact]
    public async Task Size_and_depth_are_limited()
    {
        await using var host = await StartAsync(configuration: new() { ["Declarative:Consumers:MaxBodyBytes"] = "2000" });
        (await host.PostAsync(Body.Replace("PRODUCT_SKU", new string('x', 2000), StringComparison.Ordinal), path: Path)).Status.ShouldBe(413);
        (await host.PostAsync(Body.Replace("\"PRODUCT_SKU\"", new string('[', 70) + new string(']', 70), StringComparison.Ordinal), path: Path)).Status.ShouldBe(400);
    }

    [Fact]
    public async Task With_hmac_only_who_knows_the_secret_may_hand_in()
    {
        await using var host = await StartAsync(new IngestionDescriptor(Path, "hmac", ProductConsumer.File) { Secret = "Erp:IngestionSecret", Header = "x-erp-signature" }, new() { ["Erp:IngestionSecret"] = "s3cret" });
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("s3cret"), Encoding.UTF8.GetBytes(Body)));
        (await host.PostAsync(Body, path: Path, headers: [("x-erp-signature", signature)])).Status.ShouldBe(200);
        foreach (var headers in new (string, string)[][] { [], [("x-erp-signature", new string('0', 64))], [("x-magento-signature", signature)] })
        {
            var (status, body) = await host.PostAsync(Body.Replace("uid_1", "uid_2", StringComparison.Ordinal), path: Path, headers: headers);
            status.ShouldBe(401);
            body.ToString().ShouldBe("""{"error":"The caller may not hand in events here."}""");
        }

        host.Log.All.Count(line => line.Contains("The ingestion at ", StringComparison.Ordinal) && line.Contains(" refused a request from ", StringComparison.Ordinal)).ShouldBe(3);

        Stored(host).ShouldBe(1);
    }

    [Fact]
    public async Task With_bearer_a_caller_needs_the_resource()
    {
        await using var host = await StartAsync(new IngestionDescriptor(Path, "bearer", ProductConsumer.File) { Resource = "BackOffice::ingest" });
        (await host.PostAsync(Body, path: Path, headers: [("X-Caller", "BackOffice::ingest")])).Status.ShouldBe(200);
        foreach (var headers in new (string, string)[][] { [], [("X-Caller", "BackOffice::other")], [("Authorization", "Bearer 0123456789abcdefghijklmnopqrstuv")] })
            (await host.PostAsync(Body, path: Path, headers: headers)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_class_of_the_host_decides()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(static module =>
        {
            module.AddPayloadEvent<JsonElement>(Event, "etc/async_events.xml", []);
            module.AddIngestion<OnlyMondays>(new IngestionDescriptor(Path, "BackOffice.OnlyMondays", ProductConsumer.File));
        });
        (await host.PostAsync(Body, path: Path)).Status.ShouldBe(401);
        (await host.PostAsync(Body, path: Path, headers: [("x-day", "monday")])).Status.ShouldBe(200);
        (await host.PostAsync(Body, path: Path, headers: [("x-day", "boom")])).Status.ShouldBe(500);
    }

    private static Task<ConsumerHost> StartAsync(IngestionDescriptor? ingestion = null, Dictionary<string, string?>? configuration = null, TimeProvider? time = null) => ConsumerHost.StartAsync<TStore>(
        module =>
        {
            module.AddPayloadEvent<JsonElement>(Event, "etc/async_events.xml", []);
            module.AddResource("BackOffice::ingest", "etc/acl.xml", title: "Hand in events");
            module.AddIngestion(ingestion ?? new IngestionDescriptor(Path, "none", ProductConsumer.File));
        },
        configuration: new(configuration ?? []) { ["Declarative:Delivery:AllowedNetworks:0"] = "127.0.0.0/8" },
        time: time);

    /// <summary>Messages that were stored; they stay until their retention is over.</summary>
    private static long Stored(ConsumerHost host) => host.Store.Scalar("SELECT count(*) FROM message");

    private sealed class OnlyMondays : IIngestionAuthenticator
    {
        public ValueTask<bool> IsAllowedAsync(HttpRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
            request.Headers["x-day"] == "boom" ? throw new InvalidOperationException("boom") : ValueTask.FromResult(request.Headers["x-day"] == "monday");
    }
}
