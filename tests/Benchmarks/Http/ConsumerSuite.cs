using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Declarative.Benchmarks.Measuring;
using Declarative.Consumers;
using Declarative.Modules;

namespace Declarative.Benchmarks.Http;

/// <summary>What a declared consumer and an ingestion route cost beside hand-written ones that do the same.</summary>
internal static class ConsumerSuite
{
    private const int Requests = 8_000;
    private const string Secret = "fv38u07Wdh$R@mRd";
    private const string EventName = "be-observer.catalog_product_create";
    private const string File = "etc/event_consumers.xml";

    private static readonly string Body = $$$"""{"type":"{{{EventName}}}","data":{"sku":"24-MB01","name":"Joust Duffle Bag","price":34.50,"description":"Comfortable sporty duffel bag"}}""";

    public static async Task<IReadOnlyList<Figure>> RunAsync() =>
    [
        await ConsumerAsync(hasInbox: false),
        await ConsumerAsync(hasInbox: true),
        await IngestionAsync(),
    ];

    private static async Task<Figure> ConsumerAsync(bool hasInbox)
    {
        await using var declared = await RestHost.StartAsync(
            static module =>
            {
                module.AddConsumer(new ConsumerDescriptor("product", File) { Path = "/consumers/product", Signature = "x-magento-signature", Secret = "Erp:Secret" });
                module.AddEventHandler<EmptyHandler, ProductPayload>(new("product", EventName, "EmptyHandler", File), ProductPayload.Shape);
            },
            configure: builder =>
            {
                builder.Configuration["Erp:Secret"] = Secret;
                builder.Configuration["Declarative:Consumers:Inbox"] = hasInbox ? "true" : "false";
            });
        using var hand = new ConsumerYardstick(Secret, hasInbox);
        await using var byHand = await RestHost.StartAsync(static _ => { }, hand.Map, static builder => builder.Services.AddScoped<HandWrittenHandler>());
        var body = Encoding.UTF8.GetBytes(Body);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body));
        var next = 0;
        byte[][] New(string path) => [.. Enumerable.Range(0, Requests).Select(_ => RawClient.Post(path, Body, string.Create(CultureInfo.InvariantCulture, $"x-magento-signature: {signature}\r\nwebhook-id: msg_{next++}\r\n")))];

        // Durable writes are made together for those who wait at the same time.
        var connections = hasInbox ? 64 : 8;
        var compared = Rounds.Compare(
            () => RawClient.Rate(declared.Address, New("/consumers/product"), connections),
            () => RawClient.Rate(byHand.Address, New("/hand/product"), connections),
            rounds: 21,
            warmUp: 5);
        return Figure.RatioAtLeast(0.85, $"POST to a consumer, signed, inbox {(hasInbox ? "on" : "off")} (yardstick: minimal API)", "1/s", compared);
    }

    private static async Task<Figure> IngestionAsync()
    {
        await using var declared = await RestHost.StartAsync(
            static module =>
            {
                module.AddPayloadEvent<JsonElement>(EventName, "etc/async_events.xml", []);
                module.AddIngestion(new IngestionDescriptor("/webhook/ingestion", "hmac", File) { Secret = "Erp:Secret" });
            },
            configure: static builder =>
            {
                builder.Configuration["Erp:Secret"] = Secret;

                // What is handed in is measured, not what is done with it afterwards.
                builder.Configuration["Declarative:Eventing:Enabled"] = "false";
            });
        using var hand = new IngestionYardstick(Secret);
        await using var byHand = await RestHost.StartAsync(static _ => { }, hand.Map);
        var next = 0;
        byte[][] New(string path) => [.. Enumerable.Range(0, Requests).Select(_ =>
        {
            var body = string.Create(CultureInfo.InvariantCulture, $$$$"""{"data":{"uid":"uid_{{{{next++}}}}","event":"{{{{EventName}}}}","value":{"sku":"24-MB01","name":"Joust Duffle Bag","price":34.50,"description":"Comfortable sporty duffel bag"}}}""");
            return RawClient.Post(path, body, $"x-magento-signature: {Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body)))}\r\n");
        })];
        var compared = Rounds.Compare(
            () => RawClient.Rate(declared.Address, New("/webhook/ingestion"), 64),
            () => RawClient.Rate(byHand.Address, New("/hand/ingestion"), 64),
            rounds: 15,
            warmUp: 4);
        return Figure.RatioAtLeast(0.7, "POST to ingestion, durable (yardstick: minimal API that commits the same rows)", "1/s", compared);
    }

    /// <summary>As the generator writes it.</summary>
    internal sealed record ProductPayload
    {
        public required string Sku { get; init; }

        public required string Name { get; init; }

        public decimal? Price { get; init; }

        public string? Description { get; init; }

        public static PayloadShape<ProductPayload> Shape { get; } = new(
            [
                new("sku", FieldKind.String) { IsRequired = true, MaxLength = 64 },
                new("name", FieldKind.String) { IsRequired = true },
                new("price", FieldKind.Decimal) { Minimum = 0 },
                new("description", FieldKind.String),
            ],
            static values => new() { Sku = values.String(0)!, Name = values.String(1)!, Price = values.Decimal(2), Description = values.String(3) });
    }

    internal sealed class EmptyHandler : IEventHandler<ProductPayload>
    {
        private static readonly EventResult Done = EventResult.Success("Product created");

        public Task<EventResult> HandleAsync(ProductPayload payload, EventContext context, CancellationToken cancellationToken) => Task.FromResult(Done);
    }
}
