using Declarative.Modules;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.AspNetCore.Http;

namespace Declarative.Tests.Commerce;

public sealed class SqliteCallbackTests : CallbackTests<SqliteFixture>;

public sealed class PostgreSqlCallbackTests : CallbackTests<PostgreSqlFixture>;

/// <summary>The callback page and the exchange behind it, with a store that answers what a test wants.</summary>
public abstract class CallbackTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private const string Tokens = "oauth_token=tttttttttttttttttttttttttttttttt&oauth_token_secret=zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz";

    [Fact]
    public async Task It_tries_again_with_growing_pauses_while_the_store_fails()
    {
        await using var store = await Receiver.StartAsync();
        store.AnswerWith(503);
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url);

        (await party.PostAsync()).Status.ShouldBe(200);
        foreach (var (requests, pause) in ((int, int)[])[(1, 1), (2, 2), (3, 4), (4, 8)])
        {
            await Eventually.True(() => Logged(party, "Next try in") == requests);
            party.Time.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            store.Requests.Count.ShouldBe(requests);
            party.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await Eventually.True(() => Logged(party, "Next try in") == 5);
        store.Answer = static context => context.Response.WriteAsync(Tokens);
        party.Time.Advance(TimeSpan.FromSeconds(16));
        await Eventually.True(async () => await party.Tokens.FindAsync(default) is not null);

        store.Requests.Select(static request => request.Path).ShouldBe([.. Enumerable.Repeat("/oauth/token/request", 6), "/oauth/token/access"]);
        store.Requests.Select(static request => request.Headers["authorization"]).Distinct().Count().ShouldBe(7, "each request has a nonce of its own");
        party.Log.All.ShouldContain(static line => line.Contains("oauth/token/request answered 503", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_token_is_fetched_once_however_often_the_second_step_fails()
    {
        await using var store = await Receiver.StartAsync();
        store.Answer = context => Step(context, fails: context.Request.Path == "/oauth/token/access" && store.Requests.Count < 4);
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url);

        await party.PostAsync();
        await Eventually.True(() => Logged(party, "Next try in") == 1);
        party.Time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.True(() => Logged(party, "Next try in") == 2);
        party.Time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.True(async () => await party.Tokens.FindAsync(default) is not null);

        store.Requests.Select(static request => request.Path).ShouldBe(["/oauth/token/request", "/oauth/token/access", "/oauth/token/access", "/oauth/token/access"]);
        store.Requests.Last().Headers["authorization"].ShouldContain("oauth_verifier=\"vvv");
    }

    [Fact]
    public async Task A_restart_between_post_and_exchange_loses_nothing()
    {
        await using var store = await Receiver.StartAsync();
        store.AnswerWith(500);
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url);
        await party.PostAsync();
        await Eventually.True(() => Logged(party, "Next try in") == 1);

        store.Answer = static context => context.Response.WriteAsync(Tokens);
        await party.RestartAsync();

        await Eventually.True(async () => await party.Tokens.FindAsync(default) is not null);
        (await party.Tokens.LoadPostsAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task After_five_minutes_it_gives_up()
    {
        await using var store = await Receiver.StartAsync();
        store.AnswerWith(500);
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url);
        await party.PostAsync();
        await Eventually.True(() => Logged(party, "Next try in") == 1);

        party.Time.Advance(TimeSpan.FromMinutes(5));
        await Eventually.True(() => party.Log.All.Any(static line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("within 5 minutes", StringComparison.Ordinal)));

        (await party.Tokens.LoadPostsAsync(default)).ShouldBeEmpty();
        (await party.Tokens.FindAsync(default)).ShouldBeNull();
        store.Requests.Count.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task A_try_that_fails_after_the_five_minutes_is_the_last()
    {
        var answer = new TaskCompletionSource();
        await using var store = await Receiver.StartAsync();
        store.Answer = async context =>
        {
            await answer.Task;
            context.Response.StatusCode = 500;
        };
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url);
        await party.PostAsync();
        await Eventually.True(() => store.Requests.Count == 1);

        party.Time.Advance(TimeSpan.FromMinutes(5));
        answer.SetResult();

        await Eventually.True(() => Logged(party, "within 5 minutes") == 1);
        (await party.Tokens.LoadPostsAsync(default)).ShouldBeEmpty();
        store.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_store_answers_is_not_trusted()
    {
        await using var store = await Receiver.StartAsync();
        await using var elsewhere = await Receiver.StartAsync();
        string?[] answers = ["", "oauth_token=x", "<html>", "oauth_token=&oauth_token_secret=", $"oauth_token={new string('x', 200)}&oauth_token_secret=y", new string('x', 100_000), null];
        store.Answer = context =>
        {
            if (answers[Math.Min(store.Requests.Count, answers.Length) - 1] is { } answer)
                return context.Response.WriteAsync(answer);
            context.Response.Redirect(elsewhere.Url);
            return Task.CompletedTask;
        };
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url);
        await party.PostAsync();
        for (var i = 1; i <= answers.Length; i++)
        {
            await Eventually.True(() => Logged(party, "Next try in") == i);
            party.Time.Advance(TimeSpan.FromSeconds(30));
        }

        elsewhere.Requests.ShouldBeEmpty();
        (await party.Tokens.FindAsync(default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_refusal_ends_it_and_its_reason_is_logged_in_one_line()
    {
        await using var store = await Receiver.StartAsync();
        store.Answer = static context =>
        {
            context.Response.StatusCode = 401;
            return context.Response.WriteAsync("oauth_problem=The%20consumer%0D%0AError%20forged%20line");
        };
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url);
        await party.PostAsync();
        await Eventually.True(() => Logged(party, "The consumer  Error forged line") == 1);

        (await party.Tokens.LoadPostsAsync(default)).ShouldBeEmpty();
        store.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("{store}shop/")]
    [InlineData("{store}?x=1")]
    [InlineData("{store}#x")]
    [InlineData("{store}.evil.example/")]
    [InlineData("http://user@{authority}/")]
    [InlineData("http://{authority}@evil.example/")]
    [InlineData("https://{authority}/")]
    [InlineData("HTTP:\\\\{authority}")]
    [InlineData("//{authority}/")]
    [InlineData("/")]
    [InlineData("file:///etc/passwd")]
    public async Task Credentials_of_another_store_are_refused_and_nothing_is_sent(string url)
    {
        await using var store = await Receiver.StartAsync();
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url);

        var (status, body) = await party.PostAsync(fields => fields["store_base_url"] = url
            .Replace("{store}", store.Url + (url.Contains(".evil", StringComparison.Ordinal) ? "" : "/"), StringComparison.Ordinal)
            .Replace("{authority}", new Uri(store.Url).Authority, StringComparison.Ordinal));

        status.ShouldBe(400);
        body.ShouldContain("store_base_url");
        (await party.Tokens.LoadPostsAsync(default)).ShouldBeEmpty();
        store.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("oauth_consumer_key", null)]
    [InlineData("oauth_consumer_secret", "")]
    [InlineData("oauth_verifier", null)]
    [InlineData("store_base_url", null)]
    [InlineData("oauth_verifier", "too long")]
    public async Task Every_field_must_be_there_and_bounded(string field, string? value)
    {
        await using var store = await Receiver.StartAsync();
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url);

        var (status, body) = await party.PostAsync(fields => fields[field] = value == "too long" ? new string('x', 129) : value);

        status.ShouldBe(400);
        body.ShouldContain(field);
        (await party.Tokens.LoadPostsAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Bodies_that_are_no_small_form_are_refused()
    {
        await using var store = await Receiver.StartAsync();
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url);

        (await party.PostAsync(static fields => fields["more"] = new string('x', 17_000))).Status.ShouldBe(413);
        using var json = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        ((int)(await party.Client.PostAsync(party.Callback, json)).StatusCode).ShouldBe(400);
        ((int)(await party.Client.GetAsync(party.Callback)).StatusCode).ShouldBe(405);
        using var twice = new StringContent("oauth_consumer_key=a&oauth_consumer_key=b", System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
        ((int)(await party.Client.PostAsync(party.Callback, twice)).StatusCode).ShouldBe(400);
    }

    [Fact]
    public async Task A_flood_of_posts_is_held_back()
    {
        await using var store = await Receiver.StartAsync();
        store.AnswerWith(503);
        await using var party = await ThirdParty.StartAsync<TStore>(store.Url);

        for (var i = 0; i < 16; i++)
            (await party.PostAsync()).Status.ShouldBe(200);
        (await party.PostAsync()).Status.ShouldBe(503);
        (await party.Tokens.LoadPostsAsync(default)).Count.ShouldBe(16);
    }

    [Theory]
    [InlineData(null, "is not set")]
    [InlineData("shop.example.com", "must be an absolute http or https URL")]
    [InlineData("https://shop.example.com/?a=b", "without query")]
    public async Task A_start_without_a_store_says_so(string? url, string problem)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Declarative:Commerce:BaseUrl"] = url;
        using var fixture = new TStore();
        DeclarativeHost.Add(builder, [], declarative =>
        {
            fixture.Use(declarative);
            declarative.AddCommerceClient();
        });
        await using var app = builder.Build();

        (await Should.ThrowAsync<DeclarativeStartException>(() => app.StartAsync())).Message.ShouldContain(problem);
    }

    [Fact]
    public async Task Pages_without_a_client_are_refused_at_once()
    {
        var builder = WebApplication.CreateSlimBuilder();
        await using var app = builder.Build();

        Should.Throw<InvalidOperationException>(() => app.MapIntegrationCallback("/callback")).Message.ShouldContain("AddCommerceClient()");
        Should.Throw<InvalidOperationException>(() => app.MapIdentityLink("/login", static (_, _) => Task.FromResult<string?>(null))).Message.ShouldContain("AddCommerceClient()");
    }

    private static Task Step(HttpContext context, bool fails)
    {
        if (!fails)
            return context.Response.WriteAsync(Tokens);
        context.Response.StatusCode = 502;
        return Task.CompletedTask;
    }

    private static int Logged(ThirdParty party, string text) => party.Log.All.Count(line => line.Contains(text, StringComparison.Ordinal));
}
