using System.Text.Json;
using Declarative.Rest;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Rest;

/// <summary>The OpenAPI 3.1 document of the declared routes.</summary>
public sealed class OpenApiTests
{
    private static async Task<JsonElement> DocumentAsync()
    {
        await using var host = await RestHost.StartAsync<SqliteFixture>(
            module =>
            {
                module.Customer("/V1/customers/:id", "PUT", resources: ["Shop_Sales::customers", "Shop_Sales::edit"], parameters: [new("customer", typeof(Customer)), new("passwordHash", typeof(string), false)]);
                module.Get("/V1/orders/:orderId", [new("orderId", typeof(int)), new("searchCriteria", typeof(SearchCriteria)), new("storeView", typeof(string), false), new("customerId", typeof(int))], _ => [], data: [new("customerId", "%customer_id%", true)]);
            },
            builder => builder.Services.AddSingleton<Echo>());
        return JsonDocument.Parse(await host.OkAsync("GET", "/rest/openapi.json")).RootElement;
    }

    [Fact]
    public async Task A_route_is_there_with_path_body_answers_and_who_may_call()
    {
        var document = await DocumentAsync();
        document.GetProperty("openapi").GetString()!.ShouldStartWith("3.1");
        var put = document.GetProperty("paths").GetProperty("/rest/V1/customers/{id}").GetProperty("put");

        put.GetProperty("operationId").GetString().ShouldBe("PUT /V1/customers/:id");
        put.GetProperty("tags")[0].GetString().ShouldBe("Shop_Sales");
        put.GetProperty("parameters")[0].GetProperty("name").GetString().ShouldBe("id");
        put.GetProperty("security")[0].GetProperty("bearer").EnumerateArray().Select(one => one.GetString()).ShouldBe(["Shop_Sales::customers", "Shop_Sales::edit"]);
        var body = put.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        body.GetProperty("properties").GetProperty("customer").GetProperty("$ref").GetString().ShouldBe("#/components/schemas/Customer");
        body.GetProperty("properties").GetProperty("password_hash").GetProperty("type").GetString().ShouldBe("string");
        body.GetProperty("required").EnumerateArray().Single().GetString().ShouldBe("customer");
        put.GetProperty("responses").EnumerateObject().Select(one => one.Name).ShouldBe(["200", "400", "401", "404", "500"]);
        put.GetProperty("responses").GetProperty("401").GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString().ShouldBe("#/components/schemas/ErrorBody");
    }

    [Fact]
    public async Task Schemas_have_the_names_of_the_wire_and_what_is_really_required()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");

        var customer = schemas.GetProperty("Customer");
        customer.GetProperty("properties").GetProperty("first_name").GetProperty("type").GetString().ShouldBe("string");
        customer.GetProperty("properties").GetProperty("is_active").GetProperty("type").GetString().ShouldBe("boolean");
        customer.GetProperty("properties").GetProperty("addresses").GetProperty("items").GetProperty("$ref").GetString().ShouldBe("#/components/schemas/Address");
        customer.GetProperty("required").EnumerateArray().Single().GetString().ShouldBe("first_name");
        schemas.GetProperty("Address").TryGetProperty("required", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_query_with_brackets_is_a_deep_object_and_forced_arguments_are_not_offered()
    {
        var get = (await DocumentAsync()).GetProperty("paths").GetProperty("/rest/V1/orders/{orderId}").GetProperty("get");

        var parameters = get.GetProperty("parameters").EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!, StringComparer.Ordinal);
        parameters.Keys.ShouldBe(["orderId", "searchCriteria", "storeView"]);
        parameters["searchCriteria"].GetProperty("style").GetString().ShouldBe("deepObject");
        parameters["searchCriteria"].GetProperty("required").GetBoolean().ShouldBeTrue();
        get.TryGetProperty("security", out _).ShouldBeFalse();
        get.TryGetProperty("requestBody", out _).ShouldBeFalse();
    }
}
