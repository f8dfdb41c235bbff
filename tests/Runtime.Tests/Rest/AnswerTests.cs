using Declarative.Modules;
using Declarative.Rest;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Rest;

/// <summary>What a caller gets: results by the originals' rules, and which of several routes it is.</summary>
public sealed class AnswerTests
{
    private static Task<RestHost> StartAsync(Action<ModuleManifest> declare) =>
        RestHost.StartAsync<SqliteFixture>(declare, builder => builder.Services.AddSingleton<Echo>());

    [Fact]
    public async Task Results_are_json_with_snake_case_names_and_without_nulls()
    {
        await using var host = await StartAsync(module =>
        {
            module.Result("/V1/object", new Order(42, "000000042", 12.5m));
            module.Result("/V1/list", new List<Order> { new(1, "1", 1m, "n") });
            module.Result("/V1/empty", Array.Empty<Order>());
            module.Result("/V1/bool", true);
            module.Result("/V1/number", 5);
            module.Result("/V1/text", "a\"b");
            module.Result("/V1/page", new SearchResults<int>([1], new SearchCriteria { PageSize = 1 }, 9));
            module.AddRoute<Echo>("DELETE", "/V1/void", "etc/webapi.xml", "Say", [], ["anonymous"], async (echo, call) =>
            {
                await echo.SayAsync(1);
                await call.Answer();
            });
        });

        (await host.OkAsync("GET", "/rest/V1/object")).ShouldBe("""{"entity_id":42,"increment_id":"000000042","grand_total":12.5}""");
        (await host.OkAsync("GET", "/rest/V1/list")).ShouldBe("""[{"entity_id":1,"increment_id":"1","grand_total":1,"note":"n"}]""");
        (await host.OkAsync("GET", "/rest/V1/empty")).ShouldBe("[]");
        (await host.OkAsync("GET", "/rest/V1/bool")).ShouldBe("true");
        (await host.OkAsync("GET", "/rest/V1/number")).ShouldBe("5");
        (await host.OkAsync("GET", "/rest/V1/text")).ShouldBe("\"a\\u0022b\"");
        (await host.OkAsync("DELETE", "/rest/V1/void")).ShouldBe("[]");
        (await host.OkAsync("GET", "/rest/V1/page")).ShouldBe("""{"items":[1],"search_criteria":{"filter_groups":[],"sort_orders":[],"page_size":1},"total_count":9}""");
    }

    [Fact]
    public async Task Nothing_is_404_on_get_and_an_empty_list_elsewhere()
    {
        await using var host = await StartAsync(module =>
        {
            module.Result<Order?>("/V1/order", null);
            module.Result<Order?>("/V1/order", null, "POST");
        });

        (await host.ErrorAsync(404, "GET", "/rest/V1/order")).GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        (await host.OkAsync("POST", "/rest/V1/order")).ShouldBe("[]");
    }

    [Fact]
    public async Task The_last_declared_of_two_routes_that_match_wins_whatever_is_more_literal()
    {
        await using var host = await StartAsync(module =>
        {
            module.Result("/V1/orders/newest", "literal, first");
            module.Result("/V1/orders/:id", "parameter, last");
            module.Result("/V1/items/:id", "parameter, first");
            module.Result("/V1/items/newest", "literal, last");
            module.Result("/V1/same/:id", "first");
            module.Result("/V1/same/:other", "last");
        });

        (await host.OkAsync("GET", "/rest/V1/orders/newest")).ShouldBe("\"parameter, last\"");
        (await host.OkAsync("GET", "/rest/all/V1/orders/newest")).ShouldBe("\"parameter, last\"");
        (await host.OkAsync("GET", "/rest/V1/items/newest")).ShouldBe("\"literal, last\"");
        (await host.OkAsync("GET", "/rest/V1/items/5")).ShouldBe("\"parameter, first\"");
        (await host.OkAsync("GET", "/rest/V1/same/1")).ShouldBe("\"last\"");
    }

    [Theory]
    [InlineData("GET", "/rest/V1/nothing")]
    [InlineData("GET", "/rest/V2/orders")]
    [InlineData("DELETE", "/rest/V1/orders")]
    [InlineData("PATCH", "/rest/V1/orders")]
    [InlineData("GET", "/rest/V1/orders/5")]
    [InlineData("GET", "/rest")]
    [InlineData("GET", "/rest/")]
    [InlineData("POST", "/rest/default/V1")]
    public async Task What_no_route_matches_is_404_in_the_same_shape(string method, string path)
    {
        await using var host = await StartAsync(module => module.Result("/V1/orders", "here"));

        (await host.ErrorAsync(404, method, path)).GetProperty("message").GetString().ShouldStartWith("No route matches");
    }

    [Fact]
    public async Task Modules_add_to_each_others_routes()
    {
        await using var host = await RestHost.StartAsync<SqliteFixture>(
            [
                () => RestHost.Module("A_First", module =>
                {
                    module.AddResource("A_First::read", "etc/acl.xml", title: "Read");
                    module.AddResource("B_Second::more", "etc/acl.xml", title: "More");
                    module.Get("/V1/orders/:id", [new("id", typeof(int))], call => ["first", call.Argument<int>(0)], ["A_First::read"]);
                }),
                () => RestHost.Module("B_Second", module => module.AddToRoute("GET", "V1/orders/:id", "etc/webapi.xml", ["B_Second::more"])),
                () => RestHost.Module("C_Third", module => module.Get("/V1/orders/:id", [new("id", typeof(string))], call => ["third", call.Argument<string>(0)], [])),
            ],
            builder => builder.Services.AddSingleton<Echo>());

        (await host.ErrorAsync(401, "GET", "/rest/V1/orders/5", caller: "A_First::read")).GetProperty("parameters").GetProperty("resources").GetString().ShouldBe("A_First::read, B_Second::more");
        (await host.OkAsync("GET", "/rest/V1/orders/x", caller: "A_First::read,B_Second::more")).ShouldBe("\"third|x\"");
    }

    [Fact]
    public async Task A_route_of_a_module_that_is_switched_off_is_not_there()
    {
        await using var host = await RestHost.StartAsync<SqliteFixture>(
            module => module.Result("/V1/orders", "here"),
            builder =>
            {
                builder.Services.AddSingleton<Echo>();
                builder.Configuration["Declarative:Modules:Shop_Sales"] = "false";
            });

        await host.ErrorAsync(404, "GET", "/rest/V1/orders");
    }

    [Fact]
    public async Task What_the_host_maps_itself_goes_first()
    {
        await using var host = await RestHost.StartAsync<SqliteFixture>(
            module => module.Result("/V1/orders/:id", "declared"),
            builder => builder.Services.AddSingleton<Echo>(),
            app => Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions.MapGet(app, "/rest/V1/orders/{id}", (Microsoft.AspNetCore.Http.HttpContext context) => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "mapped")));

        (await host.OkAsync("GET", "/rest/V1/orders/5")).ShouldBe("mapped");
    }

    [Fact]
    public async Task Routes_that_differ_in_case_only_are_one()
    {
        await using var host = await RestHost.StartAsync<SqliteFixture>(
            [
                () => RestHost.Module("A_First", module =>
                {
                    module.AddResource("A_First::read", "etc/acl.xml", title: "Read");
                    module.Get("/V1/case", [], _ => ["first"], ["A_First::read"]);
                }),
                () => RestHost.Module("B_Second", module => module.Get("/V1/CASE", [], _ => ["second"], [])),
            ],
            builder => builder.Services.AddSingleton<Echo>());

        await host.ErrorAsync(401, "GET", "/rest/V1/CASE");
        (await host.OkAsync("GET", "/rest/v1/Case", caller: "A_First::read")).ShouldBe("\"second\"");
    }

    [Fact]
    public async Task A_hot_reload_changes_what_is_there()
    {
        var url = "/V1/before";
        await using var host = await RestHost.StartAsync<SqliteFixture>([() => RestHost.Module("Shop_Sales", module => module.Result(url, 1))], builder => builder.Services.AddSingleton<Echo>());
        await host.OkAsync("GET", "/rest/V1/before");

        url = "/V1/after";
        host.Services.GetRequiredService<Declarative.Events.EventRegistry>().Reload();
        host.Services.GetRequiredService<RouteEndpoints>().Reload();

        await host.OkAsync("GET", "/rest/V1/after");
        await host.ErrorAsync(404, "GET", "/rest/V1/before");
        (await host.OkAsync("GET", "/rest/openapi.json")).ShouldContain("/rest/V1/after");
    }

    [Fact]
    public async Task The_start_refuses_a_declared_argument_that_goes_nowhere()
    {
        var failure = await Should.ThrowAsync<DeclarativeStartException>(() => RestHost.StartAsync<SqliteFixture>(
            [
                () => RestHost.Module("A_First", module => module.Get("/V1/me", [new("customerId", typeof(int))], call => [call.Argument<int>(0)], data: [new("customerId", "%customer_id%", true)])),
                () => RestHost.Module("B_Second", module => module.Get("/V1/me", [new("buyerId", typeof(int))], call => [call.Argument<int>(0)], [])),
            ],
            builder => builder.Services.AddSingleton<Echo>()));

        failure.Problems.ShouldContain(problem => problem.Contains("\"customerId\"", StringComparison.Ordinal) && problem.Contains("names no parameter", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_start_names_every_route_that_could_not_work()
    {
        var failure = await Should.ThrowAsync<DeclarativeStartException>(() => RestHost.StartAsync<SqliteFixture>(module =>
        {
            module.AddToRoute("GET", "/V1/nobody", "etc/webapi.xml", ["anonymous"]);
            module.Get("/V1/unregistered", [], _ => [], []);
            module.Get("/V1/placeholder", [new("cartId", typeof(int))], _ => [], data: [new("cartId", "%cart_id%", true)]);
        }));

        failure.Problems.ShouldContain(problem => problem.Contains("GET /V1/nobody", StringComparison.Ordinal) && problem.Contains("<service>", StringComparison.Ordinal));
        failure.Problems.ShouldContain(problem => problem.Contains("GET /V1/unregistered", StringComparison.Ordinal) && problem.Contains("<resources>", StringComparison.Ordinal));
        failure.Problems.ShouldContain(problem => problem.Contains("Echo is not registered", StringComparison.Ordinal));
        failure.Problems.ShouldContain(problem => problem.Contains("%cart_id%", StringComparison.Ordinal) && problem.Contains("AddRouteValue", StringComparison.Ordinal));
    }
}
