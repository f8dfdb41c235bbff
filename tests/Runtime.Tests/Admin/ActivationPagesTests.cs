using System.Text.Json;
using System.Web;
using Declarative.Integrations;
using Declarative.Modules;
using Declarative.Tests.Acl;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;

namespace Declarative.Tests.Admin;

public sealed class SqliteActivationPagesTests : ActivationPagesTests<SqliteFixture>;

public sealed class PostgreSqlActivationPagesTests : ActivationPagesTests<PostgreSqlFixture>;

/// <summary>Activating on the pages, directly and with a third party, and taking it back.</summary>
public abstract class ActivationPagesTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private static readonly string[] TokenFields = ["consumer-key", "consumer-secret", "access-token", "access-token-secret"];

    private static Dictionary<string, string> Password => new() { ["password"] = CallerHost.Password };

    [Fact]
    public async Task Without_urls_the_four_values_are_shown_once()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await host.SignedInAsync();
        var one = await host.AddAsync("Ledger", null, CallerHost.Orders);
        var path = $"/admin/integrations/{one.Id}";

        var ask = await anna.GetAsync(path + "/activate");
        ask.Text.ShouldContain("Orders, granted");
        ask.Text.ShouldNotContain("View, granted");
        var form = new Dictionary<string, string>(Password) { [Visitor.Token] = ask.Field(Visitor.Token)! };
        var shown = await anna.PostAsync(path + "/activate", form);

        shown.Status.ShouldBe(200);
        shown.Header("Cache-Control")!.ShouldContain("no-store");
        var values = TokenFields.Select(field => ValueOf(shown, field)).ToList();
        values.ShouldAllBe(value => value.Length == 32);
        values.ShouldBeUnique();
        values[0].ShouldBe(one.ConsumerKey);
        (await host.Service.FindAsync(one.Id))!.Status.ShouldBe(IntegrationStatus.Active);

        // Loading the page again sends the same form again.
        var again = await anna.PostAsync(path + "/activate", form);
        again.Status.ShouldBe(303);
        again.Location.ShouldBe(path);
        var details = await anna.GetAsync(path);
        details.Text.ShouldContain("Handed over by you; 1 now");
        foreach (var page in new[] { details, again, await anna.GetAsync(path + "/edit"), await anna.GetAsync("/admin/integrations") })
            page.Html.ShouldNotContain(values[1]);
        host.Callers.Log.All.ShouldNotContain(line => values.Skip(1).Any(secret => line.Contains(secret, StringComparison.Ordinal)));
        host.Callers.Log.All.ShouldNotContain(line => line.Contains(CallerHost.Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_asks_the_password_again()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await host.SignedInAsync();
        var one = await host.AddAsync("Ledger");
        var path = $"/admin/integrations/{one.Id}/activate";

        foreach (var password in new[] { "", "wrong password" })
        {
            var refused = await anna.SubmitAsync(path, new() { ["password"] = password });
            refused.Status.ShouldBe(400);
            refused.Text.ShouldContain("The password is wrong");
            refused.Html.ShouldNotContain("wrong password\"");
        }

        (await host.Service.FindAsync(one.Id))!.Status.ShouldBe(IntegrationStatus.Inactive);
        (await anna.SubmitAsync(path, Password)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Too_many_wrong_passwords_lock_there_too()
    {
        await using var host = await AdminHost.StartAsync<TStore>(configuration: new() { ["Declarative:Callers:MaxFailures"] = "2" });
        using var anna = await host.SignedInAsync();
        var one = await host.AddAsync("Ledger");
        var path = $"/admin/integrations/{one.Id}/activate";

        await anna.SubmitAsync(path, new() { ["password"] = "wrong password" });
        await anna.SubmitAsync(path, new() { ["password"] = "wrong password" });

        (await anna.SubmitAsync(path, Password)).Status.ShouldBe(400);
        (await host.Service.FindAsync(one.Id))!.Status.ShouldBe(IntegrationStatus.Inactive);
    }

    [Fact]
    public async Task Nobody_gets_to_see_tokens_that_can_do_more_than_they()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var bert = await host.SignedInAsync("bert", AdminHost.Integrations, CallerHost.View);
        var one = await host.AddAsync("Ledger", null, CallerHost.View, CallerHost.Orders);
        var path = $"/admin/integrations/{one.Id}/activate";

        var page = await bert.GetAsync(path);
        page.Text.ShouldContain("It lacks: Shop_Sales::orders");
        page.Field("password").ShouldBeNull();
        (await bert.SubmitAsync(path, Password)).Status.ShouldBe(400);
        (await host.Service.FindAsync(one.Id))!.Status.ShouldBe(IntegrationStatus.Inactive);
    }

    [Fact]
    public async Task With_urls_the_credentials_are_posted_and_the_page_follows_the_exchange()
    {
        var time = new TestClock();
        await using var partner = await Receiver.StartAsync();
        await using var host = await AdminHost.StartAsync<TStore>(time);
        using var anna = await host.SignedInAsync();
        var one = await host.AddAsync("Ledger", partner.Url + "/callback?tenant=1", CallerHost.Orders);
        var path = $"/admin/integrations/{one.Id}";

        (await anna.SubmitAsync(path + "/activate", Password)).Location.ShouldBe(path + "/exchange");

        partner.Requests.ShouldHaveSingleItem().Text.ShouldContain("oauth_verifier=");
        var page = await anna.GetAsync(path + "/exchange");
        page.Text.ShouldContain("The credentials were sent to the third party: done");
        page.Text.ShouldContain("The third party fetched its request token: not yet");
        page.Html.ShouldContain("<noscript><meta http-equiv=\"refresh\"");
        page.Html.ShouldNotContain("oauth_verifier");

        // The Host header has no say in where the third party sends the person back to.
        var link = new Uri(System.Net.WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Match(page.Html, "href=\"([^\"]*)\"[^>]* data-popup").Groups[1].Value));
        link.GetLeftPart(UriPartial.Path).ShouldBe(partner.Url + "/callback");
        var query = HttpUtility.ParseQueryString(link.Query);
        query["oauth_consumer_key"].ShouldBe(one.ConsumerKey);
        query["success_call_back"].ShouldBe("https://shop.test/admin/integrations/linked");
        (await StateAsync(anna, path)).ShouldBe(("waiting", 1));

        time.Advance(TimeSpan.FromMinutes(5));
        (await StateAsync(anna, path)).ShouldBe(("late", 1));
        var late = await anna.GetAsync(path + "/exchange");
        late.Text.ShouldContain("It is not active.");
        late.Text.ShouldContain("Try again");
        late.Html.ShouldNotContain("http-equiv");
        (await anna.GetAsync(path)).Text.ShouldContain("Last exchange");
    }

    [Fact]
    public async Task The_page_shows_a_refused_call_each_stage_and_the_end_of_the_exchange()
    {
        var time = new TestClock();
        await using var partner = await Receiver.StartAsync();
        await using var host = await AdminHost.StartAsync<TStore>(time, map: app => DeclarativeHost.Map(app));
        using var anna = await host.SignedInAsync();
        var one = await host.AddAsync("Ledger", partner.Url, CallerHost.Orders);
        var path = $"/admin/integrations/{one.Id}";
        await anna.SubmitAsync(path + "/activate", Password);
        var fields = QueryHelpers.ParseQuery(partner.Requests.ShouldHaveSingleItem().Text);
        using var http = new HttpClient { BaseAddress = host.Url };
        var client = new OAuthClient(http, time) { ConsumerKey = fields["oauth_consumer_key"]!, ConsumerSecret = "not the secret" };

        (await client.SendAsync(HttpMethod.Post, "/oauth/token/request")).Status.ShouldBe(401);
        (await anna.GetAsync(path + "/exchange")).Text.ShouldContain("The third party's last call was refused:");
        (await StateAsync(anna, path)).ShouldBe(("waiting", 1));

        client.ConsumerSecret = fields["oauth_consumer_secret"]!;
        var request = QueryHelpers.ParseQuery((await client.SendAsync(HttpMethod.Post, "/oauth/token/request")).Body);
        (await StateAsync(anna, path)).ShouldBe(("waiting", 2));
        (client.Token, client.TokenSecret) = (request["oauth_token"], request["oauth_token_secret"]!);
        client.Alter = parameters => parameters["oauth_verifier"] = fields["oauth_verifier"]!;
        var access = await client.SendAsync(HttpMethod.Post, "/oauth/token/access");
        access.Status.ShouldBe(200, access.Body);

        (await StateAsync(anna, path)).ShouldBe(("active", 3));
        var done = await anna.GetAsync(path + "/exchange");
        done.Text.ShouldContain("Ledger is active. The third party has its tokens.");
        done.Html.ShouldContain("data-popup", Case.Sensitive, "the person still has to log in there");
        var details = await anna.GetAsync(path);
        details.Text.ShouldContain("Fetched by the third party; 1 now");
        details.Html.ShouldContain(path + "/reauthorize");

        // Reauthorizing asks the password too, and takes the tokens away.
        (await anna.SubmitAsync(path + "/reauthorize", new() { ["password"] = "wrong password" })).Status.ShouldBe(400);
        (await host.Service.FindAsync(one.Id))!.AccessTokens.ShouldBe(1);
        (await anna.SubmitAsync(path + "/reauthorize", Password)).Location.ShouldBe(path + "/exchange");
        (await host.Service.FindAsync(one.Id))!.AccessTokens.ShouldBe(0);
    }

    [Fact]
    public async Task One_that_its_module_changed_says_that_it_was_made_anew()
    {
        using var store = new TStore();
        await using (var before = await AdminHost.StartAsync<TStore>(store: store, declare: Declares(CallerHost.View)))
        {
            using var anna = await before.SignedInAsync();
            var one = (await before.Service.ListAsync()).ShouldHaveSingleItem();
            (await anna.SubmitAsync($"/admin/integrations/{one.Id}/activate", Password)).Status.ShouldBe(200);
        }

        await using var host = await AdminHost.StartAsync<TStore>(store: store, declare: Declares(CallerHost.Orders));
        using var again = host.Visitor();
        await again.SignInAsync("anna", CallerHost.Password);
        var recreated = (await host.Service.ListAsync()).ShouldHaveSingleItem();
        var page = await again.GetAsync($"/admin/integrations/{recreated.Id}");

        page.Text.ShouldContain("Status Recreated");
        page.Text.ShouldContain("its former tokens are gone");
        (await again.GetAsync("/admin/integrations?status=recreated")).Text.ShouldContain("1 integration");
    }

    [Fact]
    public async Task A_host_that_does_not_know_its_address_says_so_before_anything_is_sent()
    {
        await using var partner = await Receiver.StartAsync();
        await using var host = await AdminHost.StartAsync<TStore>(configure: builder => builder.Configuration["Declarative:Rest:BaseUrl"] = "");
        using var anna = await host.SignedInAsync();
        var exchanging = await host.AddAsync("Ledger", partner.Url);
        var direct = await host.AddAsync("Parcels");

        (await anna.SubmitAsync($"/admin/integrations/{exchanging.Id}/activate", Password)).Text.ShouldContain("Set Declarative:Rest:BaseUrl");
        partner.Requests.ShouldBeEmpty();
        (await anna.SubmitAsync($"/admin/integrations/{direct.Id}/activate", Password)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_third_party_that_does_not_take_the_credentials_is_told_of_where_it_was_asked()
    {
        await using var partner = await Receiver.StartAsync();
        partner.AnswerWith(500);
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await host.SignedInAsync();
        var one = await host.AddAsync("Ledger", partner.Url);

        var refused = await anna.SubmitAsync($"/admin/integrations/{one.Id}/activate", Password);

        refused.Status.ShouldBe(400);
        refused.Text.ShouldContain($"The credentials could not be posted to {partner.Url}: it answered 500");
        refused.Html.ShouldNotContain(CallerHost.Password);
    }

    [Fact]
    public async Task Deactivated_ones_keep_their_tokens_and_revoked_ones_get_new_ones()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await host.SignedInAsync();
        var one = await host.AddAsync("Ledger");
        var path = $"/admin/integrations/{one.Id}";
        var first = ValueOf(await anna.SubmitAsync(path + "/activate", Password), "access-token");

        (await anna.GetAsync(path + "/deactivate")).Text.ShouldContain("Each further call of it is refused");
        (await host.Service.FindAsync(one.Id))!.Status.ShouldBe(IntegrationStatus.Active, "asking changes nothing");
        (await anna.SubmitAsync(path + "/deactivate")).Location.ShouldBe(path + "?done=deactivate");
        (await anna.GetAsync(path + "?done=deactivate")).Text.ShouldContain("It is inactive");
        (await anna.SubmitAsync(path + "/activate", Password)).Location.ShouldBe(path + "?done=activate");
        (await anna.SubmitAsync(path + "/revoke")).Location.ShouldBe(path + "?done=revoke");
        (await host.Service.FindAsync(one.Id))!.AccessTokens.ShouldBe(0);
        ValueOf(await anna.SubmitAsync(path + "/activate", Password), "access-token").ShouldNotBe(first);
    }

    [Fact]
    public async Task Where_no_tokens_are_exchanged_there_is_nothing_to_reauthorize()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await host.SignedInAsync();
        var one = await host.AddAsync("Ledger");

        (await anna.GetAsync($"/admin/integrations/{one.Id}/reauthorize")).Location.ShouldBe($"/admin/integrations/{one.Id}");
        (await anna.GetAsync($"/admin/integrations/{one.Id}/exchange")).Text.ShouldContain("No exchange is under way.");
    }

    private static Action<ModuleManifest> Declares(string resource) =>
        module => module.AddIntegration(new("Declared", "etc/integration.xml") { Email = "module@example.com", Resources = [resource], IsConsolidated = true });

    private static async Task<(string State, int Stage)> StateAsync(Visitor visitor, string path)
    {
        var answer = await visitor.GetAsync(path + "/exchange/status");
        var state = JsonDocument.Parse(answer.Html).RootElement;
        return (state.GetProperty("state").GetString()!, state.GetProperty("stage").GetInt32());
    }

    private static string ValueOf(Shown shown, string id) =>
        System.Text.RegularExpressions.Regex.Match(shown.Html, $"<input id=\"{id}\" value=\"([a-z0-9]*)\" readonly").Groups[1].Value;
}
