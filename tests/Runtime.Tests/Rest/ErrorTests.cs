using System.Text;
using Declarative.Modules;
using Declarative.Rest;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Rest;

/// <summary>Each way in which a request can be wrong, or a service can fail, has its status and its body.</summary>
public sealed class ErrorTests
{
    private readonly Echo _echo = new();

    private Task<RestHost> StartAsync(Action<ModuleManifest> declare, Action<Dictionary<string, string?>>? configure = null, string environment = "Production") =>
        RestHost.StartAsync<SqliteFixture>(
            declare,
            builder =>
            {
                builder.Services.AddSingleton(_echo);
                var settings = new Dictionary<string, string?>(StringComparer.Ordinal);
                configure?.Invoke(settings);
                foreach (var (key, value) in settings)
                    builder.Configuration[key] = value;
            },
            environment: environment);

    [Theory]
    [InlineData("{")]
    [InlineData("{\"customer\":{\"id\":1}")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("\"x\"")]
    [InlineData("{\"customer\":{\"first_name\":\"A\"}}{}")]
    [InlineData("{\"customer\":{\"first_name\":\"A\"},\"customer\":{\"first_name\":\"A\"}}")]
    [InlineData("{\"\\ud800\":1,\"customer\":{\"\\ud800x\":1,\"first_name\":\"A\"}}")]
    [InlineData("{'customer':1}")]
    public async Task Malformed_json_is_400(string json)
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers"));

        (await host.ErrorAsync(400, "POST", "/rest/V1/customers", json)).GetProperty("message").GetString().ShouldStartWith("Decoding error");
    }

    [Fact]
    public async Task Too_deep_a_body_is_400()
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers"));

        var deep = "{\"customer\":" + new string('[', 100) + new string(']', 100) + "}";
        (await host.ErrorAsync(400, "POST", "/rest/V1/customers", deep)).GetProperty("message").GetString().ShouldStartWith("Decoding error");
    }

    [Theory]
    [InlineData("{\"customer\":{\"id\":\"x\",\"first_name\":\"A\"}}", "customer.id")]
    [InlineData("{\"customer\":{\"id\":1.5,\"first_name\":\"A\"}}", "customer.id")]
    [InlineData("{\"customer\":{\"id\":99999999999,\"first_name\":\"A\"}}", "customer.id")]
    [InlineData("{\"customer\":{\"is_active\":7,\"first_name\":\"A\"}}", "customer.is_active")]
    [InlineData("{\"customer\":{\"first_name\":\"A\",\"addresses\":[{\"id\":1,\"street\":{}}]}}", "customer.addresses[0].street")]
    [InlineData("{\"customer\":{\"first_name\":\"A\",\"id\":1,\"id\":2}}", "customer.id")]
    [InlineData("{\"customer\":{\"first_name\":\"A\",\"id\":1,\"Id\":2}}", "customer.id")]
    [InlineData("{\"customer\":[]}", "customer")]
    [InlineData("{\"customer\":\"x\"}", "customer")]
    public async Task A_wrong_type_is_400_and_says_where(string json, string field)
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers"));

        var error = await host.ErrorAsync(400, "POST", "/rest/V1/customers", json);
        error.GetProperty("parameters").GetProperty("fieldName").GetString().ShouldStartWith(field);
        error.ToString().ShouldNotContain("System.");
    }

    [Theory]
    [InlineData("/rest/V1/orders/abc", "id")]
    [InlineData("/rest/V1/orders/99999999999", "id")]
    [InlineData("/rest/V1/orders/5?flag=maybe", "flag")]
    [InlineData("/rest/V1/orders/5?flag[x]=1", "flag")]
    public async Task A_wrong_type_in_path_or_query_is_400(string path, string field)
    {
        await using var host = await StartAsync(module => module.Get("/V1/orders/:id", [new("id", typeof(int)), new("flag", typeof(bool), false)], call => [call.Argument<int>(0), call.Argument<bool>(1)]));

        (await host.ErrorAsync(400, "GET", path)).GetProperty("parameters").GetProperty("fieldName").GetString().ShouldBe(field);
    }

    [Theory]
    [InlineData("?a[=1")]
    [InlineData("?a[x]y=1")]
    [InlineData("?a]x[=1")]
    public async Task Malformed_brackets_in_a_query_are_ignored_or_400_but_never_500(string query)
    {
        await using var host = await StartAsync(module => module.Get("/V1/orders", [new("a", typeof(List<string>), false)], call => [call.Argument<List<string>>(0)?.Count]));

        (await host.SendAsync("GET", "/rest/V1/orders" + query)).Status.ShouldBeOneOf(200, 400);
    }

    [Fact]
    public async Task All_missing_arguments_are_listed()
    {
        await using var host = await StartAsync(module =>
        {
            module.Get("/V1/two", [new("orderId", typeof(int)), new("note", typeof(string)), new("free", typeof(string), false)], call => [call.Argument<int>(0)], method: "POST");
            module.Get("/V1/one", [new("orderId", typeof(int))], call => [call.Argument<int>(0)], method: "POST");
        });

        var two = await host.ErrorAsync(400, "POST", "/rest/V1/two");
        two.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("parameters").GetProperty("fieldName").GetString()).ShouldBe(["order_id", "note"]);
        two.GetProperty("errors")[0].GetProperty("message").GetString()!.ShouldContain("%fieldName");
        (await host.ErrorAsync(400, "POST", "/rest/V1/two", """{"order_id":null,"note":"x"}""")).GetProperty("parameters").GetProperty("fieldName").GetString().ShouldBe("order_id");
        var one = await host.ErrorAsync(400, "POST", "/rest/V1/one", "{}");
        one.GetProperty("parameters").GetProperty("fieldName").GetString().ShouldBe("order_id");
        one.TryGetProperty("errors", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_body_of_many_empty_objects_makes_no_large_answer()
    {
        await using var host = await StartAsync(module => module.AddRoute<Echo, int>("POST", "/V1/many", "etc/webapi.xml", "Say", [new("customers", typeof(List<Customer>))], ["anonymous"], static (_, call) => call.Answer(call.Argument<List<Customer>>(0).Count)));

        var body = "{\"customers\":[" + string.Join(',', Enumerable.Repeat("{}", 100_000)) + "]}";
        (await host.ErrorAsync(400, "POST", "/rest/V1/many", body)).GetProperty("errors").GetArrayLength().ShouldBe(20);
    }

    [Theory]
    [InlineData("""{"customer":{"first_name":null}}""")]
    [InlineData("""{"customer":{"first_name":"A","addresses":[null]}}""")]
    [InlineData("""{"customer":{"first_name":"A","addresses":null}}""")]
    [InlineData("""{"customer":{"first_name":"A","addresses":[{"id":1,"street":null}]}}""")]
    public async Task Null_where_the_type_has_none_is_400(string json)
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers"));

        await host.ErrorAsync(400, "POST", "/rest/V1/customers", json);
    }

    [Fact]
    public async Task What_a_constructor_refuses_is_400()
    {
        await using var host = await StartAsync(module => module.AddRoute<Echo, int>("POST", "/V1/picky", "etc/webapi.xml", "Say", [new("picky", typeof(Picky))], ["anonymous"], static (_, call) => call.Answer(call.Argument<Picky>(0).Count)));

        (await host.ErrorAsync(400, "POST", "/rest/V1/picky", """{"picky":{"count":-1}}""")).GetProperty("parameters").GetProperty("fieldName").GetString().ShouldBe("picky");
    }

    private sealed class Picky
    {
        public Picky(int count)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count);
            Count = count;
        }

        public int Count { get; }
    }

    [Fact]
    public async Task Errors_keep_what_the_host_put_into_the_headers()
    {
        await using var host = await RestHost.StartAsync<SqliteFixture>(module => module.Result("/V1/orders", 1), builder => builder.Services.AddSingleton(_echo), app => Microsoft.AspNetCore.Builder.UseExtensions.Use(app, (context, next) =>
        {
            context.Response.Headers.StrictTransportSecurity = "max-age=1";
            return next(context);
        }));

        using var response = await host.RespondAsync("GET", "/rest/V1/nothing");
        ((int)response.StatusCode).ShouldBe(404);
        response.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=1"]);
    }

    [Fact]
    public async Task Missing_members_are_listed_by_their_place()
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers"));

        (await host.ErrorAsync(400, "POST", "/rest/V1/customers", """{"customer":{"id":1}}""")).GetProperty("parameters").GetProperty("fieldName").GetString().ShouldBe("customer.first_name");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/xml")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData(null)]
    public async Task A_body_of_another_content_type_is_400(string? contentType)
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers"));

        var error = await host.ErrorAsync(400, "POST", "/rest/V1/customers", """{"customer":{"first_name":"A"}}""", contentType: contentType);
        error.GetProperty("parameters").GetProperty("contentType").GetString().ShouldBe(contentType ?? "");
    }

    [Theory]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("APPLICATION/JSON")]
    public async Task A_json_content_type_may_be_written_in_any_way(string contentType)
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers"));

        (await host.SendAsync("POST", "/rest/V1/customers", """{"customer":{"first_name":"A"}}""", contentType: contentType)).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("application/xml", 406)]
    [InlineData("text/html", 406)]
    [InlineData("application/json;q=0", 406)]
    [InlineData("###", 406)]
    [InlineData("application/json", 200)]
    [InlineData("application/*", 200)]
    [InlineData("text/html, application/xhtml+xml, */*;q=0.8", 200)]
    [InlineData(null, 200)]
    public async Task An_accept_header_that_rules_json_out_is_406(string? accept, int status)
    {
        await using var host = await StartAsync(module => module.Result("/V1/orders", 1));

        (await host.SendAsync("GET", "/rest/V1/orders", accept: accept)).Status.ShouldBe(status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Too_large_a_body_is_413(bool isLengthKnown)
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers"), settings => settings["Declarative:Rest:MaxBodyBytes"] = "1000");

        var json = Encoding.UTF8.GetBytes($$$"""{"customer":{"first_name":"{{{new string('a', 1000)}}}"}}""");
        using HttpContent content = isLengthKnown ? new ByteArrayContent(json) : new StreamContent(new Unseekable(json));
        content.Headers.ContentType = new("application/json");
        using var response = await host.Client.PostAsync("/rest/V1/customers", content);
        ((int)response.StatusCode).ShouldBe(413);
        (await response.Content.ReadAsStringAsync()).ShouldContain("\"parameters\":{\"max\":\"1000\"}");
    }

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    [Fact]
    public async Task A_large_body_below_the_limit_is_read_whole()
    {
        await using var host = await StartAsync(module => module.Customer("/V1/customers"));

        var name = new string('a', 1_000_000);
        (await host.OkAsync("POST", "/rest/V1/customers", $$$"""{"customer":{"first_name":"{{{name}}}"}}""")).ShouldContain(name);
    }

    [Fact]
    public async Task Lists_and_pages_have_limits()
    {
        await using var host = await StartAsync(
            module =>
            {
                module.Customer("/V1/limited", limit: 2);
                module.Customer("/V1/customers");
                module.Get("/V1/search", [new("searchCriteria", typeof(SearchCriteria))], call => [call.Argument<SearchCriteria>(0).PageSize]);
            },
            settings =>
            {
                settings["Declarative:Rest:MaxArrayLength"] = "3";
                settings["Declarative:Rest:MaxPageSize"] = "100";
            });

        static string With(int addresses) => "{\"customer\":{\"first_name\":\"A\",\"addresses\":[" + string.Join(',', Enumerable.Repeat("{\"id\":1,\"street\":\"S\"}", addresses)) + "]}}";
        await host.OkAsync("POST", "/rest/V1/limited", With(2));
        var error = await host.ErrorAsync(400, "POST", "/rest/V1/limited", With(3));
        error.GetProperty("parameters").GetProperty("max").GetString().ShouldBe("2");
        error.GetProperty("parameters").GetProperty("type").GetString().ShouldBe("addresses");
        await host.OkAsync("POST", "/rest/V1/customers", With(3));
        await host.ErrorAsync(400, "POST", "/rest/V1/customers", With(4));
        await host.OkAsync("GET", "/rest/V1/search?searchCriteria[pageSize]=100");
        (await host.OkAsync("GET", "/rest/V1/search?searchCriteria")).ShouldBe("\"100\"");
        await host.ErrorAsync(400, "GET", "/rest/V1/search?searchCriteria[pageSize]=-2");
        (await host.ErrorAsync(400, "GET", "/rest/V1/search?searchCriteria[pageSize]=101")).GetProperty("parameters").GetProperty("max").GetString().ShouldBe("100");
        await host.ErrorAsync(400, "GET", "/rest/V1/search?" + string.Join('&', Enumerable.Range(0, 4).Select(i => $"searchCriteria[filter_groups][{i}][filters][0][field]=x")));
    }

    public static TheoryData<Exception, int, string> Failures => new()
    {
        { new NoSuchEntityException("No %thing.", ("thing", "order")), 404, """{"message":"No %thing.","parameters":{"thing":"order"}}""" },
        { new AuthenticationException("Who?"), 401, """{"message":"Who?"}""" },
        { new InputException("Bad.") { Errors = [new RestError("a"), new RestError("b", ("x", 1))] }, 400, """{"message":"Bad.","errors":[{"message":"a"},{"message":"b","parameters":{"x":"1"}}]}""" },
        { new RestException("Conflict.", 409), 409, """{"message":"Conflict."}""" },
        { new System.ComponentModel.DataAnnotations.ValidationException("Too short."), 400, """{"message":"Too short."}""" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Exceptions_of_a_service_have_their_status_and_body(Exception failure, int status, string body)
    {
        _echo.Before = () => throw failure;
        await using var host = await StartAsync(module => module.Result("/V1/orders", 1));

        (await host.SendAsync("GET", "/rest/V1/orders")).ShouldBe((status, body));
    }

    [Fact]
    public async Task A_full_queue_is_503_with_retry_after()
    {
        _echo.Before = () => throw new Declarative.Events.EventQueueFullException("full");
        await using var host = await StartAsync(module => module.Result("/V1/orders", 1));

        using var response = await host.RespondAsync("GET", "/rest/V1/orders");
        ((int)response.StatusCode).ShouldBe(503);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task What_nobody_foresaw_is_500_with_a_report_id_and_nothing_else()
    {
        _echo.Before = () => throw new InvalidOperationException("secret detail");
        await using var host = await StartAsync(module => module.Result("/V1/orders", 1));

        var (status, body) = await host.SendAsync("GET", "/rest/V1/orders");
        status.ShouldBe(500);
        body.ShouldNotContain("secret");
        var report = body[body.IndexOf("webapi-", StringComparison.Ordinal)..^2];
        report.Length.ShouldBe("webapi-".Length + 32);
        host.Log.All.ShouldContain(line => line.Contains(report, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Development_tells_the_details()
    {
        _echo.Before = () => throw new InvalidOperationException("what happened");
        await using var host = await StartAsync(module => module.Result("/V1/orders", 1), environment: "Development");

        var error = await host.ErrorAsync(500, "GET", "/rest/V1/orders");
        error.GetProperty("message").GetString().ShouldBe("what happened");
        error.GetProperty("trace").GetString()!.ShouldContain(nameof(ErrorTests));
    }

    [Fact]
    public async Task A_secure_route_over_plain_http_is_refused()
    {
        await using var host = await StartAsync(module => module.Get("/V1/secret", [], _ => ["x"], isSecure: true));

        (await host.ErrorAsync(400, "GET", "/rest/V1/secret")).GetProperty("message").GetString()!.ShouldContain("HTTPS");
    }

    [Fact]
    public async Task A_secure_route_believes_forwarded_headers_that_the_host_believes()
    {
        await using var host = await RestHost.StartAsync<SqliteFixture>(
            module => module.Get("/V1/secret", [], _ => ["x"], isSecure: true),
            builder =>
            {
                builder.Services.AddSingleton(_echo);
                builder.Services.Configure<Microsoft.AspNetCore.Builder.ForwardedHeadersOptions>(options => options.ForwardedHeaders = Microsoft.AspNetCore.HttpOverrides.ForwardedHeaders.XForwardedProto);
                builder.Services.AddTransient<Microsoft.AspNetCore.Hosting.IStartupFilter, ForwardedFirst>();
            });

        using var request = new HttpRequestMessage(HttpMethod.Get, "/rest/V1/secret");
        request.Headers.Add("X-Forwarded-Proto", "https");
        using var response = await host.Client.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(200);
    }

    private sealed class ForwardedFirst : Microsoft.AspNetCore.Hosting.IStartupFilter
    {
        public Action<Microsoft.AspNetCore.Builder.IApplicationBuilder> Configure(Action<Microsoft.AspNetCore.Builder.IApplicationBuilder> next) => app =>
        {
            Microsoft.AspNetCore.Builder.ForwardedHeadersExtensions.UseForwardedHeaders(app);
            next(app);
        };
    }
}
