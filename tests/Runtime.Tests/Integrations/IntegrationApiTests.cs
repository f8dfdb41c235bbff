using System.Text.Json;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Integrations;

public sealed class SqliteIntegrationApiTests : IntegrationApiTests<SqliteFixture>;

public sealed class PostgreSqlIntegrationApiTests : IntegrationApiTests<PostgreSqlFixture>;

/// <summary>Integrations over REST.</summary>
public abstract class IntegrationApiTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private const string Path = "/rest/V1/integrations";
    private const string Caller = IntegrationHost.Admin + "," + IntegrationHost.Orders;

    [Fact]
    public async Task An_integration_is_made_changed_activated_deactivated_revoked_and_deleted()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var rest = host.Rest;

        var made = Json(await rest.OkAsync("POST", Path, $$$"""{"integration":{"name":"Erp","email":"erp@example.com","endpoint_url":"","resources":["{{{IntegrationHost.Orders}}}"]}}""", Caller));
        var id = made.GetProperty("integration_id").GetInt64();
        Text(made, "status").ShouldBe("inactive");
        Text(made, "type").ShouldBe("manual");
        made.TryGetProperty("endpoint_url", out var url).ShouldBe(url.ValueKind == JsonValueKind.Null);
        made.GetProperty("all_resources").GetBoolean().ShouldBeFalse();

        var changed = Json(await rest.OkAsync("PUT", $"{Path}/{id}", $$$"""{"integration":{"name":"Erp 2","resources":["{{{IntegrationHost.Orders}}}"]}}""", Caller));
        Text(changed, "name").ShouldBe("Erp 2");

        var active = Json(await rest.OkAsync("POST", $"{Path}/{id}/activate", "{}", Caller));
        Text(active.GetProperty("integration"), "status").ShouldBe("active");
        var tokens = active.GetProperty("tokens");
        var client = host.Client(Text(tokens, "consumer_key"), Text(tokens, "consumer_secret"), Text(tokens, "access_token"), Text(tokens, "access_token_secret"));
        (await client.SendAsync(HttpMethod.Get, "/rest/V1/orders")).Status.ShouldBe(200);

        // Nothing shows them again.
        foreach (var path in (string[])[$"{Path}/{id}", Path + "?searchCriteria"])
        {
            var shown = await rest.OkAsync("GET", path, caller: Caller);
            shown.ShouldContain(client.ConsumerKey);
            shown.ShouldNotContain(client.ConsumerSecret);
            shown.ShouldNotContain(client.TokenSecret);
        }

        Text(Json(await rest.OkAsync("POST", $"{Path}/{id}/deactivate", "{}", Caller)), "status").ShouldBe("inactive");
        (await client.SendAsync(HttpMethod.Get, "/rest/V1/orders")).Status.ShouldBe(401);
        Json(await rest.OkAsync("POST", $"{Path}/{id}/revoke", "{}", Caller)).GetProperty("access_tokens").GetInt32().ShouldBe(0);
        (await rest.OkAsync("DELETE", $"{Path}/{id}", caller: Caller)).ShouldBe("true");
        await rest.ErrorAsync(404, "GET", $"{Path}/{id}", caller: Caller);
        await rest.ErrorAsync(404, "DELETE", $"{Path}/{id}", caller: Caller);
        await rest.ErrorAsync(404, "POST", $"{Path}/{id}/activate", "{}", Caller);
    }

    [Fact]
    public async Task Nobody_gives_away_what_they_dont_hold()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var rest = host.Rest;

        await rest.ErrorAsync(401, "POST", Path, $$$"""{"integration":{"name":"Erp","resources":["{{{IntegrationHost.Products}}}"]}}""", Caller);
        await rest.ErrorAsync(401, "POST", Path, """{"integration":{"name":"Erp","all_resources":true}}""", Caller);
        await rest.ErrorAsync(401, "POST", Path, """{"integration":{"name":"Erp"}}""", IntegrationHost.Orders);
        await rest.OkAsync("POST", Path, """{"integration":{"name":"Erp","all_resources":true}}""", "Magento_Backend::all");
        var id = (await host.Service.ListAsync(TestContext.Current.CancellationToken)).Single().Id;

        // Seeing its tokens is using its permissions.
        await rest.ErrorAsync(401, "POST", $"{Path}/{id}/activate", "{}", Caller);
        await rest.OkAsync("POST", $"{Path}/{id}/activate", "{}", "Magento_Backend::all");
    }

    [Theory]
    [InlineData("""{"name":"x"}""", "2 to 255")]
    [InlineData("""{"name":" Erp"}""", "white space")]
    [InlineData("""{}""", "2 to 255")]
    [InlineData("""{"name":"Erp","email":"nobody"}""", "email")]
    [InlineData("""{"name":"Erp","endpoint_url":"ftp://x"}""", "endpoint_url")]
    [InlineData("""{"name":"Erp","endpoint_url":"https://user:pass@x/"}""", "endpoint_url")]
    [InlineData("""{"name":"Erp","endpoint_url":"http://10.0.0.1/"}""", "not public")]
    [InlineData("""{"name":"Erp","identity_link_url":"javascript:alert(1)"}""", "identity_link_url")]
    [InlineData("""{"name":"Erp","resources":["Shop_Sales::order"]}""", "Shop_Sales::orders")]
    public async Task What_cant_be_used_is_told(string integration, string why)
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();

        (await host.Rest.ErrorAsync(400, "POST", Path, $$$"""{"integration":{{{integration}}}}""", "Magento_Backend::all")).ToString().ShouldContain(why);
    }

    [Fact]
    public async Task A_name_is_given_once()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        await host.CreateAsync("Erp");
        var other = await host.CreateAsync("Crm");

        foreach (var (method, path) in ((string, string)[])[("POST", Path), ("PUT", $"{Path}/{other.Id}")])
        {
            var error = await host.Rest.ErrorAsync(400, method, path, """{"integration":{"name":"ERP"}}""", "Magento_Backend::all");
            Text(error, "message").ShouldContain("already");
        }
    }

    [Fact]
    public async Task The_list_is_searched_and_sorted()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        await host.CreateAsync("Erp");
        await host.CreateAsync("Crm");
        await host.ActiveAsync("Wms");

        var names = Json(await host.Rest.OkAsync("GET", Path + "?searchCriteria[filter_groups][0][filters][0][field]=status&searchCriteria[filter_groups][0][filters][0][value]=inactive&searchCriteria[sort_orders][0][field]=name&searchCriteria[sort_orders][0][direction]=DESC", caller: Caller))
            .GetProperty("items").EnumerateArray().Select(static one => Text(one, "name"));

        names.ShouldBe(["Erp", "Crm"]);
    }

    [Fact]
    public async Task The_log_in_page_leads_back_to_this_host_only()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var integration = await host.CreateAsync(exchangesTokens: true);

        await host.Rest.ErrorAsync(400, "POST", $"{Path}/{integration.Id}/activate", """{"success_call_back":"https://evil.example.com/"}""", Caller);
        await host.Rest.ErrorAsync(400, "POST", $"{Path}/{integration.Id}/activate", """{"success_call_back":"https://shop.example.com.evil.example.com/"}""", Caller);
        var activated = Json(await host.Rest.OkAsync("POST", $"{Path}/{integration.Id}/activate", """{"success_call_back":"https://shop.example.com/done"}""", Caller));

        Text(activated, "identity_link_url").ShouldEndWith("success_call_back=https%3A%2F%2Fshop.example.com%2Fdone");
        await host.Rest.ErrorAsync(400, "POST", $"{Path}/{(await host.ActiveAsync("Direct")).Integration.Id}/reauthorize", "{}", Caller);
    }

    private static JsonElement Json(string body) => JsonDocument.Parse(body).RootElement;

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
