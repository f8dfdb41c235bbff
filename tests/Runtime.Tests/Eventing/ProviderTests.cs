using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Eventing;

public sealed class SqliteProviderTests : ProviderTests<SqliteFixture>;

public sealed class PostgreSqlProviderTests : ProviderTests<PostgreSqlFixture>;

/// <summary>Event providers and the configuration over REST.</summary>
public abstract class ProviderTests<TStore> : IAsyncLifetime
    where TStore : class, IStoreFixture, new()
{
    private const string Providers = "/V1/eventing/eventProvider";
    private const string Configuration = "/V1/eventing/updateConfiguration";
    private const string Workspace = """{\"project\":{\"workspace\":{\"details\":{\"credentials\":[]}}}}""";

    private ShopHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ShopHost.StartAsync<TStore>();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private Task<System.Text.Json.JsonElement> Make(string id = "p1") =>
        _host.OkAsync("POST", Providers, $$$"""{"eventProvider":{"provider_id":"{{{id}}}","instance_id":"i1","label":"My provider","description":"D","workspace_configuration":"{}"}}""");

    [Fact]
    public async Task A_provider_is_made_with_its_configuration_masked() =>
        (await Make()).GetRawText().ShouldBe("""{"id":"1","provider_id":"p1","instance_id":"i1","label":"My provider","description":"D","workspace_configuration":"******"}""");

    [Theory]
    [InlineData("""{"instance_id":"i"}""", "provider_id is missing.")]
    [InlineData("""{"provider_id":"p"}""", "instance_id is missing.")]
    [InlineData("""{"provider_id":"p1","instance_id":"i"}""", "There is an event provider with the provider_id p1 already.")]
    [InlineData("""{"provider_id":"p","instance_id":"a b"}""", "instance_id must have")]
    [InlineData("""{"provider_id":"p","instance_id":"i","workspace_configuration":"{<CONFIGURATION>}"}""", "no JSON")]
    public async Task What_cannot_be_is_refused(string provider, string message)
    {
        await Make();
        (await _host.ErrorAsync(400, "POST", Providers, $$$"""{"eventProvider":{{{provider}}}}""")).ShouldContain(message);
    }

    [Theory]
    [InlineData(Providers, "\"3\"", 404)]
    [InlineData(Providers, "\"1\"", 200)]
    [InlineData(Providers, "1", 200)]
    [InlineData(Providers + "/p1", "\"1\"", 200)]
    [InlineData(Providers + "/1", "1", 200)]
    [InlineData(Providers + "/p1", "2", 400)]
    [InlineData(Providers + "/none", "1", 404)]
    public async Task A_change_finds_its_provider_with_and_without_an_id_in_the_path(string path, string id, int status)
    {
        await Make();
        await Make("p2");

        var (actual, body) = await _host.Rest.SendAsync("PUT", "/rest/all" + path, $$$"""{"eventProvider":{"id":{{{id}}},"label":"New"}}""", ShopHost.Root);

        actual.ShouldBe(status, body);
        if (status == 200)
            body.ShouldBe("""{"id":"1","provider_id":"p1","instance_id":"i1","label":"New","description":"D","workspace_configuration":"******"}""");
    }

    [Fact]
    public async Task Asterisks_keep_the_stored_configuration()
    {
        await _host.OkAsync("POST", Providers, """{"eventProvider":{"provider_id":"p1","instance_id":"i1"}}""");

        var without = await _host.OkAsync("PUT", Providers, """{"eventProvider":{"id":"1","workspace_configuration":"******"}}""");
        var with = await _host.OkAsync("PUT", Providers, """{"eventProvider":{"id":"1","workspace_configuration":"{}"}}""");
        var kept = await _host.OkAsync("PUT", Providers, """{"eventProvider":{"id":"1","workspace_configuration":"*"}}""");

        without.GetProperty("workspace_configuration").GetString().ShouldBe("");
        with.GetProperty("workspace_configuration").GetString().ShouldBe("******");
        kept.GetProperty("workspace_configuration").GetString().ShouldBe("******");
    }

    [Fact]
    public async Task The_list_begins_with_the_default_provider()
    {
        await Make();

        (await _host.OkAsync("GET", Providers)).GetRawText().ShouldBe("""[{"provider_id":"default-provider","instance_id":"my-instance","workspace_configuration":""},{"id":"1","provider_id":"p1","instance_id":"i1","label":"My provider","description":"D","workspace_configuration":"******"}]""");
        (await _host.OkAsync("GET", Providers + "/default-provider")).GetProperty("instance_id").GetString().ShouldBe("my-instance");
        (await _host.OkAsync("GET", Providers + "/p1")).GetProperty("id").GetString().ShouldBe("1");
        (await _host.ErrorAsync(404, "GET", Providers + "/none")).ShouldBe("There is no event provider none.");
    }

    [Fact]
    public async Task A_provider_in_use_stays()
    {
        await Make();
        await _host.OkAsync("POST", "/V1/eventing/eventSubscribe", """{"event":{"name":"observer.x","fields":[{"name":"a"}],"provider_id":"p1"}}""");

        (await _host.ErrorAsync(400, "DELETE", Providers + "/p1")).ShouldContain("observer.x");
        await _host.OkAsync("POST", "/V1/eventing/eventUnsubscribe/observer.x");
        (await _host.OkAsync("DELETE", Providers + "/p1")).GetBoolean().ShouldBeTrue();
        (await _host.ErrorAsync(404, "DELETE", Providers + "/p1")).ShouldBe("There is no event provider p1.");
    }

    [Theory]
    [InlineData("""{"merchant_id":"a-b"}""", "merchant_id")]
    [InlineData("""{"environment_id":"a b"}""", "environment_id")]
    [InlineData("""{"instance_id":"a.b"}""", "instance_id")]
    [InlineData("""{"instance_id":""}""", "instance_id")]
    [InlineData("""{"workspace_configuration":"{"}""", "no JSON")]
    [InlineData("""{"workspace_configuration":"{\"project\":{}}"}""", "credentials")]
    [InlineData("""{"workspace_configuration":"{\"project\":{},\"project\":{}}"}""", "no JSON")]
    public async Task Each_part_of_the_configuration_has_its_form(string part, string message) =>
        (await _host.ErrorAsync(400, "PUT", Configuration, $$$"""{"config":{{{part}}}}""")).ShouldContain(message);

    [Fact]
    public async Task The_configuration_is_stored_as_a_whole_or_not_at_all()
    {
        await _host.ErrorAsync(400, "PUT", Configuration, """{"config":{"provider_id":"other","instance_id":"a b"}}""");
        (await _host.OkAsync("GET", Providers))[0].GetProperty("provider_id").GetString().ShouldBe("default-provider");

        (await _host.OkAsync("PUT", Configuration, $$$"""{"config":{"enabled":1,"provider_id":"other","instance_id":"i-2","merchant_id":"m","environment_id":"e","workspace_configuration":"{{{Workspace}}}"}}""")).GetBoolean().ShouldBeTrue();
        (await _host.OkAsync("GET", Providers))[0].GetRawText().ShouldBe("""{"provider_id":"other","instance_id":"i-2","workspace_configuration":"******"}""");
    }

    [Fact]
    public async Task While_eventing_is_off_events_wait()
    {
        await _host.OkAsync("POST", "/V1/async_event", $$$"""{"asyncEvent":{"event_name":"sales.order.created","recipient_url":"{{{_host.Receiver.Url}}}","verification_token":"t","metadata":"http"}}""");
        await _host.OkAsync("PUT", Configuration, """{"config":{"enabled":false}}""");
        await _host.OrderCreated.PublishAsync(1);
        await _host.OrderCreated.PublishAsync(2);
        _host.Receiver.Requests.ShouldBeEmpty();
        (await _host.OkAsync("GET", "/V1/async_events/deliveries")).GetProperty("items").GetArrayLength().ShouldBe(0);

        await _host.OkAsync("PUT", Configuration, """{"config":{"enabled":true}}""");

        await Eventually.True(() => _host.Receiver.Requests.Count == 2);
    }
}
