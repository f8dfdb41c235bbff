using System.Diagnostics;
using Declarative.Acl;
using Declarative.Benchmarks.Measuring;
using Declarative.Modules;

namespace Declarative.Benchmarks.Http;

/// <summary>What a declared route costs beside one written by hand, what its authorization adds, and how soon many of them answer.</summary>
internal static class HttpSuite
{
    private const int Requests = 8_000;
    private const int Calls = 20_000;
    private const int Routes = 1_000;
    private const string Resource = "Shop_Sales::orders";
    private const string Password = "benchmark-password";

    private const string Body = """{"order":{"id":42,"increment_id":"000000042","currency":"EUR","grand_total":71.40,"lines":[{"sku":"teapot","quantity":1,"price":24.90},{"sku":"cup","quantity":6,"price":7.75}]}}""";

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var declared = await RestHost.StartAsync(Declare);
        await using var byHand = await RestHost.StartAsync(_ => { }, MapByHand);
        var get = RawClient.Get("/rest/V1/orders/42?currency=EUR");
        var post = RawClient.Post("/rest/V1/orders", Body);
        var gets = Compare(declared, byHand, get);
        var posts = Compare(declared, byHand, post);
        var authorization = await AuthorizationAsync();
        var signed = await SignedSuite.RunAsync();
        var start = Rounds.Compare(() => Start(DeclareMany, null), () => Start(_ => { }, MapMany), rounds: 15, warmUp: 5);
        var consumers = await ConsumerSuite.RunAsync();
        return
        [
            Figure.RatioAtLeast(0.9, "GET /V1/orders/:id (yardstick: minimal API)", "1/s", gets),
            Figure.RatioAtLeast(0.9, "POST /V1/orders (yardstick: minimal API)", "1/s", posts),
            Figure.AtMost(5, "authorization of a bearer token", authorization, "µs"),
            signed,
            Figure.RatioAtMost(1.3, $"start to first answer with {Routes:#,0} routes (yardstick: mapped by hand)", "ms", start),
            .. consumers,
        ];
    }

    private static void Declare(ModuleManifest module)
    {
        module.AddRoute<OrderService, SalesOrder>(
            "GET",
            "/V1/orders/:id",
            "etc/webapi.xml",
            "Get",
            [new("id", typeof(int)), new("currency", typeof(string))],
            ["anonymous"],
            static (service, call) => call.Answer(service.Get(call.Argument<int>(0), call.Argument<string>(1))));
        module.AddRoute<OrderService, SalesOrder>(
            "POST",
            "/V1/orders",
            "etc/webapi.xml",
            "Save",
            [new("order", typeof(SalesOrder))],
            ["anonymous"],
            static (service, call) => call.Answer(service.Save(call.Argument<SalesOrder>(0))));
    }

    private static void MapByHand(IEndpointRouteBuilder app)
    {
        app.MapGet("/rest/V1/orders/{id}", (int id, string currency, OrderService service) => service.Get(id, currency));
        app.MapPost("/rest/V1/orders", (SaveOrder body, OrderService service) => service.Save(body.Order));
    }

    private static Comparison Compare(RestHost declared, RestHost byHand, byte[] request) => Rounds.Compare(
        () => RawClient.Rate(declared.Address, request, Requests),
        () => RawClient.Rate(byHand.Address, request, Requests),
        rounds: 21,
        warmUp: 5);

    /// <summary>The same route with a resource and a token, and without: the difference on one thread, without a network.</summary>
    private static async Task<double> AuthorizationAsync()
    {
        await using var host = await RestHost.StartAsync(
            module =>
            {
                module.AddResource(Resource, "etc/acl.xml", title: "Orders");
                Add(module, "/V1/open", "anonymous");
                Add(module, "/V1/closed", Resource);
            },
            configure: builder =>
            {
                builder.Configuration["Declarative:Admin:Username"] = "admin";
                builder.Configuration["Declarative:Admin:Password"] = Password;
            });
        var token = await host.Services.GetRequiredService<IAdminTokenService>().CreateAdminAccessTokenAsync("admin", Password, CancellationToken.None);
        var (open, closed) = (host.Endpoint("GET /V1/open"), host.Endpoint("GET /V1/closed"));
        var compared = Rounds.Compare(() => Microseconds(host, closed, "Bearer " + token), () => Microseconds(host, open, null), rounds: 41, warmUp: 20);
        return compared.Subject - compared.Yardstick;
    }

    private static void Add(ModuleManifest module, string url, string resource) => module.AddRoute<OrderService, int>(
        "GET", url, "etc/webapi.xml", "Get", [], [resource], static (service, call) => call.Answer(1));

    private static double Microseconds(RestHost host, RequestDelegate endpoint, string? authorization)
    {
        var start = Stopwatch.GetTimestamp();
        for (var call = 0; call < Calls / 10; call++)
        {
            using var scope = host.Services.CreateScope();
            var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
            context.Request.Method = "GET";
            if (authorization is not null)
                context.Request.Headers.Authorization = authorization;
            endpoint(context).GetAwaiter().GetResult();
            if (context.Response.StatusCode != 200)
                throw new InvalidOperationException($"It answered {context.Response.StatusCode}.");
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / (Calls / 10);
    }

    private static void DeclareMany(ModuleManifest module)
    {
        for (var number = 0; number < Routes; number++)
        {
            module.AddRoute<OrderService, SalesOrder>(
                "GET",
                $"/V1/things{number}/:id",
                "etc/webapi.xml",
                "Get",
                [new("id", typeof(int))],
                ["anonymous"],
                static (service, call) => call.Answer(service.Get(call.Argument<int>(0), "EUR")));
        }
    }

    private static void MapMany(WebApplication app)
    {
        var options = app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;
        Task Answer(HttpContext context)
        {
            var service = context.RequestServices.GetRequiredService<OrderService>();
            return context.Response.WriteAsJsonAsync(service.Get(int.Parse((string)context.Request.RouteValues["id"]!), "EUR"), options);
        }

        for (var number = 0; number < Routes; number++)
        {
            app.MapMethods($"/rest/V1/things{number}/{{id}}", ["GET"], Answer);
            app.MapMethods($"/rest/{{store}}/V1/things{number}/{{id}}", ["GET"], Answer);
        }
    }

    private static double Start(Action<ModuleManifest> declare, Action<WebApplication>? map)
    {
        GC.Collect();
        var start = Stopwatch.GetTimestamp();
        var host = RestHost.StartAsync(declare, map).GetAwaiter().GetResult();
        RawClient.Rate(host.Address, RawClient.Get("/rest/V1/things500/42"), 8);
        var elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        host.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return elapsed;
    }
}
