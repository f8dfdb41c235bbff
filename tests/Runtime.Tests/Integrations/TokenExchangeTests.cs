using Declarative.Integrations;
using Declarative.Rest;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Declarative.Tests.Integrations;

public sealed class SqliteTokenExchangeTests : TokenExchangeTests<SqliteFixture>;

public sealed class PostgreSqlTokenExchangeTests : TokenExchangeTests<PostgreSqlFixture>;

/// <summary>How a third party gets its tokens.</summary>
public abstract class TokenExchangeTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private const string RequestPath = "/oauth/token/request";
    private const string AccessPath = "/oauth/token/access";
    private const string OrdersPath = "/rest/V1/orders";

    private static readonly Uri Callback = new("https://shop.example.com/admin/integrations/linked");

    [Fact]
    public async Task Activation_posts_four_fields_and_the_third_party_fetches_its_tokens()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var integration = await host.CreateAsync(exchangesTokens: true);

        var (activation, client, verifier) = await host.BeginAsync(integration.Id);

        host.ThirdParty.Requests.ShouldHaveSingleItem().Path.ShouldBe("/callback");
        var fields = host.Fields();
        fields.Keys.ShouldBe(["oauth_consumer_key", "oauth_consumer_secret", "store_base_url", "oauth_verifier"], ignoreOrder: true);
        fields["oauth_consumer_key"].ShouldBe(integration.ConsumerKey);
        fields["oauth_consumer_secret"].Length.ShouldBe(32);
        fields["oauth_verifier"].Length.ShouldBe(32);
        fields["store_base_url"].ShouldBe("https://shop.example.com/");
        activation.Tokens.ShouldBeNull();
        var link = activation.IdentityLink.ShouldNotBeNull();
        link.GetLeftPart(UriPartial.Path).ShouldBe("https://erp.example.com/login");
        var query = QueryHelpers.ParseQuery(link.Query);
        query["tenant"].ToString().ShouldBe("7");
        query["oauth_consumer_key"].ToString().ShouldBe(integration.ConsumerKey);
        query["success_call_back"].ToString().ShouldBe(Callback.AbsoluteUri);
        (await host.Service.FindAsync(integration.Id, TestContext.Current.CancellationToken))!.Status.ShouldBe(IntegrationStatus.Inactive);

        var (token, secret) = await IntegrationHost.TokenAsync(client, RequestPath);
        (token.Length, secret.Length).ShouldBe((32, 32));
        (client.Token, client.TokenSecret) = (token, secret);
        client.Alter = parameters => parameters["oauth_verifier"] = verifier;
        var access = await IntegrationHost.TokenAsync(client, AccessPath);
        (access.Token.Length, access.Secret.Length).ShouldBe((32, 32));
        (client.Token, client.TokenSecret, client.Alter) = (access.Token, access.Secret, null);

        (await host.Service.FindAsync(integration.Id, TestContext.Current.CancellationToken))!.Status.ShouldBe(IntegrationStatus.Active);
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_third_party_may_fetch_its_tokens_while_it_is_being_posted_to()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var integration = await host.CreateAsync(exchangesTokens: true);
        host.ThirdParty.Answer = async context =>
        {
            var fields = host.Fields();
            await IntegrationHost.ExchangeAsync(host.Client(fields["oauth_consumer_key"], fields["oauth_consumer_secret"]), fields["oauth_verifier"]);

            // Even if it then fails to say so.
            context.Response.StatusCode = 500;
        };

        var activation = await host.Service.ActivateAsync(integration.Id, Callback, TestContext.Current.CancellationToken);

        activation.Integration.Status.ShouldBe(IntegrationStatus.Active);
        activation.Integration.Exchange!.Stage.ShouldBe(ExchangeStage.AccessToken);
    }

    [Fact]
    public async Task Who_asks_again_within_the_time_gets_the_same_answers()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var integration = await host.CreateAsync(exchangesTokens: true);
        var (_, client, verifier) = await host.BeginAsync(integration.Id);

        var request = await IntegrationHost.TokenAsync(client, RequestPath);
        (await IntegrationHost.TokenAsync(client, RequestPath)).ShouldBe(request);
        (client.Token, client.TokenSecret) = request;
        client.Alter = parameters => parameters["oauth_verifier"] = verifier;
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => IntegrationHost.TokenAsync(client, AccessPath)));
        answers.Distinct().ShouldHaveSingleItem();

        host.Time.Advance(TimeSpan.FromMinutes(5));
        var late = await client.SendAsync(HttpMethod.Post, AccessPath);
        late.Status.ShouldBe(401);
        IntegrationHost.Problem(late.Body).ShouldContain("used up");
        client.Token = null;
        client.TokenSecret = "";
        (await client.SendAsync(HttpMethod.Post, RequestPath)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Every_other_use_of_a_token_is_refused()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var integration = await host.CreateAsync(exchangesTokens: true);
        var (_, client, verifier) = await host.BeginAsync(integration.Id);
        var request = await IntegrationHost.TokenAsync(client, RequestPath);
        (client.Token, client.TokenSecret) = request;

        // A request token calls no route.
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(401);

        // Another verifier.
        client.Alter = parameters => parameters["oauth_verifier"] = new string('x', 32);
        var wrong = await client.SendAsync(HttpMethod.Post, AccessPath);
        wrong.Status.ShouldBe(401);
        IntegrationHost.Problem(wrong.Body).ShouldContain("oauth_verifier");
        (await host.Service.FindAsync(integration.Id, TestContext.Current.CancellationToken))!.Exchange!.LastRefusal!.ShouldContain("oauth_verifier");

        // Another consumer with the same token.
        var other = await host.CreateAsync("Other", exchangesTokens: true);
        var (_, thief, _) = await host.BeginAsync(other.Id);
        (thief.Token, thief.TokenSecret) = request;
        thief.Alter = parameters => parameters["oauth_verifier"] = verifier;
        (await thief.SendAsync(HttpMethod.Post, AccessPath)).Status.ShouldBe(401);

        // The access token is no request token, and the request token no access token.
        client.Alter = parameters => parameters["oauth_verifier"] = verifier;
        var access = await IntegrationHost.TokenAsync(client, AccessPath);
        client.Alter = null;
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(401);
        (client.Token, client.TokenSecret) = access;
        client.Alter = parameters => parameters["oauth_verifier"] = verifier;
        var used = await client.SendAsync(HttpMethod.Post, AccessPath);
        used.Status.ShouldBe(401);
        IntegrationHost.Problem(used.Body).ShouldContain("no request token");
    }

    [Theory]
    [InlineData(RequestPath, "oauth_signature_method", null, 400, "oauth_signature_method is required")]
    [InlineData(RequestPath, "oauth_version", "1", 400, "only 1.0")]
    [InlineData(AccessPath, "oauth_verifier", null, 400, "oauth_verifier is required")]
    [InlineData(AccessPath, "oauth_token", null, 400, "oauth_token is required")]
    [InlineData(AccessPath, "oauth_token", "x", 400, "32 characters")]
    [InlineData(RequestPath, "oauth_consumer_key", "x", 401, "32 characters")]
    [InlineData(RequestPath, "oauth_timestamp", "1", 401, "before this host's clock")]
    public async Task Errors_are_form_encoded_with_the_originals_status(string path, string parameter, string? value, int status, string why)
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var integration = await host.CreateAsync(exchangesTokens: true);
        var (_, client, verifier) = await host.BeginAsync(integration.Id);
        (client.Token, client.TokenSecret) = path == AccessPath ? await IntegrationHost.TokenAsync(client, RequestPath) : (null!, "");
        client.Alter = parameters =>
        {
            if (path == AccessPath)
                parameters["oauth_verifier"] = verifier;
            _ = value is null ? parameters.Remove(parameter) : (parameters[parameter] = value).Length > 0;
        };

        using var request = client.Request(HttpMethod.Post, path);
        using var response = await host.Rest.Client.SendAsync(request, TestContext.Current.CancellationToken);

        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-www-form-urlencoded");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        IntegrationHost.Problem(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(why);
    }

    [Fact]
    public async Task Without_an_activation_there_is_nothing_to_fetch()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var (_, client) = await host.ActiveAsync();
        (client.Token, client.TokenSecret) = (null, "");

        var answer = await client.SendAsync(HttpMethod.Post, RequestPath);

        answer.Status.ShouldBe(401);
        IntegrationHost.Problem(answer.Body).ShouldContain("activate the integration");
        (await host.Rest.Client.PostAsync(RequestPath, null, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_time_to_begin_is_limited()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>(new() { ["Declarative:OAuth:ExchangePeriod"] = "00:02:00" });
        var integration = await host.CreateAsync(exchangesTokens: true);
        var (_, client, _) = await host.BeginAsync(integration.Id);
        host.Time.Advance(TimeSpan.FromMinutes(2));

        var answer = await client.SendAsync(HttpMethod.Post, RequestPath);

        answer.Status.ShouldBe(401);
        IntegrationHost.Problem(answer.Body).ShouldContain("time to ask");
    }

    [Fact]
    public async Task Reauthorizing_ends_the_old_tokens_at_once()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var integration = await host.CreateAsync(exchangesTokens: true);
        var (_, client, verifier) = await host.BeginAsync(integration.Id);
        await IntegrationHost.ExchangeAsync(client, verifier);
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(200);

        var again = await host.Service.ReauthorizeAsync(integration.Id, Callback, TestContext.Current.CancellationToken);

        again.IdentityLink.ShouldNotBeNull();
        again.Integration.Status.ShouldBe(IntegrationStatus.Inactive);
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(401);
        var next = host.Client(client.ConsumerKey, client.ConsumerSecret);
        await IntegrationHost.ExchangeAsync(next, host.Fields()["oauth_verifier"]);
        (await next.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(200);
        (await client.SendAsync(HttpMethod.Get, OrdersPath)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task What_a_stranger_has_refused_is_not_shown_as_it_was_sent()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var integration = await host.CreateAsync(exchangesTokens: true);
        var (_, client, _) = await host.BeginAsync(integration.Id);
        client.ConsumerSecret = "a guess";
        client.Alter = static parameters => parameters["oauth_version"] = "Call +1 555 0100 and ask for <b>Eve</b>";

        (await client.SendAsync(HttpMethod.Post, RequestPath)).Status.ShouldBe(400);

        var refusal = (await host.Service.FindAsync(integration.Id, TestContext.Current.CancellationToken))!.Exchange!.LastRefusal!;
        refusal.ShouldContain("oauth_version");
        refusal.ShouldNotContain("Eve");
    }

    [Fact]
    public async Task Who_was_admitted_to_an_exchange_that_has_ended_gets_nothing_of_the_next_one()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var integration = await host.CreateAsync(exchangesTokens: true);
        var (_, client, _) = await host.BeginAsync(integration.Id);
        await IntegrationHost.TokenAsync(client, RequestPath);
        var admitted = host.Get<IntegrationCache>().Find(integration.Id)!;

        await host.Service.ReauthorizeAsync(integration.Id, Callback, TestContext.Current.CancellationToken);

        foreach (var call in (OAuthCall[])[OAuthCall.RequestToken, OAuthCall.AccessToken])
            await Should.ThrowAsync<AuthenticationException>(host.Get<TokenRoutes>().IssueAsync(admitted, call));
        (await host.Service.FindAsync(integration.Id, TestContext.Current.CancellationToken))!.Exchange!.Stage.ShouldBe(ExchangeStage.Verifier);
    }

    [Fact]
    public async Task Deactivating_calls_an_exchange_off()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var integration = await host.CreateAsync(exchangesTokens: true);
        var (_, client, _) = await host.BeginAsync(integration.Id);

        await host.Service.DeactivateAsync(integration.Id, TestContext.Current.CancellationToken);

        (await client.SendAsync(HttpMethod.Post, RequestPath)).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData(500, "answered 500")]
    [InlineData(302, "redirects are not followed")]
    public async Task A_callback_page_that_refuses_is_told(int status, string why)
    {
        await using var host = await IntegrationHost.StartAsync<TStore>();
        var integration = await host.CreateAsync(exchangesTokens: true);
        host.ThirdParty.Answer = context =>
        {
            context.Response.StatusCode = status;
            if (status == 302)
                context.Response.Headers.Location = "https://elsewhere.example.com/";
            return Task.CompletedTask;
        };

        var exception = await Should.ThrowAsync<InputException>(host.Service.ActivateAsync(integration.Id, Callback));

        exception.Parameters["problem"].ShouldContain(why);
        host.ThirdParty.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Credentials_dont_leave_for_private_addresses_unless_allowed()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>(new() { ["Declarative:Delivery:AllowedNetworks:0"] = "198.18.0.0/15" });
        var url = host.ThirdParty.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        var integration = await host.Service.CreateAsync(
            new IntegrationData { Name = "Inside", EndpointUrl = url, IdentityLinkUrl = "https://erp.example.com/" },
            TestContext.Current.CancellationToken);

        var exception = await Should.ThrowAsync<InputException>(host.Service.ActivateAsync(integration.Id, Callback));

        exception.Parameters["problem"].ShouldContain("not public");
        host.ThirdParty.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_an_address_of_its_own_the_host_begins_no_exchange()
    {
        await using var host = await IntegrationHost.StartAsync<TStore>(new() { ["Declarative:Rest:BaseUrl"] = null });
        var integration = await host.CreateAsync(exchangesTokens: true);

        (await Should.ThrowAsync<InputException>(host.Service.ActivateAsync(integration.Id, Callback))).Message.ShouldContain("Declarative:Rest:BaseUrl");
        host.ThirdParty.Requests.ShouldBeEmpty();
    }
}
