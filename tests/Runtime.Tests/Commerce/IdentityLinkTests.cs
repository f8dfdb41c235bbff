using System.Net;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace Declarative.Tests.Commerce;

public sealed class SqliteIdentityLinkTests : IdentityLinkTests<SqliteFixture>;

public sealed class PostgreSqlIdentityLinkTests : IdentityLinkTests<PostgreSqlFixture>;

/// <summary>The popup's log-in page.</summary>
public abstract class IdentityLinkTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private static readonly string Key = new('k', 32);

    [Fact]
    public async Task A_plain_form_keeps_what_the_store_asked()
    {
        await using var store = await Receiver.StartAsync();
        store.AnswerWith(503);
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url + "/");
        await party.PostAsync();
        party.Login = static async (context, link) =>
        {
            if (HttpMethods.IsPost(context.Request.Method) && (await context.Request.ReadFormAsync())["password"] == "right")
                return "ada";
            await context.Response.WriteAsync($"log in for {link.ConsumerKey}");
            return null;
        };
        var url = new Uri(party.Client.BaseAddress!, $"/integration/login?oauth_consumer_key={Key}&success_call_back={Uri.EscapeDataString(store.Url + "/admin/done?id=1&key=a%2Fb")}");

        var page = await party.Client.GetAsync(url);
        (await page.Content.ReadAsStringAsync()).ShouldBe("log in for " + Key);
        page.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        page.Headers.GetValues("Content-Security-Policy").ShouldBe(["frame-ancestors 'none'"]);
        page.Headers.CacheControl!.NoStore.ShouldBeTrue();

        using var wrong = new FormUrlEncodedContent([new("password", "wrong")]);
        (await party.Client.PostAsync(url, wrong)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var right = new FormUrlEncodedContent([new("password", "right")]);
        var back = await party.Client.PostAsync(url, right);
        back.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        back.Headers.Location!.AbsoluteUri.ShouldBe(store.Url + "/admin/done?id=1&key=a%2Fb");

        // It logged in before the tokens were there; the log-in is kept for them.
        // The first try fails before the store answers otherwise, however long it takes to begin.
        await Eventually.True(() => party.Log.All.Any(static line => line.Contains("Next try in", StringComparison.Ordinal)));
        store.Answer = static context => context.Response.WriteAsync("oauth_token=t&oauth_token_secret=s");
        party.Time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.True(async () => (await party.Tokens.FindAsync(default))?.Login == "ada");
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/admin")]
    [InlineData("\\\\evil.example")]
    [InlineData("http:evil.example")]
    [InlineData("http:///evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("{origin}.evil.example/shop/")]
    [InlineData("{origin}@evil.example/shop/")]
    [InlineData("http://evil.example\\@{authority}/shop/")]
    [InlineData("http://user:password@{authority}/shop/")]
    [InlineData("https://{authority}/shop/")]
    [InlineData("http://127.0.0.1:1/shop/")]
    [InlineData("http://127.0.0.1/shop/")]
    [InlineData("{origin}/")]
    [InlineData("{origin}/shopping/")]
    [InlineData("{origin}/SHOP/")]
    [InlineData("{origin}/shop/../other/")]
    [InlineData("{origin}/shop/%2e%2e/other/")]
    [InlineData("{origin}/shop/%2E./other/")]
    [InlineData("{origin}/shop\\..\\other/")]
    [InlineData(" {origin}/shop/")]
    [InlineData("{origin}/shop/\r\nSet-Cookie: a=b")]
    [InlineData("{origin}/shop/\t")]
    [InlineData("{origin}/shop/žluť")]
    [InlineData("")]
    public async Task It_is_no_open_redirect(string callback)
    {
        await using var store = await Receiver.StartAsync();
        store.AnswerWith(503);
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url + "/shop");
        await party.PostAsync();

        var response = await party.OpenAsync(Key, callback.Replace("{origin}", store.Url, StringComparison.Ordinal).Replace("{authority}", new Uri(store.Url).Authority, StringComparison.Ordinal));

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        response.Headers.Location.ShouldBeNull();
        (await response.Content.ReadAsStringAsync()).ShouldContain("success_call_back");
        (await party.OpenAsync(Key, store.Url + "/shop/admin")).StatusCode.ShouldBe(HttpStatusCode.Redirect, "the same store's own page is fine");
    }

    [Fact]
    public async Task Two_callbacks_are_refused()
    {
        await using var store = await Receiver.StartAsync();
        store.AnswerWith(503);
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url);
        await party.PostAsync();

        var response = await party.OpenAsync(Key, store.Url + "/");
        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        response = await party.Client.GetAsync(new Uri($"/integration/login?oauth_consumer_key={Key}&success_call_back={store.Url}/&success_call_back=https://evil.example/", UriKind.Relative));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_key_that_was_not_posted_is_not_tied()
    {
        await using var store = await Receiver.StartAsync();
        store.AnswerWith(503);
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url);
        var asked = 0;
        party.Login = (_, _) => Task.FromResult<string?>((++asked).ToString(System.Globalization.CultureInfo.InvariantCulture));

        var response = await party.OpenAsync(Key, store.Url + "/");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain("Activate the integration again");
        asked.ShouldBe(0);
        (await party.Tokens.TieAsync(Key, "ada", default)).ShouldBeFalse();
    }
}
