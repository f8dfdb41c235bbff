using System.Globalization;
using System.Text.RegularExpressions;
using Declarative.Delivery;
using Declarative.Events;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Admin;

public sealed class SqliteOperationPagesTests : OperationPagesTests<SqliteFixture>;

public sealed class PostgreSqlOperationPagesTests : OperationPagesTests<PostgreSqlFixture>;

/// <summary>What an operator does on the pages, without script.</summary>
public abstract class OperationPagesTests<TStore> : IAsyncLifetime
    where TStore : class, IStoreFixture, new()
{
    private const string Markup = "<script>alert(1)</script><b onload=alert(2)>";

    private AdminHost _host = null!;
    private Receiver _receiver = null!;
    private Visitor _anna = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _host = await AdminHost.StartAsync<TStore>(configuration: new() { ["Declarative:History:Archive"] = "true" });
        _anna = await _host.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _anna.Dispose();
        await _host.DisposeAsync();
        await _receiver.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private IDeliveryLog Log => _host.Callers.Services.GetRequiredService<IDeliveryLog>();

    private Task<Subscription> SubscribeAsync(string path = "/a", string retry = "0") => _host.Callers.Services.GetRequiredService<ISubscriptionStore>()
        .CreateAsync(new NewSubscription { EventName = "customer.saved", Recipient = _receiver.Url + path, VerificationToken = "t", Retry = retry });

    private async Task<IReadOnlyList<DeliveryTrace>> PublishAsync(int count, DeliveryState state, string email = "ada@example.com")
    {
        for (var i = 1; i <= count; i++)
            await _host.Callers.Services.GetRequiredService<EventQueue>().PublishAsync("customer.saved", new CustomerSaved(i, email), null, CancellationToken.None);
        IReadOnlyList<DeliveryTrace> found = [];
        await Eventually.True(async () => (found = await Log.ListAsync(new() { State = state })).Count == count);
        return found;
    }

    [Fact]
    public async Task Somebody_who_signs_in_comes_to_the_first_page_that_they_may_see()
    {
        (await _anna.GetAsync("/admin")).Location.ShouldBe("/admin/overview");
        using var bert = await _host.SignedInAsync("bert", "MageOS_AsyncEvents::async_events_logs_list");
        (await bert.GetAsync("/admin")).Location.ShouldBe("/admin/deliveries");
        var page = await bert.GetAsync("/admin/deliveries");
        Regex.Matches(page.Html, "<nav aria-label=\"Areas\">.*?</nav>", RegexOptions.Singleline)[0].Value.ShouldNotContain("Subscriptions");
        (await bert.GetAsync("/admin/deliveries/00000000-0000-0000-0000-000000000001")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task The_overview_says_in_words_whether_events_flow()
    {
        (await _anna.GetAsync("/admin/overview")).Text.ShouldContain("Events flow.");
        await SubscribeAsync();
        _receiver.AnswerWith(400);
        await PublishAsync(2, DeliveryState.Dead);

        // An attempt is counted after it is stored.
        await Eventually.True(async () => (await _anna.GetAsync("/admin/overview")).Html.Contains("Failed for good: 2", StringComparison.Ordinal));
        var page = await _anna.GetAsync("/admin/overview");

        page.Text.ShouldContain("Not everything flows");
        page.Text.ShouldContain("2 dead letters");
        page.Html.ShouldContain("href=\"/admin/dead-letters\"");
        page.Html.ShouldContain("Failed for good: 2");
        page.Html.ShouldContain("<rect class=\"bad\"");
    }

    [Fact]
    public async Task Deliveries_are_filtered_paged_and_taken_away_as_csv()
    {
        var subscription = await SubscribeAsync();
        await PublishAsync(60, DeliveryState.Done);

        var first = await _anna.GetAsync("/admin/deliveries?event=Customer.Saved&state=done&from=2020-01-01T00:00");
        Regex.Count(first.Html, "<th scope=\"row\">").ShouldBe(50);
        var older = System.Net.WebUtility.HtmlDecode(Regex.Match(first.Html, "rel=\"next\" href=\"([^\"]+)\"").Groups[1].Value);
        Regex.Count((await _anna.GetAsync(older)).Html, "<th scope=\"row\">").ShouldBe(10);
        first.Field("event").ShouldBe("Customer.Saved");
        first.Field("from").ShouldBe("2020-01-01T00:00");

        (await _anna.GetAsync($"/admin/deliveries?subscription={subscription.Id + 1}")).Text.ShouldContain("No delivery matches the filter.");
        (await _anna.GetAsync("/admin/deliveries?endpoint=" + Uri.EscapeDataString(_receiver.Url))).Text.ShouldNotContain("No delivery matches");
        (await _anna.GetAsync("/admin/deliveries?state=nonsense&from=yesterday&subscription=x&before=y")).Status.ShouldBe(200);
        var wrong = await _anna.GetAsync("/admin/deliveries?q=" + Uri.EscapeDataString("(a:b"));
        wrong.Status.ShouldBe(400);
        wrong.Html.ShouldContain("role=\"alert\"");

        var csv = await _anna.GetAsync("/admin/deliveries.csv?state=done");
        csv.Header("Content-Type").ShouldBe("text/csv; charset=utf-8");
        var lines = csv.Html.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(61);
        lines[0].ShouldStartWith("uuid,replay,event,subscription,receiver,state");
        lines[1].ShouldContain($",customer.saved,{subscription.Id},{_receiver.Url}/a,done,200,");
    }

    [Fact]
    public async Task A_trace_shows_each_attempt_and_sends_again()
    {
        await SubscribeAsync();
        _receiver.AnswerWith(400, 400, 200);
        var dead = (await PublishAsync(1, DeliveryState.Dead))[0];

        var page = await _anna.GetAsync($"/admin/deliveries/{dead.Uuid}");
        page.Text.ShouldContain("Dead Lettered");
        page.Text.ShouldContain("Attempt 1: refused, status 400");
        page.Text.ShouldContain("\"email\": \"ada@example.com\"");
        page.Text.ShouldContain("x-event-name: customer.saved");

        (await _anna.SubmitAsync($"/admin/deliveries/{dead.Uuid}/replay", at: $"/admin/deliveries/{dead.Uuid}")).Location.ShouldBe($"/admin/deliveries/{dead.Uuid}?done=replay");
        await Eventually.True(async () => (await Log.ListAsync(new() { State = DeliveryState.Done })).Count == 1);
        (await _anna.GetAsync($"/admin/deliveries/{dead.Uuid}")).Text.ShouldContain("Attempt 1, replay 1: accepted, status 200");
        (await _anna.GetAsync($"/admin/deliveries/{Guid.CreateVersion7()}")).Status.ShouldBe(404);
        (await _anna.PostAsync($"/admin/deliveries/{dead.Uuid}/replay", [])).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Dead_letters_are_sent_again_or_discarded_with_a_reason()
    {
        await SubscribeAsync();
        _receiver.AnswerWith(400);
        var dead = await PublishAsync(3, DeliveryState.Dead);

        (await _anna.SubmitAsync("/admin/dead-letters/replay", at: "/admin/dead-letters")).Text.ShouldContain("Tick the dead letters first");
        var asked = await _anna.SubmitAsync("/admin/dead-letters/ask", new() { ["delivery"] = dead[0].Uuid.ToString() }, "/admin/dead-letters");
        asked.Text.ShouldContain("Discard 1 dead letter?");
        var fields = new Dictionary<string, string> { ["id"] = dead[0].Uuid.ToString(), ["reason"] = "", [Visitor.Token] = asked.Field(Visitor.Token)! };
        (await _anna.PostAsync("/admin/dead-letters/discard", fields)).Text.ShouldContain("Say why they are discarded");
        (await _anna.PostAsync("/admin/dead-letters/discard", new(fields) { ["reason"] = "a test" })).Location.ShouldBe("/admin/dead-letters?done=discard");
        (await _anna.GetAsync("/admin/audit")).Text.ShouldContain("dead_letter.discard");

        _receiver.AnswerWith(200);
        (await _anna.SubmitAsync("/admin/dead-letters/replay", new() { ["delivery"] = $"{dead[1].Uuid}\n{dead[2].Uuid}" }, "/admin/dead-letters")).Location.ShouldBe("/admin/dead-letters?done=replay");
        await Eventually.True(async () => (await Log.ListAsync(new() { State = DeliveryState.Done })).Count == 2);
        (await _anna.GetAsync("/admin/dead-letters")).Text.ShouldContain("There is no dead letter.");
    }

    [Fact]
    public async Task All_dead_letters_of_a_filter_are_sent_again_in_the_background()
    {
        await SubscribeAsync();
        _receiver.AnswerWith(400);
        await PublishAsync(3, DeliveryState.Dead);
        _receiver.AnswerWith(200);

        var replay = (await _anna.SubmitAsync("/admin/dead-letters/replay-all?event=customer.saved", at: "/admin/dead-letters?event=customer.saved")).Location!;

        await Eventually.True(async () => (await _anna.GetAsync(replay)).Text.Contains("All that it was asked for is made due again.", StringComparison.Ordinal));
        (await _anna.GetAsync(replay)).Text.ShouldContain("3 deliveries");
        (await _anna.GetAsync("/admin/replays")).Html.ShouldContain($"href=\"{replay}\"");
        (await _anna.SubmitAsync(replay + "/cancel", at: "/admin/dead-letters")).Text.ShouldContain("has ended already");
        (await _anna.GetAsync("/admin/replays/99")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Subscriptions_are_made_switched_changed_tried_and_deleted()
    {
        var refused = await _anna.SubmitAsync("/admin/subscriptions/new", new() { ["event_name"] = "customer.savd", ["recipient_url"] = _receiver.Url, ["verification_token"] = "t", ["metadata"] = "http", ["store_id"] = "0" });
        refused.Status.ShouldBe(400);
        refused.Text.ShouldContain("customer.saved");
        var made = (await _anna.SubmitAsync("/admin/subscriptions/new", new() { ["event_name"] = "customer.saved", ["recipient_url"] = _receiver.Url + "/x", ["verification_token"] = "s3cret-token", ["metadata"] = "http", ["store_id"] = "0" })).Location!.Split('?')[0];
        var page = await _anna.GetAsync(made);
        page.Text.ShouldContain("Enabled");
        page.Html.ShouldNotContain("s3cret-token");

        (await _anna.SubmitAsync(made + "/test", at: made)).Text.ShouldContain("Test delivery: accepted, status 200");
        (await _anna.SubmitAsync(made + "/token", new() { ["verification_token"] = "another-token", ["overlap"] = "2" }, made)).Location.ShouldBe(made + "?done=token");
        (await _anna.GetAsync(made)).Text.ShouldContain("signs too until");
        (await _anna.SubmitAsync(made + "/token", new() { ["verification_token"] = "another-token", ["overlap"] = "9000" }, made)).Text.ShouldContain("0 to 720");
        (await _anna.SubmitAsync(made + "/notifier", new() { ["metadata"] = "htp" }, made)).Text.ShouldContain("http");
        (await _anna.SubmitAsync(made + "/status", new() { ["to"] = "off" }, made)).Status.ShouldBe(303);
        (await _anna.GetAsync("/admin/subscriptions?status=off")).Text.ShouldContain("1 subscription");
        var id = made.Split('/')[^1];
        (await _anna.SubmitAsync("/admin/subscriptions/status", new() { ["id"] = id, ["to"] = "on" }, "/admin/subscriptions")).Location.ShouldBe("/admin/subscriptions?done=on");
        (await _anna.GetAsync("/admin/subscriptions?status=off&q=customer")).Text.ShouldContain("No subscription matches the filter.");

        (await _anna.GetAsync(made + "/delete")).Text.ShouldContain("This can't be undone.");
        (await _anna.SubmitAsync(made + "/delete")).Location.ShouldBe("/admin/subscriptions?done=deleted");
        (await _anna.GetAsync(made)).Status.ShouldBe(404);
        var audit = (await _anna.GetAsync("/admin/audit?action=subscription")).Text;
        foreach (var action in new[] { "subscription.create", "subscription.test", "subscription.rotate_token", "subscription.disable", "subscription.enable", "subscription.delete" })
            audit.ShouldContain(action);
        audit.ShouldContain("anna");
    }

    [Fact]
    public async Task A_later_subscription_gets_events_of_the_past_from_its_page()
    {
        await SubscribeAsync();
        await PublishAsync(2, DeliveryState.Done);
        var late = await SubscribeAsync("/late");
        var page = $"/admin/subscriptions/{late.Id}";

        (await _anna.SubmitAsync(page + "/replay", new() { ["from"] = "", ["to"] = "" }, page)).Text.ShouldContain("Say from when on");
        var replay = (await _anna.SubmitAsync(page + "/replay", new() { ["from"] = "2020-01-01T00:00", ["to"] = "" }, page)).Location!;

        await Eventually.True(async () => (await _anna.GetAsync(replay)).Text.Contains("made due again", StringComparison.Ordinal));
        await Eventually.True(() => _receiver.Requests.Count(static one => one.Path == "/late") == 2);
    }

    [Fact]
    public async Task Providers_are_made_changed_and_deleted()
    {
        (await _anna.SubmitAsync("/admin/providers/new", new() { ["provider_id"] = "shop", ["instance_id"] = "not allowed!", ["label"] = "Shop" })).Status.ShouldBe(400);
        (await _anna.SubmitAsync("/admin/providers/new", new() { ["provider_id"] = "shop", ["instance_id"] = "one", ["label"] = "Shop", ["workspace_configuration"] = """{"project":{"secret":"s3cret"}}""" })).Location.ShouldBe("/admin/providers?done=saved");
        var list = await _anna.GetAsync("/admin/providers");
        list.Text.ShouldContain("Shop");
        list.Html.ShouldNotContain("s3cret");
        var edit = System.Net.WebUtility.HtmlDecode(Regex.Match(list.Html, "href=\"(/admin/providers/[^\"]+/edit)\"").Groups[1].Value);
        (await _anna.GetAsync(edit)).Html.ShouldNotContain("s3cret");
        (await _anna.SubmitAsync(edit, new() { ["provider_id"] = "shop", ["instance_id"] = "two", ["label"] = "The shop", ["workspace_configuration"] = "******" })).Status.ShouldBe(303);
        (await _anna.GetAsync("/admin/providers")).Text.ShouldContain("configured");
        (await _anna.SubmitAsync(edit.Replace("/edit", "/delete", StringComparison.Ordinal))).Location.ShouldBe("/admin/providers?done=deleted");
        (await _anna.GetAsync(edit)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Permissions_show_who_holds_them()
    {
        using var bert = await _host.SignedInAsync("bert", "Shop_Sales::orders");

        var text = (await _anna.GetAsync("/admin/permissions")).Text;

        Regex.IsMatch(text, @"Shop_Sales::orders\W+anna \(role anna's role\), bert \(role bert's role\)").ShouldBeTrue(text);
    }

    [Fact]
    public async Task An_event_shows_what_its_payload_holds()
    {
        var list = await _anna.GetAsync("/admin/events?q=customer");
        list.Html.ShouldContain("href=\"/admin/events/customer.saved\"");
        list.Html.ShouldNotContain("sales.order.created");

        var page = await _anna.GetAsync("/admin/events/Customer.Saved?depth=1");
        page.Text.ShouldContain("customer_id integer");
        page.Text.ShouldContain("\"customer_id\": ");
        page.Text.ShouldContain("/rest/schemas/customer.saved.json");
        (await _anna.GetAsync("/admin/events/customer.savd")).Text.ShouldContain("customer.saved");
    }

    [Fact]
    public async Task Data_is_erased_after_it_was_asked()
    {
        await SubscribeAsync();
        var done = (await PublishAsync(1, DeliveryState.Done))[0];

        (await _anna.SubmitAsync("/admin/erase", new() { ["id"] = "nonsense", ["field"] = "", ["value"] = "" })).Text.ShouldContain("That is no id");
        (await _anna.SubmitAsync("/admin/erase", new() { ["id"] = "", ["field"] = "", ["value"] = "" })).Text.ShouldContain("Give either an id");
        var asked = await _anna.SubmitAsync("/admin/erase", new() { ["id"] = "", ["field"] = "email", ["value"] = "ada@example.com" });
        asked.Text.ShouldContain("This can't be undone.");
        (await _anna.PostAsync("/admin/erase/now", new() { ["id"] = "", ["field"] = "email", ["value"] = "ada@example.com", [Visitor.Token] = asked.Field(Visitor.Token)! })).Location.ShouldBe("/admin/erase?erased=1");
        (await _anna.GetAsync($"/admin/deliveries/{done.Uuid}")).Text.ShouldContain("The data was erased.");
    }

    [Fact]
    public async Task What_others_send_is_text_on_every_page()
    {
        var subscription = await SubscribeAsync();
        _receiver.Answer = async context =>
        {
            context.Response.StatusCode = 400;
            context.Response.Headers["x-markup"] = Markup;
            await context.Response.WriteAsync(Markup);
        };
        var dead = (await PublishAsync(1, DeliveryState.Dead, Markup))[0];
        await _host.Callers.Services.GetRequiredService<Declarative.History.AuditLog>().WriteAsync("x." + Markup, Markup, Markup);
        var asked = Uri.EscapeDataString(Markup);
        string[] paths =
        [
            "/overview", $"/deliveries?event={asked}&endpoint={asked}&q={asked}", $"/deliveries/{dead.Uuid}", $"/dead-letters?event={asked}", "/dead-letters", "/replays",
            $"/subscriptions?q={asked}&status={asked}", $"/subscriptions/{subscription.Id}?done={asked}", "/subscriptions/new", $"/providers?done={asked}", "/permissions",
            $"/audit?actor={asked}&action={asked}", "/audit", $"/erase?erased={asked}", $"/events?q={asked}", $"/events/{asked}", "/events/customer.saved",
        ];

        foreach (var path in paths)
        {
            var page = await _anna.GetAsync("/admin" + path);
            page.Status.ShouldBeOneOf(200, 400, 404);
            page.Html.ShouldNotContain("<script>alert", Case.Insensitive, path);
            page.Html.ShouldNotContain("<b onload", Case.Insensitive, path);
        }

        (await _anna.GetAsync($"/admin/deliveries/{dead.Uuid}")).Html.ShouldContain("&lt;script&gt;alert(1)");
        (await _anna.GetAsync("/admin/audit")).Html.ShouldContain("&lt;b onload=alert(2)&gt;");
    }

    [Fact]
    public async Task Each_page_needs_its_own_resource()
    {
        using var bert = await _host.SignedInAsync("bert", "Shop_Sales::orders");
        foreach (var (path, resource) in new[]
        {
            ("/overview", "Declarative_Runtime::overview"), ("/deliveries", "MageOS_AsyncEvents::async_events_logs_list"), ("/deliveries.csv", "MageOS_AsyncEvents::async_events_logs_list"),
            ("/deliveries/00000000-0000-0000-0000-000000000001", "MageOS_AsyncEvents::async_events_logs_trace"), ("/dead-letters", "MageOS_AsyncEvents::async_events_logs_list"),
            ("/replays", "MageOS_AsyncEvents::async_events_logs_replay"), ("/subscriptions", "MageOS_AsyncEvents::manage"), ("/providers", "Magento_AdobeIoEventsClient::event_provider_list"),
            ("/providers/new", "Magento_AdobeIoEventsClient::event_provider_edit"), ("/permissions", "Declarative_Runtime::permissions"), ("/events", "Declarative_Runtime::events"), ("/events/customer.saved", "Declarative_Runtime::events"), ("/audit", "Declarative_Runtime::audit"), ("/erase", "Declarative_Runtime::erase"),
        })
        {
            var refused = await bert.GetAsync("/admin" + path);
            refused.Status.ShouldBe(403, path);
            refused.Text.ShouldContain(resource);
            using var guest = _host.Visitor();
            (await guest.GetAsync("/admin" + path)).Location.ShouldBe("/admin/login?return=" + Uri.EscapeDataString("/admin" + path));
        }

        foreach (var path in new[] { "/dead-letters/replay", "/dead-letters/replay-all", "/dead-letters/ask", "/dead-letters/discard", "/subscriptions/status", "/subscriptions/1/test", "/erase", "/erase/now", "/deliveries/00000000-0000-0000-0000-000000000001/replay" })
            (await bert.PostAsync("/admin" + path, [])).Status.ShouldBe(403, path);
    }
}
