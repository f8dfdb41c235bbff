using Declarative.Benchmarks.Engine;
using Declarative.Modules;
using Microsoft.AspNetCore.Builder;

namespace Declarative.Benchmarks.Http;

/// <summary>A web application on a free port, with the engine in it like any host.</summary>
internal sealed class RestHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RestHost(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public IServiceProvider Services => _app.Services;

    /// <summary>The endpoint that answers a method and path of no parameters.</summary>
    public RequestDelegate Endpoint(string name) =>
        ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).Single(endpoint => endpoint.DisplayName == name).RequestDelegate!;

    public static async Task<RestHost> StartAsync(Action<ModuleManifest> declare, Action<WebApplication>? map = null, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<OrderService>();
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull;
        });
        configure?.Invoke(builder);
        DeclarativeHost.Add(
            builder,
            [
                () =>
                {
                    var module = new ModuleManifest("Shop_Sales", ModuleManifest.CurrentFormatVersion, "Shop.Sales", "0.1.0");
                    declare(module);
                    return module;
                },
            ],
            declarative => declarative.UseSqlite($"Data Source={Database.NewFile(removesOthers: false)}"));
        var app = builder.Build();
        map?.Invoke(app);
        DeclarativeHost.Map(app);
        await app.StartAsync();
        return new RestHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>What routes answer with.</summary>
internal sealed record SalesOrder(int Id, string IncrementId, string Currency, decimal GrandTotal, IReadOnlyList<SalesLine> Lines);

/// <summary>A line of it.</summary>
internal sealed record SalesLine(string Sku, int Quantity, decimal Price);

/// <summary>The body as the hand-written route takes it.</summary>
internal sealed record SaveOrder(SalesOrder Order);

/// <summary>The service behind the declared and the hand-written routes.</summary>
internal sealed class OrderService
{
    private int _saved;

    public SalesOrder Get(int id, string currency) => new(id, "000000042", currency, 71.40m, [new("teapot", 1, 24.90m), new("cup", 6 + (_saved & 0), 7.75m)]);

    public SalesOrder Save(SalesOrder order)
    {
        _saved++;
        return order;
    }
}
