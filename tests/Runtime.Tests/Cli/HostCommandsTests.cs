using System.Text.Json;
using Declarative.Acl;
using Declarative.Cli;
using Declarative.Integrations;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Cli;

/// <summary>Commands against a host that runs: over the network, with a token.</summary>
public sealed class HostCommandsTests : IAsyncLifetime
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private ShopHost _host = null!;
    private string _url = "";
    private string _token = "";

    public async ValueTask InitializeAsync()
    {
        _host = await ShopHost.StartAsync<SqliteFixture>();
        _url = _host.Rest.Client.BaseAddress!.ToString();
        _token = await TokenAsync("ada", [ShopHost.Root]);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _output.DisposeAsync();
        await _error.DisposeAsync();
    }

    private async Task<string> TokenAsync(string name, string[] resources)
    {
        var users = _host.Rest.Services.GetRequiredService<AdminUsers>();
        await users.SaveRoleAsync(name + "'s", resources);
        await users.CreateAsync(name, "correct horse battery", name + "'s");
        return await _host.Rest.Services.GetRequiredService<IAdminTokenService>().CreateAdminAccessTokenAsync(name, "correct horse battery");
    }

    private async Task<int> RunAsync(string arguments, string? token = null)
    {
        _output.GetStringBuilder().Clear();
        _error.GetStringBuilder().Clear();
        return await Commands.RunAsync([.. arguments.Split(' '), "--url", _url, "--token", token ?? _token], _output, _error);
    }

    private async Task<string> DoneAsync(string arguments)
    {
        (await RunAsync(arguments)).ShouldBe(0, _error.ToString());
        return _output.ToString();
    }

    /// <summary>Publishes to a subscription that tries once.</summary>
    private async Task DieAsync()
    {
        await _host.Rest.Services.GetRequiredService<ISubscriptionStore>().CreateAsync(new NewSubscription { EventName = "sales.order.created", Recipient = _host.Receiver.Url + "/hook", VerificationToken = "t", Retry = "0" });
        await _host.OrderCreated.PublishAsync(7);
        await Eventually.True(async () => (await DoneAsync("deliveries list --state dead --json")).Contains("sales.order.created", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Subscriptions_are_made_listed_and_deleted()
    {
        (await DoneAsync($"subscriptions subscribe sales.order.created {_host.Receiver.Url}/hook --verification-token t"))
            .ShouldBe($"Subscription 1: sales.order.created goes to {_host.Receiver.Url}/hook.{Environment.NewLine}");
        await _host.OrderCreated.PublishAsync(7);
        await Eventually.True(() => _host.Receiver.Requests.Count == 1);

        (await DoneAsync("subscriptions list")).Split(Environment.NewLine)[1].ShouldBe($"1           sales.order.created  {_host.Receiver.Url}/hook  active");
        JsonDocument.Parse(await DoneAsync("subscriptions list --json")).RootElement.GetProperty("async_events")[0].GetProperty("event_name").GetString().ShouldBe("sales.order.created");

        await DoneAsync("subscriptions unsubscribe 1");
        (await DoneAsync("subscriptions list")).Trim().ShouldBe("There is no subscription.");
    }

    [Fact]
    public async Task A_named_subscription_is_listed_and_switched_off_by_its_name()
    {
        await _host.OkAsync("POST", "/V1/eventing/eventSubscribe", """{"event":{"name":"observer.sales.order.created","fields":[{"name":"*"}]}}""");
        var rows = (await DoneAsync("subscriptions list")).Split(Environment.NewLine);
        rows[0].ShouldBe("ID OR NAME                    NUMBER  EVENT                         GOES TO              STATUS");
        rows[1].ShouldBe("observer.sales.order.created  1       observer.sales.order.created  destination default  active");

        await DoneAsync("subscriptions unsubscribe observer.sales.order.created");

        (await DoneAsync("subscriptions list")).Trim().ShouldBe("There is no subscription.");
    }

    [Fact]
    public async Task What_the_host_refuses_is_said_in_its_own_words()
    {
        (await RunAsync("subscriptions subscribe sales.order.create https://example.com/ --verification-token t")).ShouldBe(1);
        _error.ToString().Trim().ShouldBe("No module declares the event 'sales.order.create'. Did you mean 'sales.order.created'?");

        (await RunAsync("subscriptions unsubscribe 5")).ShouldBe(1);
        _error.ToString().Trim().ShouldBe("There is no subscription with the id 5.");
    }

    [Fact]
    public async Task Who_may_not_is_told_which_permission_it_takes()
    {
        var eve = await TokenAsync("eve", []);

        (await RunAsync("integrations list", eve)).ShouldBe(1);
        _error.ToString().ShouldContain("not allowed to use Magento_Integration::integrations");
        (await RunAsync("integrations list", "nobodys")).ShouldBe(1);
        _error.ToString().ShouldContain("--token or DECLARATIVE_TOKEN");
    }

    [Fact]
    public async Task A_delivery_is_found_traced_and_replayed()
    {
        _host.Receiver.AnswerWith(500);
        await DieAsync();

        var row = (await DoneAsync("deliveries list --event sales.order.created")).Split(Environment.NewLine)[1];
        var uuid = row.Split(' ')[0];
        row.ShouldContain("dead   status  500");
        var trace = await DoneAsync($"deliveries trace {uuid}");
        trace.ShouldStartWith($"sales.order.created  {uuid}{Environment.NewLine}Dead Lettered with 1 retry, subscription 1");
        trace.ShouldContain("500   status");

        _host.Receiver.AnswerWith(200);
        (await DoneAsync($"deliveries replay {uuid}")).Trim().ShouldBe($"Replay 1 of {uuid} is due.");

        var list = (await DoneAsync("deliveries list")).Split(Environment.NewLine);
        list[0].ShouldStartWith("UUID                                  REPLAY  EVENT ");
        list[1].ShouldStartWith($"{uuid}  1       sales.order.created");
        list[2].ShouldStartWith($"{uuid}  0       sales.order.created");
    }

    [Fact]
    public async Task What_a_publisher_got_leads_to_the_event_and_its_deliveries()
    {
        await DoneAsync($"subscriptions subscribe sales.order.created {_host.Receiver.Url}/hook --verification-token t");
        var id = await _host.OrderCreated.PublishAsync(42);
        await Eventually.True(() => _host.Receiver.Requests.Count == 1);

        var trace = await DoneAsync($"deliveries trace {id}");
        trace.ShouldStartWith($"sales.order.created  {id}{Environment.NewLine}Resolved, 1 attempt{Environment.NewLine}");
        trace.ShouldContain(_host.Receiver.Requests.First().Headers["webhook-id"]);
        (await RunAsync($"deliveries trace {Guid.CreateVersion7()}")).ShouldBe(1);
        _error.ToString().ShouldContain("There is neither a delivery nor an event ");
    }

    [Fact]
    public async Task An_integration_is_activated_and_its_credentials_shown_once()
    {
        await _host.Rest.Services.GetRequiredService<IntegrationService>().CreateAsync(new IntegrationData { Name = "Ledger", AllResources = true });
        (await DoneAsync("integrations list")).ShouldContain("1   Ledger  inactive  manual");

        (await DoneAsync("integrations activate 1")).ShouldContain("access_token_secret");

        (await DoneAsync("integrations list")).ShouldContain("1   Ledger  active  manual  1");
        (await DoneAsync("events list")).ShouldContain("sales.order.created");
        (await DoneAsync("events info sales.order.created --depth 1")).ShouldContain("/rest/schemas/sales.order.created.json");
    }

    [Theory]
    [InlineData("subscriptions", 2, "Required command was not provided.")]
    [InlineData("deliveries trace nonsense", 2, "nonsense")]
    [InlineData("deliveries list --state lost", 2, "lost")]
    [InlineData("events info x --depth 0", 2, "--depth must be 1 to 64")]
    public async Task What_makes_no_sense_ends_with_2(string arguments, int code, string message)
    {
        (await RunAsync(arguments)).ShouldBe(code);
        _error.ToString().ShouldContain(message);
        _output.ToString().ShouldBeEmpty("no help hides it");
        _error.ToString().ShouldNotContain("Options:");
    }

    [Fact]
    public async Task Who_makes_a_mistake_is_told_whose_help_to_ask()
    {
        (await RunAsync("deliveries list --state lost")).ShouldBe(2);
        _error.ToString().TrimEnd().ShouldEndWith("See: declarative deliveries list --help");

        (await Commands.RunAsync([], _output, _error)).ShouldBe(2);
        _output.ToString().ShouldContain("subscriptions", Case.Sensitive, "who says nothing sees what there is");
    }

    [Fact]
    public async Task Who_subscribes_without_a_secret_is_told_how_it_is_given()
    {
        (await RunAsync("subscriptions subscribe sales.order.created https://example.com/")).ShouldBe(1);
        _error.ToString().Trim().ShouldBe($"The notifier 'http' signs what it sends and needs a VerificationToken.{Environment.NewLine}Give it by --verification-token or DECLARATIVE_VERIFICATION_TOKEN.");
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", 3, "http://127.0.0.1:1 can't be reached: Connection refused. Is the host running there?")]
    [InlineData("shop.example.com", 2, "'shop.example.com' is no address of a host; write it with its scheme, such as https://shop.example.com.")]
    public async Task A_host_that_can_not_be_reached_is_named(string url, int code, string message)
    {
        (await Commands.RunAsync(["integrations", "list", "--url", url], _output, _error)).ShouldBe(code);
        _error.ToString().Trim().ShouldBe(message);
    }

    [Fact]
    public async Task An_address_where_something_else_answers_is_told()
    {
        _host.Receiver.Answer = static _ => Task.CompletedTask;

        (await Commands.RunAsync(["integrations", "list", "--url", _host.Receiver.Url], _output, _error)).ShouldBe(1);
        _error.ToString().ShouldContain("is it the address of a host with MapDeclarative()?");
    }

    [Fact]
    public async Task What_a_receiver_answers_can_not_move_the_terminals_cursor()
    {
        _host.Receiver.Answer = static context =>
        {
            context.Response.StatusCode = 500;
            return context.Response.WriteAsync("\u001b[2Jnothing\nhappened");
        };
        await DieAsync();

        var uuid = (await DoneAsync("deliveries list")).Split(Environment.NewLine)[1].Split(' ')[0];
        (await DoneAsync($"deliveries trace {uuid}")).ShouldContain("status    [2Jnothing happened");
    }
}
