using System.Text.Json;
using Declarative.Consumers;
using Declarative.Modules;
using Declarative.Subscriptions;
using Declarative.Tests.Consumers;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Modules;

public sealed class SqliteInfoTests : InfoTests<SqliteFixture>;

public sealed class PostgreSqlInfoTests : InfoTests<PostgreSqlFixture>;

/// <summary>What a host says of itself.</summary>
public abstract class InfoTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private const string Secret = "s3cret-of-the-erp";

    [Fact]
    public async Task A_host_tells_what_it_is_and_declares_and_no_secret()
    {
        await using var host = await ShopHost.StartAsync<TStore>(new() { ["Declarative:Destinations:erp:Url"] = "http://127.0.0.1/in?key=" + Secret, ["Declarative:Destinations:erp:Secret"] = Secret, ["Erp:Secret"] = Secret }, static services => services.AddSingleton(new Handled()), Declare);

        var text = await host.Rest.OkAsync("GET", "/rest/V1/declarative/info", caller: "Declarative_Runtime::info");

        text.ShouldNotContain(Secret);
        text.ShouldNotContain("Erp:Secret");
        text.ShouldNotContain("127.0.0.1");
        var info = JsonDocument.Parse(text).RootElement;
        info.GetProperty("version").GetString()!.ShouldMatch(@"^\d+\.\d+\.\d+");
        info.GetProperty("application").GetString().ShouldBe(typeof(InfoTests<>).Assembly.GetName().Name);
        info.GetProperty("application_version").GetString()!.ShouldMatch(@"^\d+\.\d+\.\d+$");
        info.GetProperty("modules").EnumerateArray().Select(static one => one.GetString()).ShouldBe(["Declarative_Runtime", "Shop_Sales"]);
        info.GetProperty("consumers").GetRawText().ShouldBe(
            """[{"name":"product","path":"/consumers/product","signature":"standard-webhooks","events":[{"name":"a.saved","handler":"BackOffice.ProductCreated","is_written":true},{"name":"b.saved","handler":"BackOffice.ProductMoved","is_written":false}]}]""");
        info.GetProperty("ingestions").GetRawText().ShouldBe("""[{"path":"/webhook/ingestion","authentication":"hmac"},{"path":"/webhook/till","authentication":"bearer","resource":"Shop_Sales::orders"}]""");
        info.GetProperty("subscriptions").GetRawText().ShouldBe("""[{"name":"observer.sales.large","parent":"sales.order.created","destination":"erp","declared_in":"module Shop_Sales, etc/io_events.xml"}]""");
    }

    [Fact]
    public async Task Only_who_may_is_told()
    {
        await using var host = await ShopHost.StartAsync<TStore>();

        await host.Rest.ErrorAsync(401, "GET", "/rest/V1/declarative/info");
        await host.Rest.ErrorAsync(401, "GET", "/rest/V1/declarative/info", caller: "Declarative_Runtime::modules");
    }

    private static void Declare(ModuleManifest module)
    {
        module.AddConsumer(new ConsumerDescriptor(ProductConsumer.Name, ProductConsumer.File) { Path = ProductConsumer.Path, Signature = "standard-webhooks", Secret = "Erp:Secret" });
        module.AddEventHandler<ProductCreated, ProductPayload>(new(ProductConsumer.Name, "a.saved", "BackOffice.ProductCreated", ProductConsumer.File), ProductPayload.Shape);
        module.AddHandlerStub<ProductRef>(new(ProductConsumer.Name, "b.saved", "BackOffice.ProductMoved", ProductConsumer.File));
        module.AddIngestion(new IngestionDescriptor("/webhook/ingestion", "hmac", ProductConsumer.File) { Secret = "Erp:Secret" });
        module.AddIngestion(new IngestionDescriptor("/webhook/till", "bearer", ProductConsumer.File) { Resource = "Shop_Sales::orders" });
        module.AddSubscription(new SubscriptionDescriptor("observer.sales.large", "etc/io_events.xml") { Parent = "sales.order.created", Destination = "erp", Fields = [new SubscriptionField("*")] });
    }
}
