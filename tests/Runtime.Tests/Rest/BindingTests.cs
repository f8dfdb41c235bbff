using Declarative.Modules;
using Declarative.Rest;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Rest;

/// <summary>How a request's path, query and body become arguments, by the originals' rules.</summary>
public sealed class BindingTests
{
    private static Task<RestHost> StartAsync(Action<ModuleManifest> declare) =>
        RestHost.StartAsync<SqliteFixture>(declare, builder => builder.Services.AddSingleton<Echo>());

    [Theory]
    [InlineData("/rest/V1/orders/42/lines/a%20b?displayCurrency=EUR", "42|a b|EUR")]
    [InlineData("/rest/V1/orders/42/lines/x?display_currency=EUR", "42|x|EUR")]
    [InlineData("/rest/all/V1/orders/-7/lines/x?unknown=1", "-7|x|")]
    [InlineData("/rest/default/V1/orders/42/lines/x/?display_currency=", "42|x|")]
    public async Task Path_and_query_give_arguments_under_both_prefixes(string url, string expected)
    {
        await using var host = await StartAsync(module => module.Get(
            "/V1/orders/:id/lines/:line",
            [new("id", typeof(int)), new("line", typeof(string)), new("displayCurrency", typeof(string), false)],
            call => [call.Argument<int>(0), call.Argument<string>(1), call.Argument<string?>(2, null)]));

        (await host.OkAsync("GET", url)).ShouldBe($"\"{expected}\"");
    }

    [Theory]
    [InlineData("""{"flag":1,"count":"3","name":5,"price":"1.50","id":"0190a6e0-0000-7000-8000-000000000001","shade":1}""", "True|3|5|1.50|0190a6e0-0000-7000-8000-000000000001|Dark")]
    [InlineData("""{"flag":"true","count":3,"name":"x","price":2,"id":"0190a6e0-0000-7000-8000-000000000001","shade":0}""", "True|3|x|2|0190a6e0-0000-7000-8000-000000000001|Light")]
    public async Task Scalars_in_a_body_are_cast(string json, string expected)
    {
        await using var host = await StartAsync(module => Scalars(module, "POST"));

        (await host.OkAsync("POST", "/rest/V1/scalars", json)).ShouldBe($"\"{expected}\"");
    }

    [Theory]
    [InlineData("flag=1&count=3&name=5&price=1.50&id=0190a6e0-0000-7000-8000-000000000001&shade=dark", "True|3|5|1.50|0190a6e0-0000-7000-8000-000000000001|Dark")]
    [InlineData("flag=false&count=-3&name=&price=2&id=0190a6e0-0000-7000-8000-000000000001&shade=0", "False|-3||2|0190a6e0-0000-7000-8000-000000000001|Light")]
    public async Task Scalars_in_a_query_are_cast(string query, string expected)
    {
        await using var host = await StartAsync(module => Scalars(module, "GET"));

        (await host.OkAsync("GET", "/rest/V1/scalars?" + query)).ShouldBe($"\"{expected}\"");
    }

    private static void Scalars(ModuleManifest module, string method) => module.Get(
        "/V1/scalars",
        [new("flag", typeof(bool)), new("count", typeof(int)), new("name", typeof(string)), new("price", typeof(decimal)), new("id", typeof(Guid)), new("shade", typeof(Shade))],
        call => [call.Argument<bool>(0), call.Argument<int>(1), call.Argument<string>(2), call.Argument<decimal>(3), call.Argument<Guid>(4), call.Argument<Shade>(5)],
        method: method);

    [Theory]
    [InlineData("searchCriteria[filter_groups][0][filters][0][field]=status&searchCriteria[filter_groups][0][filters][0][value]=new&searchCriteria[page_size]=20", "status eq new; page  of 20")]
    [InlineData("searchCriteria[filterGroups][0][filters][0][field]=status&searchCriteria[filterGroups][0][filters][0][value]=1&searchCriteria[filterGroups][0][filters][0][conditionType]=gt&search_criteria[current_page]=2", "status gt 1; page 2 of ")]
    [InlineData("searchCriteria%5BfilterGroups%5D%5B5%5D%5Bfilters%5D%5B%5D%5Bfield%5D=a", "a eq ; page  of ")]
    [InlineData("searchCriteria", "; page  of ")]
    [InlineData("searchCriteria=", "; page  of ")]
    [InlineData("searchCriteria[unknown][x]=1", "; page  of ")]
    public async Task Search_criteria_come_from_the_query(string query, string expected)
    {
        await using var host = await StartAsync(module => module.Get(
            "/V1/orders",
            [new("searchCriteria", typeof(SearchCriteria))],
            call =>
            {
                var criteria = call.Argument<SearchCriteria>(0);
                var filters = criteria.FilterGroups.SelectMany(group => group.Filters).Select(filter => $"{filter.Field} {filter.ConditionType} {filter.Value}");
                return [$"{string.Join(',', filters)}; page {criteria.CurrentPage} of {criteria.PageSize}"];
            }));

        (await host.OkAsync("GET", "/rest/V1/orders?" + query)).ShouldBe($"\"{expected}\"");
    }

    [Theory]
    [InlineData("ids[]=1&ids[]=2")]
    [InlineData("ids[0]=1&ids[1]=2")]
    [InlineData("ids=1&ids=2")]
    public async Task Lists_come_from_the_query(string query)
    {
        await using var host = await StartAsync(module => module.Get("/V1/orders", [new("ids", typeof(List<int>))], call => [string.Join('+', call.Argument<List<int>>(0))]));

        (await host.OkAsync("GET", "/rest/V1/orders?" + query)).ShouldBe("\"1\\u002B2\"");
    }

    [Fact]
    public async Task A_body_may_write_names_in_either_case_and_what_is_unknown_is_ignored()
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers"));

        const string Expected = """{"id":7,"first_name":"Ann","is_active":true,"shade":0,"addresses":[{"id":1,"street":"A","customer_id":3}],"tags":{"camelKey":"kept"}}""";
        (await host.OkAsync("POST", "/rest/V1/customers", """{"customer":{"id":7,"first_name":"Ann","is_active":1,"addresses":[{"id":1,"street":"A","customer_id":3}],"tags":{"camelKey":"kept"},"nobody":{"knows":[1]}},"other":[{}]}""")).ShouldBe(Expected);
        (await host.OkAsync("POST", "/rest/V1/customers", """{"customer":{"id":"7","firstName":"Ann","isActive":true,"addresses":[{"id":1,"street":"A","customerId":3}],"tags":{"camelKey":"kept"},"noBody":1}}""")).ShouldBe(Expected);
    }

    // The five cases of the original's test for ids in paths.
    [Theory]
    [InlineData("""{"customer":{"id":1,"first_name":"Ann"}}""", 42, 0, 0)] // plain
    [InlineData("""{"customer":{"first_name":"Ann"}}""", 42, 0, 0)] // added
    [InlineData("""{"customer":{"Id":"1","firstName":"Ann"}}""", 42, 0, 0)] // another case
    [InlineData("""{"customer":{"id":1,"first_name":"Ann","addresses":[{"id":5,"street":"A"}]}}""", 42, 5, 0)] // only the nearest to the root
    [InlineData("""{"customer":{"id":1,"first_name":"Ann","billing":{"id":6,"street":"B"}}}""", 42, 0, 6)]
    public async Task An_id_in_the_path_of_a_put_replaces_the_one_in_the_body(string json, int id, int addressId, int billingId)
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers/:id", "PUT"));

        var saved = System.Text.Json.JsonDocument.Parse(await host.OkAsync("PUT", "/rest/V1/customers/42", json)).RootElement;
        saved.GetProperty("id").GetInt32().ShouldBe(id);
        if (addressId > 0)
            saved.GetProperty("addresses")[0].GetProperty("id").GetInt32().ShouldBe(addressId);
        if (billingId > 0)
            saved.GetProperty("billing").GetProperty("id").GetInt32().ShouldBe(billingId);
    }

    [Fact]
    public async Task An_id_in_the_path_of_a_put_replaces_the_one_in_the_query_too()
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers/:id", "PUT"));

        (await host.OkAsync("PUT", "/rest/V1/customers/42?customer[id]=1&customer[first_name]=Ann")).ShouldContain("\"id\":42");
    }

    [Theory]
    [InlineData("""{"customer":{"first_name":"Ann","billing":{"customer_id":1,"street":"B"}}}""")]
    [InlineData("""{"customer":{"firstName":"Ann","billing":{"customerId":"1","street":"B"}}}""")]
    [InlineData("""{"customer":{"first_name":"Ann","billing":{"street":"B"}}}""")]
    public async Task An_id_of_an_object_inside_is_replaced_where_it_is_declared(string json)
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers/:customerId", "PUT"));

        (await host.OkAsync("PUT", "/rest/V1/customers/42", json)).ShouldContain("\"customer_id\":42");
    }

    [Fact]
    public async Task A_path_goes_before_a_query_before_a_body_for_scalars()
    {
        await using var host = await StartAsync(module => module.Get(
            "/V1/orders/:id",
            [new("id", typeof(int)), new("note", typeof(string)), new("other", typeof(string))],
            call => [call.Argument<int>(0), call.Argument<string>(1), call.Argument<string>(2)],
            method: "PUT"));

        (await host.OkAsync("PUT", "/rest/V1/orders/42?id=1&note=query", """{"id":2,"note":"body","other":"body"}""")).ShouldBe("\"42|query|body\"");
    }

    [Fact]
    public async Task A_post_leaves_ids_in_the_body_alone()
    {
        await using var host = await StartAsync(module => module.Customer("/V1/groups/:id/customers"));

        (await host.OkAsync("POST", "/rest/V1/groups/42/customers", """{"customer":{"id":1,"first_name":"Ann"}}""")).ShouldContain("\"id\":1");
    }

    [Fact]
    public async Task Forced_arguments_replace_what_was_sent_and_others_stand_in()
    {
        await using var host = await RestHost.StartAsync<SqliteFixture>(
            module =>
            {
                module.Customer("/V1/me", "PUT", data: [new("customer.id", "%customer_id%", true), new("customer.note", "none", false)], resources: ["self"]);
                module.Get("/V1/cart", [new("cartId", typeof(int)), new("mode", typeof(string))], call => [call.Argument<int>(0), call.Argument<string>(1)], data: [new("cartId", "%cart_id%", true), new("mode", "full", false)]);
            },
            builder =>
            {
                builder.Services.AddSingleton<Echo>();
                builder.Services.AddKeyedScoped<IRouteValue, CartId>("cart_id");
            });

        (await host.OkAsync("PUT", "/rest/V1/me", """{"customer":{"id":1,"firstName":"Ann"}}""", "customer=7")).ShouldBe("""{"id":7,"first_name":"Ann","note":"none","is_active":false,"shade":0,"addresses":[],"tags":{}}""");
        (await host.OkAsync("PUT", "/rest/V1/me", """{"customer":{"id":1,"first_name":"Ann","note":"mine"}}""", "customer=7")).ShouldContain("\"note\":\"mine\"");
        (await host.OkAsync("GET", "/rest/V1/cart?cartId=666")).ShouldBe("\"5|full\"");
        (await host.OkAsync("GET", "/rest/V1/cart?cart_id=666&mode=short")).ShouldBe("\"5|short\"");
    }

    private sealed class CartId : IRouteValue
    {
        public ValueTask<string?> GetAsync(Microsoft.AspNetCore.Http.HttpContext context) => new("5");
    }

    [Theory]
    [InlineData("\"8\"")]
    [InlineData("[]")]
    [InlineData("true")]
    public async Task Nothing_goes_past_a_forced_member_by_being_no_object(string customer)
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers", data: [new("customer.id", "5", true)]));

        (await host.ErrorAsync(400, "POST", "/rest/V1/customers", $$"""{"customer":{{customer}}}""")).GetProperty("parameters").GetProperty("fieldName").GetString().ShouldBe("customer");
    }

    [Fact]
    public async Task A_forced_member_may_be_an_enum()
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers", data: [new("customer.shade", "dark", true)]));

        (await host.OkAsync("POST", "/rest/V1/customers", """{"customer":{"first_name":"Ann"}}""")).ShouldContain("\"shade\":1");
    }

    [Fact]
    public async Task A_later_module_that_restates_a_forced_argument_does_not_loosen_it()
    {
        await using var host = await RestHost.StartAsync<SqliteFixture>(
            [
                () => RestHost.Module("A_First", module => module.Get("/V1/me", [new("customerId", typeof(int))], call => [call.Argument<int>(0)], data: [new("customerId", "7", true)])),
                () => RestHost.Module("B_Second", module => module.AddToRoute("GET", "/V1/ME", "etc/webapi.xml", [], data: [new("customerid", null, null)])),
            ],
            builder => builder.Services.AddSingleton<Echo>());

        (await host.OkAsync("GET", "/rest/V1/me?customerId=666")).ShouldBe("\"7\"");
    }

    [Theory]
    [InlineData("x[1]=b&x[]=c", "b+c")]
    [InlineData("x[7]=c&x[]=d", "c+d")]
    public async Task Empty_brackets_append(string query, string expected)
    {
        await using var host = await StartAsync(module => module.AddRoute<Echo, List<string>>("GET", "/V1/list", "etc/webapi.xml", "Say", [new("x", typeof(List<string>))], ["anonymous"], static (_, call) => call.Answer(call.Argument<List<string>>(0))));

        (await host.OkAsync("GET", "/rest/V1/list?" + query)).ShouldBe($"[{string.Join(',', expected.Split('+').Select(one => $"\"{one}\""))}]");
    }

    [Fact]
    public async Task A_forced_argument_without_a_value_leaves_nothing_of_what_was_sent()
    {
        await using var host = await StartAsync(module => module.Get("/V1/me", [new("customerId", typeof(int))], call => [call.Argument<int>(0)], data: [new("customerId", "%customer_id%", true)]));

        (await host.ErrorAsync(400, "GET", "/rest/V1/me?customerId=666")).GetProperty("parameters").GetProperty("fieldName").GetString().ShouldBe("customer_id");
    }

    [Fact]
    public async Task Stores_are_known_by_their_codes()
    {
        await using var host = await RestHost.StartAsync<SqliteFixture>(
            module => module.AddRoute<Echo, int>("GET", "/V1/store", "etc/webapi.xml", "Say", [], ["anonymous"], static (_, call) => call.Answer(call.Service<Microsoft.AspNetCore.Http.IHttpContextAccessor>().HttpContext!.GetStoreId())),
            builder =>
            {
                builder.Services.AddSingleton<Echo>().AddHttpContextAccessor();
                builder.Configuration["Declarative:Rest:Stores:french"] = "3";
            });

        (await host.OkAsync("GET", "/rest/V1/store")).ShouldBe("1");
        (await host.OkAsync("GET", "/rest/default/V1/store")).ShouldBe("1");
        (await host.OkAsync("GET", "/rest/all/V1/store")).ShouldBe("0");
        (await host.OkAsync("GET", "/rest/french/V1/store")).ShouldBe("3");
        (await host.ErrorAsync(404, "GET", "/rest/nowhere/V1/store")).GetProperty("parameters").GetProperty("storeCode").GetString().ShouldBe("nowhere");
    }
}
