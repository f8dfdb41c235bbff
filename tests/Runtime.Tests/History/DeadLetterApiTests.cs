using System.Text.Json;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.History;

public sealed class SqliteDeadLetterApiTests : DeadLetterApiTests<SqliteFixture>;

public sealed class PostgreSqlDeadLetterApiTests : DeadLetterApiTests<PostgreSqlFixture>;

/// <summary>What becomes of dead letters, and what their traces tell.</summary>
public abstract class DeadLetterApiTests<TStore> : IAsyncLifetime
    where TStore : class, IStoreFixture, new()
{
    private const string Deliveries = "/V1/async_events/deliveries";
    private const string Discard = "/V1/async_events/dead_letters/discard";

    private ShopHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ShopHost.StartAsync<TStore>();
        _host.Receiver.Answer = async context =>
        {
            context.Response.StatusCode = 400;
            context.Response.Headers["x-why"] = "no such customer";
            context.Response.Headers["set-cookie"] = "session=abc";
            await context.Response.WriteAsync("""{"error":"no","access_token":"very secret"}""");
        };
        await _host.Rest.Services.GetRequiredService<ISubscriptionStore>().CreateAsync(new NewSubscription { EventName = "sales.order.created", Recipient = _host.Receiver.Url + "/a", VerificationToken = "t", Retry = "0" });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync(string query) => [.. (await _host.OkAsync("GET", Deliveries + query)).GetProperty("items").EnumerateArray()];

    private async Task<IReadOnlyList<string>> DeadAsync(int count)
    {
        for (var i = 1; i <= count; i++)
            await _host.OrderCreated.PublishAsync(i);
        IReadOnlyList<JsonElement> dead = [];
        await Eventually.True(async () => (dead = await ListAsync("?state=dead")).Count == count);
        return [.. dead.Select(one => one.GetProperty("uuid").GetString()!)];
    }

    [Fact]
    public async Task One_that_is_replayed_is_one_no_more_and_its_replay_says_how_it_went()
    {
        var uuid = (await DeadAsync(1))[0];
        _host.Receiver.AnswerWith(200);

        await _host.OkAsync("POST", $"{Deliveries}/{uuid}/replay");

        await Eventually.True(async () => (await ListAsync("?state=done")).Count == 1);
        (await ListAsync("?state=dead")).ShouldBeEmpty();
        (await _host.OkAsync("GET", "/V1/async_events/dead_letters")).GetArrayLength().ShouldBe(0);
        (await ListAsync("")).Select(one => one.GetProperty("state").GetString()).ShouldBe(["done", "replayed"]);
        (await _host.OkAsync("GET", $"{Deliveries}/{uuid}")).GetProperty("outcome").GetString().ShouldBe("Delivered with 1 retry");
    }

    [Fact]
    public async Task They_are_discarded_with_a_reason_that_the_audit_log_keeps()
    {
        var dead = await DeadAsync(2);
        (await _host.ErrorAsync(400, "POST", Discard, $$"""{"ids":["{{dead[0]}}"],"reason":" "}""")).ShouldContain("why");
        (await _host.ErrorAsync(400, "POST", Discard, """{"ids":[],"reason":"test"}""")).ShouldContain("1 to 1000");

        (await _host.OkAsync("POST", Discard, $$"""{"ids":["{{dead[0]}}","{{Guid.CreateVersion7()}}"],"reason":"a test order"}""")).GetInt32().ShouldBe(1);

        (await ListAsync("?state=dead")).Single().GetProperty("uuid").GetString().ShouldBe(dead[1]);
        (await ListAsync("?state=discarded")).Single().GetProperty("uuid").GetString().ShouldBe(dead[0]);
        var noted = (await _host.OkAsync("GET", $"/V1/declarative/audit?subject={dead[0]}")).EnumerateArray().Single();
        noted.GetProperty("action").GetString().ShouldBe("dead_letter.discard");
        noted.GetProperty("detail").GetString().ShouldBe("a test order");
        noted.GetProperty("actor").GetString().ShouldNotBeNullOrEmpty();

        // A replay of all dead letters leaves it alone.
        var replay = (await _host.OkAsync("POST", "/V1/async_events/replays", """{"state":"dead"}""")).GetProperty("id");
        await Eventually.True(async () => (await _host.OkAsync("GET", $"/V1/async_events/replays/{replay}")).TryGetProperty("finished_at", out _));
        (await _host.OkAsync("GET", $"/V1/async_events/replays/{replay}")).GetProperty("made").GetInt32().ShouldBe(1);
        (await _host.OkAsync("GET", "/V1/async_events/replays")).EnumerateArray().Single().GetProperty("id").GetInt64().ShouldBe(replay.GetInt64());
    }

    [Fact]
    public async Task A_dead_event_message_is_discarded_as_well()
    {
        ((Orders)_host.Rest.Services.GetRequiredService<IOrders>()).Answer = static (_, _) => throw new InvalidOperationException("gone");
        await _host.Rest.Services.GetRequiredService<Declarative.Events.IEventPublisher>().PublishAsync("sales.order.created", JsonDocument.Parse("""{"id":"no number"}""").RootElement);
        JsonElement letters = default;
        await Eventually.True(async () => (letters = await _host.OkAsync("GET", "/V1/async_events/dead_letters")).GetArrayLength() == 1);
        var id = letters[0].GetProperty("id").GetString();

        await _host.OkAsync("POST", Discard, $$"""{"ids":["{{id}}"],"reason":"no number"}""");

        (await _host.OkAsync("GET", "/V1/async_events/dead_letters")).GetArrayLength().ShouldBe(0);
        (await _host.OkAsync("GET", $"/V1/async_events/messages/{id}")).GetProperty("state").GetString().ShouldBe("discarded");
    }

    [Fact]
    public async Task A_trace_shows_the_headers_of_both_sides_without_secrets()
    {
        var uuid = (await DeadAsync(1))[0];

        var attempt = (await _host.OkAsync("GET", $"{Deliveries}/{uuid}")).GetProperty("attempts")[0];

        var sent = attempt.GetProperty("request_headers").GetString()!.Split('\n');
        sent.ShouldContain("x-event-name: sales.order.created");
        sent.ShouldContain($"webhook-id: {uuid}");
        sent.ShouldContain(static line => line.StartsWith("webhook-signature: v1,", StringComparison.Ordinal));
        var answered = attempt.GetProperty("response_headers").GetString()!.Split('\n');
        answered.ShouldContain("x-why: no such customer");
        answered.ShouldContain(static line => line.Equals("set-cookie: <hidden>", StringComparison.OrdinalIgnoreCase));
        attempt.GetProperty("response").GetString().ShouldBe("""{"error":"no","access_token":"<hidden>"}""");
    }

    [Fact]
    public async Task They_are_found_by_their_endpoint()
    {
        await DeadAsync(1);
        var endpoint = new Uri(_host.Receiver.Url);

        (await ListAsync($"?endpoint={Uri.EscapeDataString($"http://127.0.0.1:{endpoint.Port}")}")).Count.ShouldBe(1);
        (await ListAsync($"?endpoint={Uri.EscapeDataString("http://127.0.0.1:1")}&state=dead")).ShouldBeEmpty();
        (await ListAsync("?query=event_name:sales.* AND success:false&state=dead")).Count.ShouldBe(1);
    }
}
