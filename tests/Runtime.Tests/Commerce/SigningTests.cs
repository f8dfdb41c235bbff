using System.Text;
using Declarative.OAuth;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Declarative.Tests.Commerce;

public sealed class SqliteSigningTests : SigningTests<SqliteFixture>;

public sealed class PostgreSqlSigningTests : SigningTests<PostgreSqlFixture>;

/// <summary>What the signing client sends, checked by a signer of the tests' own.</summary>
public abstract class SigningTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    [Theory]
    [InlineData("rest/V1/orders?searchCriteria[filter_groups][10][filters][0][value]=%25 a+b&searchCriteria[filter_groups][9][filters][0][value]=ž", null)]
    [InlineData("rest/V1/a%20b/ž/%2F?x", null)]
    [InlineData("oauth/x", "a=1+2&b%5B%5D=%26&a=0&c")]
    public async Task The_signature_covers_what_arrives(string url, string? form)
    {
        await using var store = await Receiver.StartAsync();
        await using var party = await LinkedAsync(store);
        string? target = null;
        store.Answer = context =>
        {
            target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            return Task.CompletedTask;
        };
        using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Put, new Uri(url, UriKind.Relative));
        if (form is not null)
            request.Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");

        (await party.Shop.Http.SendAsync(request)).EnsureSuccessStatusCode();

        var received = store.Requests.Last();
        received.Text.ShouldBe(form ?? "");
        target.ShouldNotBeNull().ShouldNotContain("oauth_", Case.Sensitive, "the signature goes into the header only");
        OAuthHeader.TryParse(received.Headers["authorization"], out var header, out _).ShouldBeTrue();
        header.Nonce!.Length.ShouldBe(32);
        using var http = new HttpClient { BaseAddress = new Uri(store.Url) };
        var check = new OAuthClient(http, party.Time)
        {
            ConsumerKey = new string('k', 32),
            ConsumerSecret = new string('s', 32),
            Token = "t",
            TokenSecret = "z",
            Alter = parameters => parameters["oauth_nonce"] = header.Nonce!,
        };
        OAuthHeader.TryParse(check.Header(request.Method.Method, new Uri(store.Url + target), form?.Replace('+', ' ')), out var expected, out _).ShouldBeTrue();
        header.Signature.ShouldBe(expected.Signature);
    }

    [Theory]
    [InlineData("https://evil.example/rest/V1/orders")]
    [InlineData("/rest/V1/orders")]
    [InlineData("../rest/V1/orders")]
    public async Task Nothing_is_sent_anywhere_but_to_the_store(string url)
    {
        await using var store = await Receiver.StartAsync();
        await using var party = await LinkedAsync(store, "/shop");
        var before = store.Requests.Count;

        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => party.Shop.GetAsync(url));

        refusal.Message.ShouldContain("Declarative:Commerce:BaseUrl");
        store.Requests.Count.ShouldBe(before);
        (await party.Shop.GetAsync("rest/V1/orders")).ShouldBe(200);
        store.Requests.Last().Path.ShouldBe("/shop/rest/V1/orders");
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        await using var store = await Receiver.StartAsync();
        await using var party = await LinkedAsync(store);
        store.Answer = static context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };

        (await party.Shop.GetAsync("rest/V1/orders")).ShouldBe(302);
        store.Requests.ShouldNotContain(static request => request.Path == "/elsewhere");
    }

    [Fact]
    public async Task What_is_sent_again_is_signed_again()
    {
        await using var store = await Receiver.StartAsync();
        await using var party = await LinkedAsync(store);
        store.AnswerWith(503, 200);

        (await party.Shop.GetAsync("rest/V1/orders")).ShouldBe(200);

        var nonces = store.Requests.TakeLast(2).Select(static request => OAuthHeader.TryParse(request.Headers["authorization"], out var header, out _) ? header.Nonce : null);
        nonces.Distinct().Count().ShouldBe(2);
    }

    private static async Task<ThirdParty> LinkedAsync(Receiver store, string path = "")
    {
        store.Answer = static context => context.Response.WriteAsync("oauth_token=t&oauth_token_secret=z");
        var party = await ThirdParty.StartAsync<TStore>(store.Url + path);
        await party.PostAsync();
        await Eventually.True(async () => await party.Tokens.FindAsync(default) is not null);
        return party;
    }
}
