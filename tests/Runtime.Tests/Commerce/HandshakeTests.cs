using System.Text;
using Declarative.Commerce;
using Declarative.Integrations;
using Declarative.Rest;
using Declarative.Tests.Fixtures;
using Declarative.Tests.Integrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Declarative.Tests.Commerce;

public sealed class SqliteHandshakeTests : HandshakeTests<SqliteFixture>;

public sealed class PostgreSqlHandshakeTests : HandshakeTests<PostgreSqlFixture>;

/// <summary>A store and a third party, both ours, over real HTTP.</summary>
public abstract class HandshakeTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    [Fact]
    public async Task The_third_party_gets_its_tokens_and_calls_what_they_allow()
    {
        await using var shop = await Shop.StartAsync();
        await using var party = await ThirdParty.StartAsync<TStore>(shop.Url, shop.Host.Time);
        var integration = await shop.IntegrateAsync(party);
        await Should.ThrowAsync<IntegrationNotActivatedException>(() => party.Shop.GetAsync("rest/V1/orders"));

        var activation = await shop.Host.Service.ActivateAsync(integration.Id, shop.Page);
        var popup = await party.Client.GetAsync(activation.IdentityLink);
        await shop.LinkedAsync(integration, party);

        ((int)popup.StatusCode).ShouldBe(302);
        popup.Headers.Location.ShouldBe(shop.Page);
        (await party.Shop.GetAsync("rest/V1/orders")).ShouldBe(200);
        (await party.Shop.GetAsync("rest/V1/products")).ShouldBe(401, "the integration doesn't hold that permission");
        var link = (await party.Tokens.FindAsync(default)).ShouldNotBeNull();
        (link.ConsumerKey, link.Login).ShouldBe((integration.ConsumerKey, "ada"));
        (await party.Tokens.LoadPostsAsync(default)).ShouldBeEmpty();

        using var named = party.Services.GetRequiredService<IHttpClientFactory>().CreateClient("commerce");
        ((int)(await named.GetAsync(new Uri("rest/V1/orders", UriKind.Relative))).StatusCode).ShouldBe(200);

        await party.RestartAsync();
        (await party.Shop.GetAsync("rest/V1/orders")).ShouldBe(200);

        await shop.Host.Service.DeactivateAsync(integration.Id);
        (await party.Shop.GetAsync("rest/V1/orders")).ShouldBe(401);
    }

    [Fact]
    public async Task Reauthorizing_replaces_the_tokens_and_keeps_the_login()
    {
        await using var shop = await Shop.StartAsync();
        await using var party = await ThirdParty.StartAsync<TStore>(shop.Url, shop.Host.Time);
        var integration = await shop.IntegrateAsync(party);
        var activation = await shop.Host.Service.ActivateAsync(integration.Id, shop.Page);
        await party.Client.GetAsync(activation.IdentityLink);
        await shop.LinkedAsync(integration, party);
        var before = await party.Tokens.FindAsync(default);

        await shop.Host.Service.ReauthorizeAsync(integration.Id, shop.Page);
        await shop.LinkedAsync(integration, party);

        var after = (await party.Tokens.FindAsync(default)).ShouldNotBeNull();
        after.Tokens.ShouldNotBe(before!.Tokens);
        after.Login.ShouldBe("ada");
        (await party.Shop.GetAsync("rest/V1/orders")).ShouldBe(200);
    }

    [Fact]
    public async Task Another_integration_of_the_store_takes_over_once_it_has_tokens()
    {
        await using var shop = await Shop.StartAsync();
        await using var party = await ThirdParty.StartAsync<TStore>(shop.Url, shop.Host.Time);
        var first = await shop.IntegrateAsync(party);
        await party.Client.GetAsync((await shop.Host.Service.ActivateAsync(first.Id, shop.Page)).IdentityLink);
        await shop.LinkedAsync(first, party);

        var second = await shop.IntegrateAsync(party, "Erp again");
        await shop.Host.Service.ActivateAsync(second.Id, shop.Page);
        await shop.LinkedAsync(second, party);

        var link = (await party.Tokens.FindAsync(default)).ShouldNotBeNull();
        (link.ConsumerKey, link.Login).ShouldBe((second.ConsumerKey, null), "nobody logged in for this one yet");
        (await party.Shop.GetAsync("rest/V1/orders")).ShouldBe(200);
    }

    [Theory]
    [InlineData("oauth_consumer_key")]
    [InlineData("oauth_consumer_secret")]
    [InlineData("oauth_verifier")]
    public async Task Forged_posts_destroy_no_tokens(string forged)
    {
        await using var shop = await Shop.StartAsync();
        await using var party = await ThirdParty.StartAsync<TStore>(shop.Url, shop.Host.Time);
        var integration = await shop.IntegrateAsync(party);
        await shop.Host.Service.ActivateAsync(integration.Id, shop.Page);
        await shop.LinkedAsync(integration, party);
        var before = await party.Tokens.FindAsync(default);

        var post = await party.PostAsync(fields =>
        {
            fields["oauth_consumer_key"] = integration.ConsumerKey;
            fields[forged] = new string('x', 32);
        });
        post.Status.ShouldBe(200);
        await Eventually.True(() => party.Log.All.Any(static line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(" answered 401", StringComparison.Ordinal)));

        (await party.Tokens.LoadPostsAsync(default)).ShouldBeEmpty();
        (await party.Tokens.FindAsync(default)).ShouldNotBeNull().Tokens.ShouldBe(before!.Tokens);
        (await party.Shop.GetAsync("rest/V1/orders")).ShouldBe(200);
    }

    [Fact]
    public async Task A_forged_post_does_not_get_in_the_way_of_a_genuine_one()
    {
        await using var shop = await Shop.StartAsync();
        await using var party = await ThirdParty.StartAsync<TStore>(shop.Url, shop.Host.Time);
        var integration = await shop.IntegrateAsync(party);

        await Task.WhenAll(
            shop.Host.Service.ActivateAsync(integration.Id, shop.Page),
            party.PostAsync(fields => fields["oauth_consumer_key"] = integration.ConsumerKey),
            party.PostAsync(fields => fields["oauth_consumer_key"] = integration.ConsumerKey));
        await shop.LinkedAsync(integration, party);

        (await party.Shop.GetAsync("rest/V1/orders")).ShouldBe(200);
    }

    [Fact]
    public async Task No_secret_is_in_the_log_or_in_the_database()
    {
        await using var shop = await Shop.StartAsync();
        await using var party = await ThirdParty.StartAsync<TStore>(shop.Url, shop.Host.Time);
        var integration = await shop.IntegrateAsync(party);
        var activation = await shop.Host.Service.ActivateAsync(integration.Id, shop.Page);
        await party.Client.GetAsync(activation.IdentityLink);
        await shop.LinkedAsync(integration, party);
        await party.Shop.GetAsync("rest/V1/orders?searchCriteria[page_size]=1");

        var tokens = await party.Services.GetRequiredService<CommerceTokens>().FindAsync(default);
        string[] secrets = [tokens!.ConsumerSecret, tokens.AccessToken, tokens.AccessTokenSecret];
        var log = string.Concat(party.Log.All);
        var database = Encoding.Latin1.GetString(party.Database());
        log.ShouldContain("calls to it are signed");
        database.ShouldContain(tokens.ConsumerKey);
        foreach (var secret in secrets)
        {
            log.ShouldNotContain(secret);
            database.ShouldNotContain(secret);
        }

        log.ShouldNotContain("oauth_signature");
        tokens.ToString().ShouldBe("(secret)");
    }

    [Theory]
    [InlineData("searchCriteria[filter_groups][0][filters][0][field]=name&searchCriteria[filter_groups][0][filters][0][value]=%25cup%25")]
    [InlineData("searchCriteria%5Bpage_size%5D=1")]
    [InlineData("searchCriteria")]
    [InlineData("searchCriteria=")]
    [InlineData("a=b=c&a==")]
    [InlineData("a=1&a=2&a=1&b=&=c")]
    [InlineData("name=two words")]
    [InlineData("name=two+words")]
    [InlineData("name=one%2Bone")]
    [InlineData("name=Žluťoučký+kůň 🐴")]
    [InlineData("name=%C5%BDlu%C5%A5&other=100%")]
    [InlineData("p9=a&p10=b&p1=c&P9=d")]
    [InlineData("q=~-._!*'();:@,/?$")]
    [InlineData("q=%7E%2D%2E%5F")]
    public async Task Any_query_is_signed_as_it_is_sent(string query)
    {
        await using var shop = await Shop.StartAsync();
        await using var party = await ThirdParty.StartAsync<TStore>(shop.Url, shop.Host.Time);
        var integration = await shop.IntegrateAsync(party);
        await shop.Host.Service.ActivateAsync(integration.Id, shop.Page);
        await shop.LinkedAsync(integration, party);

        (await party.Shop.GetAsync("rest/V1/orders?" + query)).ShouldBe(200);
        (await party.Shop.GetAsync("rest/default/V1/../V1/orders/?" + query)).ShouldBe(200);
    }

    [Fact]
    public async Task Bodies_are_sent_as_they_are()
    {
        await using var shop = await Shop.StartAsync();
        await using var party = await ThirdParty.StartAsync<TStore>(shop.Url, shop.Host.Time);
        var integration = await shop.IntegrateAsync(party);
        await shop.Host.Service.ActivateAsync(integration.Id, shop.Page);
        await shop.LinkedAsync(integration, party);

        using var json = new StringContent("""{"customer":{"first_name":"Ada"}}""", Encoding.UTF8, "application/json");
        var response = await party.Shop.Http.PostAsync(new Uri("rest/V1/customers?x=1", UriKind.Relative), json);

        ((int)response.StatusCode).ShouldBe(200);
        (await response.Content.ReadAsStringAsync()).ShouldContain("Ada");
    }

    /// <summary>The store, which knows its own address.</summary>
    private sealed class Shop(IntegrationHost host) : IAsyncDisposable
    {
        public IntegrationHost Host => host;

        public string Url => host.Rest.Client.BaseAddress!.AbsoluteUri;

        public Uri Page => new(host.Rest.Client.BaseAddress!, "/admin/integrations/linked");

        public static async Task<Shop> StartAsync()
        {
            var host = await IntegrationHost.StartAsync<TStore>();
            host.Get<IOptions<RestOptions>>().Value.BaseUrl = host.Rest.Client.BaseAddress!.AbsoluteUri;
            return new Shop(host);
        }

        public Task<Integration> IntegrateAsync(ThirdParty party, string name = "Erp") => host.Service.CreateAsync(new IntegrationData
        {
            Name = name,
            EndpointUrl = party.Callback.AbsoluteUri,
            IdentityLinkUrl = new Uri(party.Client.BaseAddress!, "/integration/login").AbsoluteUri,
            Resources = [IntegrationHost.Orders],
        });

        /// <summary>Both sides are done.</summary>
        public async Task LinkedAsync(Integration integration, ThirdParty party)
        {
            await Eventually.True(async () => (await host.Service.FindAsync(integration.Id))!.Status == IntegrationStatus.Active);
            await Eventually.True(async () => (await party.Tokens.FindAsync(default))?.ConsumerKey == integration.ConsumerKey && (await party.Tokens.LoadPostsAsync(default)).Count == 0);
        }

        public ValueTask DisposeAsync() => host.DisposeAsync();
    }
}
