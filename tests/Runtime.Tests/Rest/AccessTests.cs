using Declarative.Modules;
using Declarative.Rest;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Rest;

public sealed class SqliteAccessTests : AccessTests<SqliteFixture>;

public sealed class PostgreSqlAccessTests : AccessTests<PostgreSqlFixture>;

/// <summary>Who may call a route, and what everybody else gets.</summary>
public abstract class AccessTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private static Task<RestHost> StartAsync(Action<WebApplicationBuilder>? configure = null, bool hasMiddleware = true) => RestHost.StartAsync<TStore>(
        Declare,
        builder =>
        {
            builder.Services.AddSingleton<Echo>();
            configure?.Invoke(builder);
        },
        hasMiddleware: hasMiddleware);

    private static void Declare(ModuleManifest module)
    {
        module.AddResource("Magento_Backend::all", "etc/acl.xml", title: "Everything");
        module.AddResource("Shop_Sales::orders", "etc/acl.xml", title: "Orders");
        module.AddResource("Shop_Sales::cancel", "etc/acl.xml", title: "Cancel");
        module.Get("/V1/open", [], _ => ["open"], ["anonymous"]);
        module.Get("/V1/open-besides", [], _ => ["open"], ["Shop_Sales::orders", "anonymous"]);
        module.Get("/V1/orders", [], _ => ["orders"], ["Shop_Sales::orders"]);
        module.Get("/V1/orders/cancel", [], _ => ["cancel"], ["Shop_Sales::orders", "Shop_Sales::cancel"]);
        module.Get("/V1/me", [new("customerId", typeof(int))], call => [call.Argument<int>(0)], ["self"], data: [new("customerId", "%customer_id%", true)]);
        module.Get("/V1/maybe", [new("customerId", typeof(int), false)], call => [call.Argument<int>(0)], ["anonymous"], data: [new("customerId", "%customer_id%", true)]);
        module.Get("/V1/undeclared", [], _ => ["undeclared"], ["Shop_Sales::typo"]);
    }

    [Theory]
    [InlineData("/V1/open", null, 200)]
    [InlineData("/V1/open-besides", null, 200)]
    [InlineData("/V1/orders", null, 401)]
    [InlineData("/V1/orders", "Shop_Sales::cancel", 401)]
    [InlineData("/V1/orders", "Shop_Sales::orders", 200)]
    [InlineData("/V1/orders", "customer=7", 401)]
    [InlineData("/V1/orders/cancel", "Shop_Sales::orders", 401)]
    [InlineData("/V1/orders/cancel", "Shop_Sales::orders,Shop_Sales::cancel", 200)]
    [InlineData("/V1/orders/cancel", "Magento_Backend::all", 200)]
    [InlineData("/V1/maybe", null, 200)]
    [InlineData("/V1/me", null, 401)]
    [InlineData("/V1/me", "Magento_Backend::all", 401)]
    [InlineData("/V1/me", "customer=7", 200)]
    [InlineData("/V1/undeclared", "Shop_Sales::typo", 401)]
    [InlineData("/V1/undeclared", "Magento_Backend::all", 200)]
    public async Task A_route_lets_in_exactly_whom_its_resources_let_in(string url, string? caller, int status)
    {
        await using var host = await StartAsync();

        (await host.SendAsync("GET", "/rest" + url, caller: caller)).Status.ShouldBe(status);
        (await host.SendAsync("GET", "/rest/default" + url, caller: caller)).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Shop_Sales::orders")]
    public async Task Denied_and_anonymous_get_the_same_401(string? caller)
    {
        await using var host = await StartAsync();

        using var response = await host.RespondAsync("GET", "/rest/V1/orders/cancel", caller: caller);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"message":"The caller is not allowed to use %resources.","parameters":{"resources":"Shop_Sales::orders, Shop_Sales::cancel"}}""");
        response.Headers.WwwAuthenticate.Single().Scheme.ShouldBe("Bearer");
    }

    [Fact]
    public async Task A_denied_call_reaches_no_service()
    {
        var calls = 0;
        await using var host = await RestHost.StartAsync<TStore>(Declare, builder => builder.Services.AddScoped(_ =>
        {
            calls++;
            return new Echo();
        }));

        await host.ErrorAsync(401, "GET", "/rest/V1/orders");
        calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_host_without_authorization_middleware_lets_nobody_in_by_that()
    {
        await using var host = await StartAsync(hasMiddleware: false);

        await host.ErrorAsync(401, "GET", "/rest/V1/orders");
        (await host.SendAsync("GET", "/rest/V1/open")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_hosts_fallback_policy_leaves_anonymous_routes_open()
    {
        await using var host = await StartAsync(builder => builder.Services.Configure<AuthorizationOptions>(options => options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));

        (await host.SendAsync("GET", "/rest/V1/open")).Status.ShouldBe(200);
        (await host.SendAsync("GET", "/rest/V1/orders")).Status.ShouldBe(401);
        (await host.SendAsync("GET", "/rest/V1/orders", caller: "Shop_Sales::orders")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Our_tokens_work_beside_a_hosts_own_scheme_and_fallback_policy(bool hasFallback)
    {
        await using var host = await StartAsync(builder =>
        {
            builder.Configuration["Declarative:Admin:Username"] = "admin";
            builder.Configuration["Declarative:Admin:Password"] = "for-a-test-only";
            if (hasFallback)
                builder.Services.Configure<AuthorizationOptions>(options => options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        });
        var token = (await host.OkAsync("POST", "/rest/V1/integration/admin/token", """{"username":"admin","password":"for-a-test-only"}""")).Trim('"');

        using var request = new HttpRequestMessage(HttpMethod.Get, "/rest/V1/orders");
        request.Headers.Authorization = new("Bearer", token);
        using var response = await host.Client.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(200);
        (await host.ErrorAsync(401, "GET", "/rest/V1/orders")).GetProperty("parameters").GetProperty("resources").GetString().ShouldBe("Shop_Sales::orders");
    }

    [Fact]
    public async Task A_customer_is_who_the_authenticated_identity_says()
    {
        var stranger = new System.Security.Claims.ClaimsIdentity([new System.Security.Claims.Claim(Declarative.Acl.CallerClaims.Customer, "666")]);
        var customer = new System.Security.Claims.ClaimsIdentity([new System.Security.Claims.Claim(Declarative.Acl.CallerClaims.Customer, "7")], "Test");
        await using var host = await RestHost.StartAsync<TStore>(Declare, builder => builder.Services.AddSingleton<Echo>(), app => app.Use((context, next) =>
        {
            context.User = new System.Security.Claims.ClaimsPrincipal([stranger, customer]);
            return next(context);
        }));

        (await host.OkAsync("GET", "/rest/V1/me")).ShouldBe("\"7\"");
    }

    [Fact]
    public async Task A_host_can_add_conventions_to_all_routes_and_read_what_each_needs()
    {
        await using var host = await RestHost.StartAsync<TStore>(Declare, builder => builder.Services.AddSingleton<Echo>(), group: group => group.WithMetadata("marked"));

        var endpoints = host.Services.GetRequiredService<EndpointDataSource>().Endpoints;
        var orders = endpoints.Single(endpoint => endpoint.DisplayName == "GET /V1/orders");
        orders.Metadata.GetMetadata<string>().ShouldBe("marked");
        orders.Metadata.GetMetadata<RouteDescriptor>()!.Resources.ShouldBe(["Shop_Sales::orders"]);
        orders.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.IEndpointNameMetadata>()!.EndpointName.ShouldBe("GET /V1/orders");
        orders.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.ITagsMetadata>()!.Tags.ShouldBe(["Shop_Sales"]);
        orders.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.IProducesResponseTypeMetadata>()!.Type.ShouldBe(typeof(string));
    }
}
