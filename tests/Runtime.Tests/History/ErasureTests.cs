using System.Text.Json;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.History;

public sealed class SqliteErasureTests : ErasureTests<SqliteFixture>;

public sealed class PostgreSqlErasureTests : ErasureTests<PostgreSqlFixture>;

/// <summary>Personal data: erased on request or by its age, and never shown where a field is redacted.</summary>
public abstract class ErasureTests<TStore> : IAsyncLifetime
    where TStore : class, IStoreFixture, new()
{
    private const string Deliveries = "/V1/async_events/deliveries";
    private const string Erasures = "/V1/declarative/erasures";

    private readonly TestClock _time = new();
    private ShopHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ShopHost.StartAsync<TStore>(
            new() { ["Declarative:History:Search"] = "true", ["Declarative:History:RedactedFields:0"] = "email", ["Declarative:History:PayloadRetentionDays"] = "7" },
            services => services.AddSingleton<TimeProvider>(_time));
        await SubscribeAsync("customer.saved", "/customers");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private Task<Subscription> SubscribeAsync(string name, string path) =>
        _host.Rest.Services.GetRequiredService<ISubscriptionStore>().CreateAsync(new NewSubscription { EventName = name, Recipient = _host.Receiver.Url + path, VerificationToken = "t", Retry = "60" });

    private async Task<Guid> PublishAsync(int id, string email, string state)
    {
        var message = await _host.Rest.Services.GetRequiredService<ICustomerSavedPublisher>().PublishAsync(new CustomerSaved(id, email));
        await Eventually.True(async () => (await DeliveryAsync(message)) is { } delivery && delivery.GetProperty("state").GetString() == state);
        return message;
    }

    private async Task<JsonElement?> DeliveryAsync(Guid message)
    {
        var deliveries = (await _host.OkAsync("GET", $"/V1/async_events/messages/{message}")).GetProperty("deliveries");
        return deliveries.GetArrayLength() == 0 ? null : deliveries[0];
    }

    private async Task<JsonElement> TraceAsync(Guid message) => await _host.OkAsync("GET", $"{Deliveries}/{(await DeliveryAsync(message))!.Value.GetProperty("uuid")}");

    [Fact]
    public async Task The_data_of_one_event_is_erased_and_what_happened_stays()
    {
        _host.Receiver.Answer = static context => context.Response.WriteAsync("Hello Ada");
        var message = await PublishAsync(1, "ada@example.com", "done");
        var uuid = (await DeliveryAsync(message))!.Value.GetProperty("uuid").GetString();
        (await TraceAsync(message)).GetProperty("attempts")[0].GetProperty("response").GetString().ShouldBe("Hello Ada");

        (await _host.OkAsync("POST", Erasures, $$"""{"uuid":"{{uuid}}"}""")).GetInt32().ShouldBe(1);

        var trace = await TraceAsync(message);
        trace.TryGetProperty("data", out _).ShouldBeFalse();
        trace.TryGetProperty("erased_at", out _).ShouldBeTrue();
        trace.GetProperty("attempts")[0].GetProperty("status").GetInt32().ShouldBe(200);
        trace.GetProperty("attempts")[0].TryGetProperty("response", out _).ShouldBeFalse();
        (await _host.ErrorAsync(400, "POST", $"{Deliveries}/{uuid}/replay")).ShouldContain("erased");
        (await _host.OkAsync("POST", Erasures, $$"""{"uuid":"{{message}}"}""")).GetInt32().ShouldBe(0);
        await _host.ErrorAsync(404, "POST", Erasures, $$"""{"uuid":"{{Guid.CreateVersion7()}}"}""");
        await _host.ErrorAsync(400, "POST", Erasures, "{}");
    }

    [Fact]
    public async Task What_waits_to_be_sent_is_not_sent_after_its_data_was_erased()
    {
        _host.Receiver.AnswerWith(500);
        var message = await PublishAsync(1, "ada@example.com", "due");
        await Eventually.True(() => _host.Receiver.Requests.Count == 1);
        await Eventually.True(async () => (await TraceAsync(message)).GetProperty("attempts").GetArrayLength() == 1);

        await _host.OkAsync("POST", Erasures, $$"""{"uuid":"{{message}}"}""");

        (await DeliveryAsync(message))!.Value.GetProperty("state").GetString().ShouldBe("cancelled");
        _time.Advance(TimeSpan.FromHours(1));
        await PublishAsync(2, "bob@example.com", "due");
        _host.Receiver.Requests.Count(one => one.Text.Contains("null", StringComparison.Ordinal)).ShouldBe(0);
    }

    [Fact]
    public async Task All_events_that_hold_a_value_are_erased_and_no_others()
    {
        var ada = await PublishAsync(1, "ada@example.com", "done");
        var again = await PublishAsync(2, "ADA@example.com", "done");
        var bob = await PublishAsync(3, "bob@example.com", "done");

        (await _host.OkAsync("POST", Erasures, """{"field":"email","value":"ada@example.com"}""")).GetInt32().ShouldBe(2);

        (await TraceAsync(ada)).TryGetProperty("data", out _).ShouldBeFalse();
        (await TraceAsync(again)).TryGetProperty("data", out _).ShouldBeFalse();
        (await TraceAsync(bob)).TryGetProperty("data", out _).ShouldBeTrue();

        // The value itself is what is to be forgotten.
        (await _host.OkAsync("GET", "/V1/declarative/audit?action=data")).GetRawText().ShouldNotContain("ada@example.com");
    }

    [Fact]
    public async Task A_redacted_field_is_sent_but_neither_shown_nor_found()
    {
        var message = await PublishAsync(7, "ada@example.com", "done");
        await Eventually.True(async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return await FoundAsync("data.customer_id:7") == 1;
        });

        _host.Receiver.Requests.Single().Text.ShouldContain("ada@example.com");
        (await TraceAsync(message)).GetProperty("data").GetProperty("email").GetString().ShouldBe("<hidden>");
        (await _host.ErrorAsync(400, "GET", "/V1/async_events/search?query=data.email:ada*")).ShouldContain("redacted");
    }

    [Fact]
    public async Task Data_older_than_its_own_period_is_erased_and_the_log_stays()
    {
        var message = await PublishAsync(1, "ada@example.com", "done");

        await Eventually.True(async () =>
        {
            _time.Advance(TimeSpan.FromHours(12));
            return (await TraceAsync(message)).TryGetProperty("erased_at", out _);
        });

        (await TraceAsync(message)).GetProperty("outcome").GetString().ShouldBe("Delivered");
    }

    private async Task<int> FoundAsync(string query) =>
        (await _host.OkAsync("GET", "/V1/async_events/search?query=" + Uri.EscapeDataString(query))).GetProperty("items").GetArrayLength();
}
