using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Declarative.Delivery;
using Declarative.EndToEnd.Tests.Harness;
using Declarative.Events;
using Declarative.Modules;
using Declarative.Subscriptions;
using Declarative.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.EndToEnd.Tests;

/// <summary>What programs of others make of the AsyncAPI documents and JSON Schemas: they accept them, and deliveries are as they say.</summary>
public sealed class AsyncApiTests
{
    private const string Password = "brew-it-strong";

    private static bool IsRequired => Environment.GetEnvironmentVariable("CI") == "true";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_samples_documents_are_accepted_and_what_the_Shop_delivers_is_as_they_say()
    {
        using var folder = await InstallAsync();
        using var sink = new HttpSink();
        using var office = await RunningHost.StartAsync("samples/BackOffice", new(StringComparer.Ordinal));
        using var shop = await RunningHost.StartAsync("samples/Shop", new(StringComparer.Ordinal)
        {
            ["Declarative__Admin__Username"] = "admin",
            ["Declarative__Admin__Password"] = Password,
        });
        using var http = new HttpClient { BaseAddress = new Uri(shop.Url) };
        var token = await PostAsync(http, "/rest/V1/integration/admin/token", new { username = "admin", password = Password });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetString());
        string[] events = ["catalog.product.saved", "catalog.product.deleted", "catalog.stock.updated", "customer.saved", "sales.order.created"];
        foreach (var name in events)
            await PostAsync(http, "/rest/V1/async_event", new { asyncEvent = new { event_name = name, recipient_url = sink.Url, verification_token = "a-token-of-this-test", metadata = "http" } });

        await OkAsync(await http.PutAsJsonAsync("/rest/V1/products/mug", new { product = new { name = "Mug", price = 8.50m } }, Cancellation));
        await OkAsync(await http.PutAsJsonAsync("/rest/V1/products/mug/stock", new { quantity = 3 }, Cancellation));
        await PostAsync(http, "/rest/V1/customers", new { customer = new { email = "ada@example.com", firstName = "Ada", lastName = "Lovelace" }, password = "difference engine" });
        using var ada = new HttpClient { BaseAddress = new Uri(shop.Url) };
        var adas = await PostAsync(http, "/rest/V1/integration/customer/token", new { username = "ada@example.com", password = "difference engine" });
        ada.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", adas.GetString());
        await PostAsync(ada, "/rest/V1/orders/mine", new { lines = new[] { new { sku = "mug" } } });
        await Eventually.True(() => events.Where(static name => name != "catalog.product.deleted").All(name => sink.Requests.Any(one => one.Headers["x-event-name"] == name)));
        await OkAsync(await http.DeleteAsync("/rest/V1/products/mug", Cancellation));
        await Eventually.True(() => events.All(name => sink.Requests.Any(one => one.Headers["x-event-name"] == name)));

        var documents = new List<string> { await http.GetStringAsync("/rest/asyncapi.json", Cancellation) };
        var schemas = new JsonArray();
        foreach (var name in (await http.GetFromJsonAsync<JsonArray>("/rest/V1/declarative/events", Cancellation))!.Select(static one => (string)one!["name"]!))
        {
            var info = (await http.GetFromJsonAsync<JsonObject>($"/rest/V1/declarative/events/{name}?depth=9", Cancellation))!;
            schemas.Add(new JsonObject { ["text"] = await http.GetStringAsync((string)info["schema_url"]!, Cancellation), ["sample"] = info["sample"]?.DeepClone() });
        }

        using (var its = new HttpClient { BaseAddress = new Uri(office.Url) })
            documents.Add(await its.GetStringAsync("/rest/asyncapi.json", Cancellation));
        schemas.Count.ShouldBeGreaterThanOrEqualTo(events.Length);
        await AcceptedAsync(folder, documents, schemas, [.. sink.Requests.Select(static one => (one, "data"))]);
    }

    [Fact]
    public async Task Every_form_of_a_delivery_is_as_its_message_says()
    {
        using var folder = await InstallAsync();
        using var sink = new HttpSink();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("Declarative:Delivery:AllowedNetworks:0", "127.0.0.0/8")]);
        DeclarativeHost.Add(builder, [Trees], declarative => declarative.UseSqlite("Data Source=" + folder["trees.db"]));
        await using var app = builder.Build();
        DeclarativeHost.Map(app);
        await app.StartAsync(Cancellation);
        var subscriptions = app.Services.GetRequiredService<ISubscriptionStore>();
        foreach (var format in Enum.GetValues<DeliveryFormat>())
            await subscriptions.CreateAsync(new NewSubscription { EventName = "tree.grown", Recipient = $"{sink.Url}/{format}", VerificationToken = "a-token-of-this-test", Format = format }, Cancellation);

        var root = new Tree(7, "Oak", Season.Autumn, Girth: 1.25m, DateTimeOffset.UnixEpoch, new(StringComparer.Ordinal) { ["left"] = new Tree(8, null, Season.Spring, null, DateTimeOffset.UnixEpoch, null, [], []) }, ["a", "b"], [new Nest(2), new Hollow("deep")]);
        await app.Services.GetRequiredService<EventQueue>().PublishAsync("tree.grown", root, null, Cancellation);
        await Eventually.True(() => sink.Requests.Count == 4);

        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var schema = new JsonObject { ["text"] = await http.GetStringAsync("/rest/schemas/tree.grown.json", Cancellation), ["sample"] = app.Services.GetRequiredService<EventCatalog>().Describe("tree.grown", 9).Sample?.DeepClone() };
        await AcceptedAsync(folder, [await http.GetStringAsync("/rest/asyncapi.json", Cancellation)], [schema], [.. sink.Requests.Select(static one => (one, one.Path switch
        {
            "/Standard" => "standard",
            "/CloudEvents" => "cloudevents",
            "/CloudEventsBinary" => "cloudevents-binary",
            _ => "data",
        }))]);
    }

    private enum Season
    {
        Spring,
        Autumn,
    }

    [JsonDerivedType(typeof(Nest), "nest")]
    [JsonDerivedType(typeof(Hollow), "hollow")]
    private abstract record Home;

    private sealed record Nest(int Eggs) : Home;

    private sealed record Hollow(string Depth) : Home;

    private sealed record Tree(int Id, string? Name, [property: JsonConverter(typeof(JsonStringEnumConverter<Season>))] Season Season, decimal? Girth, DateTimeOffset PlantedAt, Dictionary<string, Tree>? Branches, List<string> Birds, Home[] Homes);

    private static ModuleManifest Trees()
    {
        var module = new ModuleManifest("Trees", ModuleManifest.CurrentFormatVersion, "Trees", "0.1.0");
        module.AddPayloadEvent<Tree>("tree.grown", "etc/async_events.xml", []);
        return module;
    }

    private static async Task<Scratch> InstallAsync()
    {
        if (!IsRequired)
        {
            Tool.Require("node");
            Tool.Require("npm");
        }

        var folder = new Scratch();
        await NodeClients.InstallAsync(folder, IsRequired, "asyncapi.mjs", "asyncapi");
        return folder;
    }

    private static async Task AcceptedAsync(Scratch folder, List<string> documents, JsonArray schemas, IReadOnlyList<(SunkRequest Request, string Form)> deliveries)
    {
        var input = new JsonObject
        {
            ["documents"] = new JsonArray([.. documents.Select(static one => JsonValue.Create(one))]),
            ["schemas"] = schemas,
            ["deliveries"] = new JsonArray([.. deliveries.Select(static one => new JsonObject
            {
                ["document"] = 0,
                ["message"] = $"{one.Request.Headers["x-event-name"]}.{one.Form}",
                ["schema"] = $"/rest/schemas/{one.Request.Headers["x-event-name"]}.json",
                ["headers"] = new JsonObject(one.Request.Headers.Select(static header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
                ["body"] = JsonNode.Parse(one.Request.Body),
            })]),
        };
        await File.WriteAllTextAsync(folder["input.json"], input.ToJsonString(), Cancellation);
        var node = await Run.ToEndAsync(folder.Path, "node", ["asyncapi.mjs"]);
        node.ShouldSucceed();
        node.Output.Trim().ShouldBe($"ok {documents.Count} {schemas.Count} {deliveries.Count}");
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body) =>
        JsonDocument.Parse(await OkAsync(await http.PostAsJsonAsync(path, body, Cancellation))).RootElement;

    private static async Task<string> OkAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(Cancellation);
            response.IsSuccessStatusCode.ShouldBeTrue(text);
            return text;
        }
    }
}
