using System.Globalization;
using Declarative.OAuth;
using Declarative.Storage;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Integrations;

public sealed class SqliteSignedCallTests : SignedCallTests<SqliteFixture>;

public sealed class PostgreSqlSignedCallTests : SignedCallTests<PostgreSqlFixture>;

/// <summary>Calls that integrations sign: who they let in, and what is wrong with those that they don't.</summary>
public abstract class SignedCallTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private const string OrdersPath = "/rest/V1/orders";

    [Fact]
    public async Task An_integration_calls_exactly_what_its_permissions_allow()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();

        (await client.SendAsync(HttpMethod.Get, OrdersPath)).ShouldBe((200, "\"orders\""));
        (await client.SendAsync(HttpMethod.Get, "/rest/V1/open")).Status.ShouldBe(200);
        var (status, body) = await client.SendAsync(HttpMethod.Get, "/rest/V1/products");
        status.ShouldBe(401);
        body.ShouldContain(IntegrationHost.Products);
    }

    [Fact]
    public async Task A_body_is_not_signed_unless_it_is_a_form()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();

        (await client.SendAsync(HttpMethod.Post, "/rest/V1/customers", json: """{"customer":{"first_name":"Ada"}}""")).Status.ShouldBe(200);

        // Forms are no input of routes, which is said only once the signature, which covers the form, is right.
        (await client.SendAsync(HttpMethod.Post, "/rest/V1/customers", form: "a=1&b=x%20y")).Status.ShouldBe(400);
    }

    [Theory]
    [InlineData("?a=1&b=2")]
    [InlineData("?searchCriteria[filter_groups][0][filters][0][field]=status&searchCriteria[page_size]=5")]
    [InlineData("?searchCriteria%5Bpage_size%5D=5")]
    [InlineData("?q=a%20b%2Bc~%C3%A9")]
    [InlineData("?a=b+c")]
    [InlineData("?a=2&a=1&a")]
    [InlineData("?")]
    [InlineData("?p9=a&p10=b")]
    public async Task A_query_is_signed_as_clients_sign_it(string query)
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();

        (await client.SendAsync(HttpMethod.Get, OrdersPath + query)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Names_in_the_originals_natural_order_are_accepted_too()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();
        client.Order = NaturalOrder.Instance;

        (await client.SendAsync(HttpMethod.Get, OrdersPath + "?p9=a&p10=b")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("oauth_consumer_key", null, 400, "oauth_consumer_key is required")]
    [InlineData("oauth_token", null, 400, "oauth_token is required")]
    [InlineData("oauth_nonce", "", 400, "oauth_nonce is required")]
    [InlineData("oauth_timestamp", null, 400, "oauth_timestamp is required")]
    [InlineData("oauth_version", "2.0", 400, "oauth_version is '2.0'")]
    [InlineData("oauth_token", "short", 400, "oauth_token must have 32")]
    [InlineData("oauth_token", "0123456789012345678901234567890123456789", 400, "oauth_token must have 32")]
    [InlineData("oauth_signature_method", "PLAINTEXT", 400, "oauth_signature_method is 'PLAINTEXT'")]
    [InlineData("oauth_signature_method", "HMAC-SHA1", 400, "oauth_signature_method is 'HMAC-SHA1'")]
    [InlineData("oauth_consumer_key", "short", 401, "oauth_consumer_key must have 32")]
    [InlineData("oauth_consumer_key", "01234567890123456789012345678901", 401, "no consumer")]
    [InlineData("oauth_token", "01234567890123456789012345678901", 401, "no access token of this consumer")]
    [InlineData("oauth_timestamp", "0", 401, "oauth_timestamp must be")]
    [InlineData("oauth_timestamp", "-5", 401, "oauth_timestamp must be")]
    [InlineData("oauth_timestamp", "soon", 401, "oauth_timestamp must be")]
    [InlineData("oauth_timestamp", "99999999999999999999999", 401, "oauth_timestamp must be")]
    [InlineData("oauth_timestamp", "1767323045000", 401, "milliseconds")]
    public async Task What_is_wrong_is_told(string parameter, string? value, int status, string why)
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();
        client.Alter = parameters => _ = value is null ? parameters.Remove(parameter) : (parameters[parameter] = value).Length > 0;

        var answer = await client.SendAsync(HttpMethod.Get, OrdersPath);

        answer.Status.ShouldBe(status, answer.Body);
        Filled(answer.Body).ShouldContain(why);
    }

    [Fact]
    public async Task All_that_is_missing_is_named_at_once()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        using var request = new HttpRequestMessage(HttpMethod.Get, OrdersPath);
        request.Headers.TryAddWithoutValidation("Authorization", "OAuth oauth_nonce=\"x\"");

        using var response = await host.Rest.Client.SendAsync(request, TestContext.Current.CancellationToken);

        ((int)response.StatusCode).ShouldBe(400);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        foreach (var name in (string[])["oauth_consumer_key", "oauth_signature", "oauth_signature_method", "oauth_timestamp", "oauth_token"])
            body.ShouldContain($"\"{name}\"");
        body.ShouldNotContain("\"oauth_nonce\"");
    }

    [Theory]
    [InlineData(601, "after this host's clock")]
    [InlineData(-601, "before this host's clock")]
    public async Task A_clock_that_is_wrong_is_told(int seconds, string why)
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();
        client.Alter = parameters => parameters["oauth_timestamp"] = (host.Time.GetUtcNow().ToUnixTimeSeconds() + seconds).ToString(CultureInfo.InvariantCulture);

        var answer = await client.SendAsync(HttpMethod.Get, OrdersPath);

        answer.Status.ShouldBe(401);
        Filled(answer.Body).ShouldContain(why);
        client.Alter = parameters => parameters["oauth_timestamp"] = (host.Time.GetUtcNow().ToUnixTimeSeconds() + (seconds > 0 ? 600 : -600)).ToString(CultureInfo.InvariantCulture);
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_nonce_is_good_once()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();
        client.Alter = static parameters => parameters["oauth_nonce"] = "always the same";

        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(200);
        var again = await client.SendAsync(HttpMethod.Get, OrdersPath);
        again.Status.ShouldBe(401);
        again.Body.ShouldContain("oauth_nonce was used before");

        // The nonce comes before the token and the signature in the order of checks.
        client.TokenSecret = "wrong";
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Body.ShouldContain("oauth_nonce was used before");
    }

    [Fact]
    public async Task Of_many_that_repeat_a_request_at_the_same_time_one_gets_in()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();
        client.Alter = static parameters => parameters["oauth_nonce"] = "raced for";

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.SendAsync(HttpMethod.Get, OrdersPath)));

        answers.Count(static answer => answer.Status == 200).ShouldBe(1);
        answers.Count(static answer => answer.Status == 401).ShouldBe(49);
    }

    [Fact]
    public async Task A_forged_request_burns_no_nonce()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();
        client.Alter = static parameters => parameters["oauth_nonce"] = "foreseen";
        var right = client.TokenSecret;

        client.TokenSecret = "guessed";
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Body.ShouldContain("signature is wrong");
        client.TokenSecret = right;
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Two_consumers_may_have_the_same_nonce()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        foreach (var name in (string[])["One", "Two"])
        {
            var (_, client) = await host.ActiveAsync(name);
            client.Alter = static parameters => parameters["oauth_nonce"] = "x";
            (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(200);
        }
    }

    [Fact]
    public async Task Nonces_go_with_their_time()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (integration, client) = await host.ActiveAsync();
        client.Alter = static parameters => parameters["oauth_nonce"] = "x";
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(200);
        var store = host.Get<IIntegrationStore>();
        var nonce = new IntegrationNonce(integration.Id, "x", host.Time.GetUtcNow().ToUnixTimeSeconds());

        host.Time.Advance(TimeSpan.FromMinutes(10));
        (await store.HasNonceAsync(nonce, CancellationToken.None)).ShouldBeTrue();
        host.Time.Advance(TimeSpan.FromMinutes(7));
        await Eventually.True(async () => !await store.HasNonceAsync(nonce, CancellationToken.None));
    }

    [Fact]
    public async Task The_token_of_another_consumer_lets_nobody_in()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, one) = await host.ActiveAsync("One");
        var (_, other) = await host.ActiveAsync("Other");
        (one.Token, one.TokenSecret) = (other.Token, other.TokenSecret);

        var answer = await one.SendAsync(HttpMethod.Get, OrdersPath);

        answer.Status.ShouldBe(401);
        answer.Body.ShouldContain("no access token of this consumer");
    }

    [Theory]
    [InlineData("%3D\"", "%3C\"")]
    [InlineData("oauth_signature=\"", "oauth_signature=\"A")]
    [InlineData("oauth_signature=\"", "oauth_signature=\"%00")]
    [InlineData("oauth_signature=\"", "oauth_signature=\"%E2%82%AC")]
    public async Task A_signature_that_was_touched_lets_nobody_in(string part, string instead)
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();
        client.AlterHeader = header => header.Replace(part, instead, StringComparison.Ordinal);

        var answer = await client.SendAsync(HttpMethod.Get, OrdersPath);

        answer.Status.ShouldBe(401);
        answer.Body.ShouldContain("signature is wrong");
    }

    [Fact]
    public async Task What_was_not_signed_is_not_let_in()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();
        foreach (var (signed, sent) in (ReadOnlySpan<(string, string)>)[("", "?a=1"), ("?a=1", ""), ("?a=1", "?a=2"), ("?a=1", "?a=1&b"), ("?a=1", "?a=1&b==c"), ("?a=1&b=2", "?b=2&a=1&a=1")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, OrdersPath + sent);
            request.Headers.TryAddWithoutValidation("Authorization", client.Header("GET", new Uri(host.Rest.Client.BaseAddress!, OrdersPath + signed)));
            using var response = host.Rest.Client.Send(request, TestContext.Current.CancellationToken);
            ((int)response.StatusCode).ShouldBe(401, $"signed {signed}, sent {sent}");
        }

        using var post = new HttpRequestMessage(HttpMethod.Post, OrdersPath);
        post.Headers.TryAddWithoutValidation("Authorization", client.Header("GET", new Uri(host.Rest.Client.BaseAddress!, OrdersPath)));
        using var refused = await host.Rest.Client.SendAsync(post, TestContext.Current.CancellationToken);
        ((int)refused.StatusCode).ShouldBe(404);
    }

    [Theory]
    [InlineData("OAuth oauth_consumer_key=\"a\", oauth_consumer_key=\"b\"", 400)]
    [InlineData("OAuth nonsense", 400)]
    [InlineData("OAuth realm=\"x", 400)]
    public async Task A_header_that_cant_be_read_is_told(string header, int status)
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        using var request = new HttpRequestMessage(HttpMethod.Get, OrdersPath);
        request.Headers.TryAddWithoutValidation("Authorization", header);

        using var response = await host.Rest.Client.SendAsync(request, TestContext.Current.CancellationToken);

        ((int)response.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task Values_can_be_any_bytes_and_break_nothing()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();
        foreach (var nonce in (string[])["a\r\nX-Injected: 1", "%0d%0a", new string('x', 129), "'; DROP TABLE integration; --", "\0"])
        {
            client.Alter = parameters => parameters["oauth_nonce"] = nonce;
            using var request = client.Request(HttpMethod.Get, OrdersPath);
            using var response = await host.Rest.Client.SendAsync(request, TestContext.Current.CancellationToken);
            ((int)response.StatusCode).ShouldBe(nonce.Length > 128 ? 400 : 200, nonce);
            response.Headers.Contains("X-Injected").ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Sha1_is_accepted_where_the_host_says_so()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>(new() { ["Declarative:OAuth:AcceptSha1"] = "true" });
        var (_, client) = await host.ActiveAsync();
        client.Method = "HMAC-SHA1";

        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("true", 200)]
    public async Task An_access_token_is_a_bearer_token_only_where_the_host_says_so(string? isOn, int status)
    {
        await using var host = await IntegrationHost.StartAsync<TStore>(new() { ["Declarative:OAuth:AccessTokenAsBearer"] = isOn });
        var (integration, client) = await host.ActiveAsync();
        (await BearerAsync()).ShouldBe(status);

        await host.Service.DeactivateAsync(integration.Id, TestContext.Current.CancellationToken);
        (await BearerAsync()).ShouldBe(401);

        async Task<int> BearerAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, OrdersPath);
            request.Headers.Authorization = new("Bearer", client.Token);
            using var response = await host.Rest.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task Permissions_are_never_inherited()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>(new() { ["Declarative:Acl:Inherit"] = "true" });
        var (_, client) = await host.ActiveAsync("Erp", "Magento_Backend::admin", "Shop_Sales::sales", IntegrationHost.Orders);

        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(200);
        (await client.SendAsync(HttpMethod.Get, "/rest/V1/products")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_form_that_cant_be_read_is_the_caller_s_mistake()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();
        var form = string.Join('&', Enumerable.Range(0, 1_100).Select(static i => $"f{i}=x"));

        (await client.SendAsync(HttpMethod.Post, "/rest/V1/customers", form: form)).Status.ShouldBe(400);
        (await client.SendAsync(HttpMethod.Post, "/rest/V1/customers", form: "a=" + new string('x', 2_000_000))).Status.ShouldBe(413);
        client.ConsumerKey = new string('a', 32);
        (await client.SendAsync(HttpMethod.Post, "/rest/V1/customers", form: form)).Body.ShouldContain("no consumer");
    }

    [Fact]
    public async Task Deactivating_and_revoking_stop_access_at_once()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (integration, client) = await host.ActiveAsync();
        var ours = TestContext.Current.CancellationToken;

        await host.Service.DeactivateAsync(integration.Id, ours);
        var inactive = await client.SendAsync(HttpMethod.Get, OrdersPath);
        inactive.Status.ShouldBe(401);
        inactive.Body.ShouldContain("is not active");

        (await host.Service.ActivateAsync(integration.Id, new Uri("https://shop.example.com/"), ours)).Tokens.ShouldBeNull();
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(200);

        await host.Service.RevokeAsync(integration.Id, ours);
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(401);
        (await host.Service.ActivateAsync(integration.Id, new Uri("https://shop.example.com/"), ours)).Tokens.ShouldNotBeNull();
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Secrets_stay_out_of_the_log_and_the_database()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(200);
        client.Alter = static parameters => parameters["oauth_nonce"] = "twice";
        await client.SendAsync(HttpMethod.Get, OrdersPath);
        await client.SendAsync(HttpMethod.Get, OrdersPath);

        var stored = (await host.Get<IIntegrationStore>().LoadAsync(TestContext.Current.CancellationToken)).Single();

        var everything = string.Concat(host.Rest.Log.All) + System.Text.Encoding.Latin1.GetString(stored.Credentials);
        foreach (var secret in (string[])[client.ConsumerSecret, client.Token!, client.TokenSecret])
            everything.ShouldNotContain(secret);
    }

    /// <summary>The message with its values.</summary>
    private static string Filled(string body)
    {
        var error = System.Text.Json.JsonDocument.Parse(body).RootElement;
        var message = error.GetProperty("message").GetString()!;
        if (error.TryGetProperty("parameters", out var parameters))
        {
            foreach (var parameter in parameters.EnumerateObject())
                message = message.Replace("%" + parameter.Name, parameter.Value.GetString(), StringComparison.Ordinal);
        }

        return message;
    }
}
