using Declarative.Delivery;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Subscriptions;

public sealed class SqliteSubscriptionTests : SubscriptionTests<SqliteFixture>;

public sealed class PostgreSqlSubscriptionTests : SubscriptionTests<PostgreSqlFixture>;

/// <summary>What a subscription may be.</summary>
public abstract class SubscriptionTests<TStore> : IAsyncLifetime
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = TestHost.Build(_store.Use, configure: builder => builder.AddNotifier<Notebook>("notebook"));
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        var wrong = new NewSubscription { EventName = "sales.order.create", Recipient = "x", Notifier = "htpp", Retry = "often", StoreId = -1, VerificationToken = "whsec_" };

        var problems = (await Should.ThrowAsync<InvalidSubscriptionException>(() => _host.Subscriptions.CreateAsync(wrong))).Problems;

        problems.Count.ShouldBe(5);
        problems.ShouldContain(problem => problem.Contains("Did you mean 'sales.order.created'?", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.Contains("did you mean 'http'?", StringComparison.Ordinal) && problem.Contains("Registered: http, notebook", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ftp://example.com")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://user@example.com/")]
    public async Task A_recipient_is_judged_by_its_notifier(string recipient) =>
        (await Should.ThrowAsync<InvalidSubscriptionException>(() => _host.SubscribeAsync(recipient))).Message.ShouldContain("'http'");

    [Fact]
    public async Task Http_needs_a_token() =>
        (await Should.ThrowAsync<InvalidSubscriptionException>(() => _host.SubscribeAsync("https://example.com/", token: ""))).Message.ShouldContain("VerificationToken");

    [Fact]
    public async Task A_repeat_gives_the_first()
    {
        var first = await _host.SubscribeAsync("https://example.com/hook");

        (await _host.SubscribeAsync("https://example.com/hook")).ShouldBe(first);
        (await _host.SubscribeAsync("https://example.com/hook", storeId: 1)).Id.ShouldNotBe(first.Id);
        _host.Subscriptions.List(ShopModule.OrderCreated).Count.ShouldBe(2);
        _host.Subscriptions.List("customer.saved").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_is_shown_nowhere()
    {
        var subscription = await _host.SubscribeAsync("https://example.com/hook", token: "top-secret-token");

        subscription.ToString().ShouldNotContain("top-secret-token");
        _host.Log.All.ShouldNotContain(line => line.Contains("top-secret-token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_notifier_of_ones_own_gets_the_payload_and_the_token()
    {
        await _host.SubscribeAsync("page 7", notifier: "notebook");

        var message = await _host.OrderCreated.PublishAsync(42);
        await _host.DeliveryOfAsync(message, one => one.State == DeliveryState.Done);

        Notebook.Pages.ShouldContain("page 7: {\"entity_id\":42,\"increment_id\":\"000000042\",\"grand_total\":12.5} " + TestHost.Token);
    }

    [Theory]
    [InlineData("adobe", RetryOn.Adobe)]
    [InlineData("adobe-commerce", RetryOn.All)]
    [InlineData("standard", RetryOn.All)]
    [InlineData("1,2", RetryOn.All)]
    public async Task What_is_retried_follows_the_preset(string retry, RetryOn expected) =>
        (await _host.SubscribeAsync("https://example.com/" + retry, retry: retry)).RetryOn.ShouldBe(expected);

    private sealed class Notebook : INotifier
    {
        public static System.Collections.Concurrent.ConcurrentQueue<string> Pages { get; } = [];

        public string? Validate(string recipient) => recipient.StartsWith("page", StringComparison.Ordinal) ? null : "it must be a page.";

        public Task<NotifierResult> NotifyAsync(Notification notification, CancellationToken cancellationToken)
        {
            Pages.Enqueue($"{notification.Recipient}: {System.Text.Encoding.UTF8.GetString(notification.Payload.Span)} {notification.Secret?.Reveal()}");
            return Task.FromResult(NotifierResult.Success());
        }
    }
}
