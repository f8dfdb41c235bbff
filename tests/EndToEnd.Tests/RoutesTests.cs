using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>Every status, over HTTP on Kestrel, of routes that a host declares itself and of the same routes in a module that it references.</summary>
public sealed class RoutesTests(RoutesTests.Server server) : IClassFixture<RoutesTests.Server>
{
    public static TheoryData<string> Declarers => ["host", "module"];

    [Theory, MemberData(nameof(Declarers))]
    public async Task Results_are_200(string declarer)
    {
        (await OkAsync("GET", $"/V1/{declarer}/things/5?note=n")).ShouldBe("""{"id":5,"full_name":"Thing","is_open":false,"size":0,"note":"n","parts":[]}""");
        (await OkAsync("GET", $"/V1/{declarer}/things?searchCriteria[filter_groups][0][filters][0][field]=a&searchCriteria[page_size]=2")).ShouldContain("\"full_name\":\"a eq \"");
        (await OkAsync("POST", $"/V1/{declarer}/things", """{"thing":{"fullName":"A","isOpen":1,"size":1,"id":"3","parts":[{"name":"p","count":"2"}],"unknown":{}}}""", server.Admin)).ShouldBe("""{"id":3,"full_name":"A","is_open":true,"size":1,"parts":[{"name":"p","count":2}]}""");
        (await OkAsync("PUT", $"/V1/{declarer}/things/9", """{"thing":{"id":3,"full_name":"A"},"keep_note":false}""", server.Admin)).ShouldContain("\"id\":9");
        (await OkAsync("DELETE", $"/V1/{declarer}/things/9", null, server.Admin)).ShouldBe("[]");
        (await OkAsync("POST", $"/V1/{declarer}/things/9/touch")).ShouldBe("[]");
        (await OkAsync("GET", $"/V1/{declarer}/things/9/there")).ShouldBe("true");
        (await OkAsync("GET", $"/V1/{declarer}/things/first")).ShouldBe("true", "the last declared route wins");
        (await OkAsync("GET", $"/V1/{declarer}/me", null, server.Customer)).ShouldBe("7");
    }

    [Theory, MemberData(nameof(Declarers))]
    public async Task Bad_input_is_400(string declarer)
    {
        (await ErrorAsync(400, "POST", $"/V1/{declarer}/things", "{", server.Admin)).GetProperty("message").GetString()!.ShouldContain("Decoding error");
        (await ErrorAsync(400, "POST", $"/V1/{declarer}/things", new string('[', 200), server.Admin)).GetProperty("message").GetString()!.ShouldContain("Decoding error");
        Field(await ErrorAsync(400, "POST", $"/V1/{declarer}/things", """{"thing":{"full_name":"A","id":"x"}}""", server.Admin)).ShouldBe("thing.id");
        Field(await ErrorAsync(400, "POST", $"/V1/{declarer}/things", "{}", server.Admin)).ShouldBe("thing");
        Field(await ErrorAsync(400, "POST", $"/V1/{declarer}/things", """{"thing":{"id":1}}""", server.Admin)).ShouldBe("thing.full_name");
        Field(await ErrorAsync(400, "GET", $"/V1/{declarer}/things/abc")).ShouldBe("id");
        Field(await ErrorAsync(400, "GET", $"/V1/{declarer}/things")).ShouldBe("search_criteria");
        (await ErrorAsync(400, "POST", $"/V1/{declarer}/things", """{"thing":{"full_name":"A","parts":[{"name":"a"},{"name":"b"},{"name":"c"}]}}""", server.Admin)).GetProperty("parameters").GetProperty("max").GetString().ShouldBe("2");
        (await ErrorAsync(400, "POST", $"/V1/{declarer}/things", "a=b", server.Admin, "application/x-www-form-urlencoded")).GetProperty("parameters").GetProperty("contentType").GetString().ShouldBe("application/x-www-form-urlencoded");
        (await ErrorAsync(400, "GET", $"/V1/{declarer}/secure")).GetProperty("message").GetString()!.ShouldContain("HTTPS");
    }

    [Theory, MemberData(nameof(Declarers))]
    public async Task Who_may_not_gets_401(string declarer)
    {
        Resources(await ErrorAsync(401, "PUT", $"/V1/{declarer}/things/9", "{}")).ShouldBe("Routes_Module::things, Routes_Module::edit");
        Resources(await ErrorAsync(401, "PUT", $"/V1/{declarer}/things/9", "{}", server.Customer)).ShouldBe("Routes_Module::things, Routes_Module::edit");
        Resources(await ErrorAsync(401, "GET", $"/V1/{declarer}/me", null, server.Admin)).ShouldBe("self");
        Resources(await ErrorAsync(401, "GET", $"/V1/{declarer}/me", null, new string('a', 32))).ShouldBe("self");
    }

    [Theory, MemberData(nameof(Declarers))]
    public async Task Other_failures_have_their_status(string declarer)
    {
        (await ErrorAsync(404, "GET", $"/V1/{declarer}/things/404")).GetProperty("parameters").GetProperty("id").GetString().ShouldBe("404");
        await ErrorAsync(404, "GET", $"/V1/{declarer}/things/5/found");
        await ErrorAsync(404, "GET", $"/V1/{declarer}/nothing");
        await ErrorAsync(404, "DELETE", $"/V1/{declarer}/things");
        await ErrorAsync(406, "GET", $"/V1/{declarer}/things/5", accept: "application/xml");
        await ErrorAsync(413, "POST", $"/V1/{declarer}/things", $$$"""{"thing":{"full_name":"{{{new string('a', 20_000)}}}"}}""", server.Admin);
        var failure = await ErrorAsync(500, "GET", $"/V1/{declarer}/fail");
        failure.GetProperty("message").GetString()!.ShouldContain("webapi-");
        failure.ToString().ShouldNotContain("secret");
    }

    private static string? Field(JsonElement error) => error.GetProperty("parameters").GetProperty("fieldName").GetString();

    private static string? Resources(JsonElement error) => error.GetProperty("parameters").GetProperty("resources").GetString();

    private async Task<string> OkAsync(string method, string path, string? json = null, string? token = null)
    {
        var (status, body) = await server.SendAsync(method, "/rest" + path, json, token);
        status.ShouldBe(200, body);
        (await server.SendAsync(method, "/rest/default" + path, json, token)).ShouldBe((status, body));
        return body;
    }

    private async Task<JsonElement> ErrorAsync(int expected, string method, string path, string? json = null, string? token = null, string contentType = "application/json", string? accept = null)
    {
        var (status, body) = await server.SendAsync(method, "/rest" + path, json, token, contentType, accept);
        status.ShouldBe(expected, body);
        (await server.SendAsync(method, "/rest/all" + path, json, token, contentType, accept)).Status.ShouldBe(expected);
        return JsonDocument.Parse(body).RootElement;
    }

    /// <summary>One process for all of these tests, with the tokens of an administrator and a customer.</summary>
    public sealed class Server : IAsyncLifetime
    {
        private readonly HttpClient _client = new();
        private RunningHost? _host;

        public string Admin { get; private set; } = "";

        public string Customer { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            _host = await RunningHost.StartAsync("tests/Routes.Host", new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Declarative__Admin__Username"] = "admin",
                ["Declarative__Admin__Password"] = "for-a-test-only",
                ["Declarative__Rest__MaxBodyBytes"] = "10000",
            });
            _client.BaseAddress = new Uri(_host.Url);
            Admin = await TokenAsync("admin", """{"username":"admin","password":"for-a-test-only"}""");
            Customer = await TokenAsync("customer", """{"username":"ada@example.com","password":"correct horse"}""");
        }

        public async Task<(int Status, string Body)> SendAsync(string method, string path, string? json, string? token, string contentType = "application/json", string? accept = null)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (json is not null)
            {
                request.Content = new StringContent(json, Encoding.UTF8);
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
            }

            if (token is not null)
                request.Headers.Authorization = new("Bearer", token);
            if (accept is not null)
                request.Headers.Accept.ParseAdd(accept);
            using var response = await _client.SendAsync(request);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }

        public ValueTask DisposeAsync()
        {
            _client.Dispose();
            _host?.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task<string> TokenAsync(string kind, string json)
        {
            var (status, body) = await SendAsync("POST", $"/rest/V1/integration/{kind}/token", json, null);
            status.ShouldBe(200, body);
            return JsonSerializer.Deserialize<string>(body)!;
        }
    }
}
