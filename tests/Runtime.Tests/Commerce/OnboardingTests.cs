using System.Text.Json;
using Declarative.Acl;
using Declarative.Commerce;
using Declarative.Consumers;
using Declarative.Tests.Consumers;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Commerce;

/// <summary>Setting an application up at its commerce side, which is a host on a real port.</summary>
public sealed class OnboardingTests : IAsyncLifetime
{
    private const string Secret = "s3cret-of-the-office";
    private const string Section = "Declarative:Onboarding:";

    private readonly StringWriter _output = new();
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly Dictionary<string, string?> _settings = new(StringComparer.Ordinal);
    private ShopHost _shop = null!;
    private ConsumerHost _office = null!;

    public async ValueTask InitializeAsync()
    {
        _shop = await ShopHost.StartAsync<SqliteFixture>();
        _office = await ConsumerHost.StartAsync<SqliteFixture>(
            module =>
            {
                module.AddConsumer(new ConsumerDescriptor("order", ProductConsumer.File) { Path = "/consumers/order", Signature = "standard-webhooks", Secret = "BackOffice:ShopSecret" });
                module.AddEventHandler<OrderBooked, JsonElement>(new("order", "sales.order.created", "BackOffice.OrderBooked", ProductConsumer.File));
                module.AddConsumer(new ConsumerDescriptor("open", ProductConsumer.File) { Path = "/consumers/open", Signature = "none" });
            },
            new() { ["BackOffice:ShopSecret"] = Secret });
        _settings["Declarative:Commerce:BaseUrl"] = _shop.Rest.Client.BaseAddress!.ToString();
        _settings["BackOffice:ShopSecret:0"] = Secret;
        _settings[Section + "BaseUrl"] = _office.Client.BaseAddress!.ToString();
        _settings[Section + "Consumers:0"] = "order";
        _settings[Section + "Token"] = await TokenAsync("ada", [ShopHost.Root]);
    }

    public async ValueTask DisposeAsync()
    {
        await _office.DisposeAsync();
        await _shop.DisposeAsync();
        await _output.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_first_run_sets_up_a_second_changes_nothing_and_events_arrive()
    {
        Everything();

        (await RunAsync(isDryRun: true)).ShouldBe((0, $"""
            Onboarding at {_settings["Declarative:Commerce:BaseUrl"]} (dry run: nothing is changed)
            + would be created  provider       office  instance office-1
            ~ would be updated  configuration  eventing  provider_id office, instance_id office-1, merchant_id shop
            + would be created  subscription   office.observer.sales.order.created  to the destination default
            + would be created  registration   sales.order.created  to {_office.Client.BaseAddress}consumers/order
            4 would be changed: 0 of 4 were there.

            """));
        (await _shop.OkAsync("GET", "/V1/eventing/eventProvider")).GetArrayLength().ShouldBe(1, "only the configured one");
        (await RunAsync()).ShouldBe((0, $"""
            Onboarding at {_settings["Declarative:Commerce:BaseUrl"]}
            + created  provider       office  instance office-1
            ~ updated  configuration  eventing  provider_id office, instance_id office-1, merchant_id shop
            + created  subscription   office.observer.sales.order.created  to the destination default
            + created  registration   sales.order.created  to {_office.Client.BaseAddress}consumers/order
            4 changed: 0 of 4 were there.

            """));
        (await RunAsync()).ShouldBe((0, $"""
            Onboarding at {_settings["Declarative:Commerce:BaseUrl"]}
            = kept     provider       office
            = kept     configuration  eventing  merchant_id can't be read back, so set again
            = kept     subscription   office.observer.sales.order.created  to the destination default
            = kept     registration   sales.order.created  to {_office.Client.BaseAddress}consumers/order
            Nothing changed: 4 of 4 were there.

            """));

        await _shop.OrderCreated.PublishAsync(42);
        await Eventually.True(() => _office.Handled.What.Contains("booked"));
        await Eventually.True(() => !_shop.Receiver.Requests.IsEmpty);
        (await _shop.OkAsync("GET", "/V1/eventing/getEventSubscriptions"))[0].GetProperty("parent").GetString().ShouldBe("observer.sales.order.created");
    }

    [Fact]
    public async Task What_changed_in_the_list_is_updated_and_what_cant_be_is_left()
    {
        Everything();
        await RunAsync();
        Write("""[{"event":{"name":"observer.sales.order.created","fields":[{"name":"id"},{"name":"total","source":"grand_total"}]}}]""");
        _settings[Section + "Providers:0:InstanceId"] = "office-2";

        var (code, text) = await RunAsync();

        code.ShouldBe(0, text);
        text.ShouldContain("! left     provider       office  is there with another instance or label; change it by PUT eventing/eventProvider");
        text.ShouldContain("~ updated  subscription   office.observer.sales.order.created");
        text.ShouldContain("1 changed: 2 of 4 were there, 1 left to you.");
        (await RunAsync()).Text.ShouldContain("= kept     subscription   office.observer.sales.order.created");
    }

    [Fact]
    public async Task A_provider_of_the_same_label_and_instance_is_used_under_its_own_id()
    {
        await _shop.OkAsync("POST", "/V1/eventing/eventProvider", """{"eventProvider":{"provider_id":"by-hand","instance_id":"office-1","label":"Office"}}""");
        Everything();

        (await RunAsync()).Text.ShouldContain("= kept     provider       office  as 'by-hand', by its label");
        (await _shop.OkAsync("GET", "/V1/eventing/getEventSubscriptions"))[0].GetProperty("provider_id").GetString().ShouldBe("by-hand");
    }

    [Fact]
    public async Task Every_setting_that_is_missing_or_malformed_is_named_at_once_and_no_secret()
    {
        _settings.Clear();
        _settings["Declarative:Commerce:BaseUrl"] = $"ftp://user:{Secret}@shop.example.com";
        _settings[Section + "Consumers:0"] = "order";
        _settings[Section + "Providers:0:Label"] = "Office";
        _settings[Section + "MerchantId"] = "my shop";

        var (code, text) = await RunAsync(isJson: true);

        code.ShouldBe(1);
        text.ShouldNotContain(Secret);
        var error = Error(text);
        error.GetProperty("label").GetString().ShouldBe("INVALID_ENV_VARS");
        error.GetProperty("reason").GetString().ShouldBe("Settings are missing or malformed");
        error.GetProperty("payload").EnumerateArray().Select(static one => one.GetString()).ShouldBe(
            [
                "Declarative:Commerce:BaseUrl (or --url) must be an absolute http or https URL such as https://shop.example.com, without user and query",
                "Declarative:Onboarding:Token (or --token) is missing: an access token of an administrator or integration of the commerce side",
                "Declarative:Onboarding:BaseUrl is missing: the address at which the commerce side reaches this application, such as https://shop.example.com",
                "Declarative:Onboarding:Providers:0:ProviderId is missing",
                "Declarative:Onboarding:Providers:0:InstanceId is missing",
                "Declarative:Onboarding:MerchantId may have letters, digits and underscores only",
                "BackOffice:ShopSecret is missing: the secret that the commerce side is to sign with",
            ]);
    }

    [Theory]
    [InlineData("{}", "it must be a list")]
    [InlineData("[1]", "[0] must be an object with an object 'event'")]
    [InlineData("""[{"event":{"fields":[{"name":"*"}]}}]""", "[0].event.name is missing")]
    [InlineData("""[{"event":{"name":"observer.a","fields":[]}}]""", "[0].event.fields must be a list of at least one")]
    [InlineData("""[{"event":{"name":"observer.a","fields":[{"source":"b"}]}}]""", "[0].event.fields must be a list of at least one")]
    [InlineData("""[{"event":{"name":"observer.a","parent":1,"fields":[{"name":"*"}]}}]""", "[0].event.parent must be a text")]
    [InlineData("[", "events.json: ")]
    public async Task A_malformed_list_of_events_is_refused_before_anything_is_asked(string list, string problem)
    {
        Everything();
        Write(list);
        _settings["Declarative:Commerce:BaseUrl"] = "http://127.0.0.1:1";

        var error = Error((await RunAsync(isJson: true)).Text);

        error.GetProperty("label").GetString().ShouldBe("MALFORMED_EVENT_SPEC");
        error.GetProperty("payload")[0].GetString()!.ShouldContain(problem);
    }

    [Theory]
    [InlineData("ordre", "no consumer 'ordre' is declared; did you mean 'order'?")]
    [InlineData("open", "the consumer 'open' has signature=\"none\", by which the commerce side doesn't sign")]
    public async Task A_consumer_that_cant_be_registered_is_told(string consumer, string problem)
    {
        _settings[Section + "Consumers:1"] = consumer;

        var error = Error((await RunAsync(isJson: true)).Text);

        error.GetProperty("label").GetString().ShouldBe("MISSING_REGISTRATIONS");
        error.GetProperty("payload")[0].GetString()!.ShouldStartWith(problem);
    }

    [Fact]
    public async Task Nothing_to_set_up_is_an_error()
    {
        _settings.Remove(Section + "Consumers:0");

        Error((await RunAsync(isJson: true)).Text).GetProperty("label").GetString().ShouldBe("MISSING_REGISTRATIONS");
    }

    [Fact]
    public async Task What_the_commerce_side_refuses_ends_the_run_by_the_label_of_its_step()
    {
        Everything();
        _settings[Section + "Token"] = await TokenAsync("bob", ["Magento_AdobeIoEventsClient::event_provider_list"]);
        var provider = Error((await RunAsync(isJson: true)).Text);
        provider.GetProperty("label").GetString().ShouldBe("PROVIDER_CREATION_FAILED");
        provider.GetProperty("payload").GetProperty("name").GetString().ShouldBe("office");
        provider.GetProperty("payload").GetProperty("status").GetInt32().ShouldBe(401);
        provider.GetProperty("reason").GetString()!.ShouldContain("Magento_AdobeIoEventsClient::event_provider_edit");

        _settings[Section + "Token"] = await TokenAsync("eve", [ShopHost.Root]);
        await RunAsync();
        _settings["BackOffice:ShopSecret:0"] = "another";
        var (code, text) = await RunAsync();
        code.ShouldBe(1);
        text.ShouldContain("= kept     subscription   office.observer.sales.order.created");
        text.ShouldContain("CREATE_EVENT_REGISTRATION_FAILED: sales.order.created: 400 Subscription ");
        text.ShouldContain("another verification token");
    }

    [Fact]
    public async Task A_commerce_side_that_doesnt_answer_has_an_exit_code_of_its_own()
    {
        Everything();
        _settings["Declarative:Commerce:BaseUrl"] = "http://127.0.0.1:1";

        var (code, text) = await RunAsync();

        code.ShouldBe(3);
        text.ShouldContain("GET_EXISTING_PROVIDERS_FAILED: eventing/eventProvider: http://127.0.0.1:1 can't be reached");
    }

    [Fact]
    public async Task Values_of_another_type_than_expected_are_other_values()
    {
        Everything();
        _settings["Declarative:Commerce:BaseUrl"] = _shop.Receiver.Url + "/";
        _shop.Receiver.Answer = static context => context.Response.WriteAsync((context.Request.Method, context.Request.Path.Value!.Split('/')[^1]) switch
        {
            ("GET", "eventProvider") => """[{"provider_id": 5, "instance_id": {"a": 1}}, 7]""",
            ("GET", "getEventSubscriptions") => """[{"name": ["office"], "parent": 7}]""",
            ("GET", _) => "[1]",
            _ => "true",
        });

        var (code, text) = await RunAsync();

        code.ShouldBe(0, text);
        text.ShouldEndWith("4 changed: 0 of 4 were there.\n");
    }

    [Fact]
    public void Arguments_that_make_no_sense_are_refused()
    {
        OnboardingCommand.Parse(["--dryrun"]).ShouldBeNull();
        OnboardingCommand.Parse(["--token"]).ShouldBeNull();
        OnboardingCommand.Parse(["--json", "--token", "t", "--url", "http://a", "--dry-run"]).ShouldBeEquivalentTo(new OnboardingCommand { IsJson = true, Token = "t", Url = "http://a", IsDryRun = true });
    }

    private static JsonElement Error(string text)
    {
        var answer = JsonDocument.Parse(text).RootElement;
        answer.GetProperty("success").GetBoolean().ShouldBeFalse();
        return answer.GetProperty("error");
    }

    private void Everything()
    {
        _settings["Declarative:Consumers:EventPrefix"] = "office";
        _settings[Section + "Providers:0:ProviderId"] = "office";
        _settings[Section + "Providers:0:InstanceId"] = "office-1";
        _settings[Section + "Providers:0:Label"] = "Office";
        _settings[Section + "ProviderId"] = "office";
        _settings[Section + "InstanceId"] = "office-1";
        _settings[Section + "MerchantId"] = "shop";
        _settings[Section + "Events"] = "events.json";
        Write("""[{"event":{"name":"observer.sales.order.created","fields":[{"name":"id"}]}}]""");
    }

    private void Write(string list) => File.WriteAllText(Path.Combine(_folder, "events.json"), list);

    private async Task<string> TokenAsync(string name, string[] resources)
    {
        var users = _shop.Rest.Services.GetRequiredService<AdminUsers>();
        await users.SaveRoleAsync(name + "'s", resources);
        await users.CreateAsync(name, "correct horse battery", name + "'s");
        return await _shop.Rest.Services.GetRequiredService<IAdminTokenService>().CreateAdminAccessTokenAsync(name, "correct horse battery");
    }

    private async Task<(int Code, string Text)> RunAsync(bool isDryRun = false, bool isJson = false)
    {
        _output.GetStringBuilder().Clear();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(_settings).Build();
        var command = new OnboardingCommand { IsDryRun = isDryRun, IsJson = isJson };
        var code = await command.RunAsync(configuration, _office.Services.GetRequiredService<ConsumerTable>().Consumers, _folder, _output, TestContext.Current.CancellationToken);
        return (code, _output.ToString().ReplaceLineEndings("\n"));
    }

    private sealed class OrderBooked(Handled handled) : IEventHandler<JsonElement>
    {
        public Task<EventResult> HandleAsync(JsonElement payload, EventContext context, CancellationToken cancellationToken)
        {
            handled.All.Enqueue(("booked", context));
            return Task.FromResult(EventResult.Success("Booked"));
        }
    }
}
