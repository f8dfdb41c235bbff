using Declarative.Delivery;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace Declarative.Tests.Delivery;

public sealed class SqliteRetryTests : RetryTests<SqliteFixture>;

public sealed class PostgreSqlRetryTests : RetryTests<PostgreSqlFixture>;

/// <summary>What follows from a failed attempt. The clock stands still unless a test moves it.</summary>
public abstract class RetryTests<TStore> : IAsyncLifetime
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();
    private readonly TestClock _time = new();
    private Receiver _receiver = null!;
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _host = TestHost.Build(_store.Use, _time, configure: builder => builder.AddNotifier<ThrowingNotifier>("throws"));
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _receiver.DisposeAsync();
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_receiver_that_keeps_failing_is_tried_by_the_schedule_and_then_never_again()
    {
        _receiver.AnswerWith(500);
        await _host.SubscribeAsync(_receiver.Url);

        var message = await _host.OrderCreated.PublishAsync(1);
        var pauses = await PausesAsync(6);

        pauses.ShouldBe([1, 4, 9, 16, 25]);
        var delivery = await _host.DeliveryOfAsync(message, one => one.State == DeliveryState.Dead);
        delivery.Attempts.Select(attempt => attempt.Number).ShouldBe([1, 2, 3, 4, 5, 6]);
        delivery.Attempts.ShouldAllBe(attempt => attempt.Status == 500 && attempt.Reason == "status" && attempt.Response == "Internal Server Error");
        _receiver.Requests.Select(request => request.Headers["x-attempt"]).ShouldBe(["1", "2", "3", "4", "5", "6"]);
        _receiver.Requests.Select(request => request.Headers["webhook-id"]).Distinct().ShouldHaveSingleItem();
        _receiver.Requests.Select(request => request.Headers["webhook-timestamp"]).Distinct().Count().ShouldBe(6);
        var letter = (await _host.DeliveryLog.DeadLettersAsync()).ShouldHaveSingleItem();
        letter.Id.ShouldBe(delivery.Uuid);
        letter.Reason.ShouldBe("status");
        letter.Attempts.ShouldBe(6);
    }

    [Fact]
    public async Task A_receiver_that_recovers_gets_the_same_bytes_again()
    {
        _receiver.AnswerWith(503, 200);
        await _host.SubscribeAsync(_receiver.Url, retry: "7");

        var message = await _host.OrderCreated.PublishAsync(1);
        (await PausesAsync(2)).ShouldBe([7]);

        var delivery = await _host.DeliveryOfAsync(message, one => one.State == DeliveryState.Done);
        delivery.Attempts.Select(attempt => attempt.Status).ShouldBe([503, 200]);
        _receiver.Requests.Select(request => request.Text).Distinct().ShouldHaveSingleItem();
        _host.Orders.Calls.ShouldBe(1);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", 1)]
    [InlineData("-5", 1)]
    [InlineData("soon", 1)]
    [InlineData("1000000000", 86_400)]
    public async Task Retry_after_in_seconds_is_kept(string header, int expected)
    {
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = header;
            return Task.CompletedTask;
        };
        await _host.SubscribeAsync(_receiver.Url);

        await _host.OrderCreated.PublishAsync(1);

        (await AttemptAsync(1)).NextDue.ShouldBe(_time.GetUtcNow().AddSeconds(expected));
    }

    [Fact]
    public async Task Retry_after_as_a_date_is_kept()
    {
        var date = _time.GetUtcNow().AddMinutes(10);
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = date.ToString("R");
            return Task.CompletedTask;
        };
        await _host.SubscribeAsync(_receiver.Url);

        await _host.OrderCreated.PublishAsync(1);

        (await AttemptAsync(1)).NextDue.ShouldBe(date);
    }

    [Theory]
    [InlineData(RetryOn.Adobe, 400, DeliveryState.Dead)]
    [InlineData(RetryOn.Adobe, 404, DeliveryState.Dead)]
    [InlineData(RetryOn.Adobe, 505, DeliveryState.Dead)]
    [InlineData(RetryOn.Adobe, 429, DeliveryState.Due)]
    [InlineData(RetryOn.Adobe, 500, DeliveryState.Due)]
    [InlineData(RetryOn.All, 400, DeliveryState.Due)]
    [InlineData(RetryOn.All, 505, DeliveryState.Due)]
    public async Task Which_statuses_are_tried_again(RetryOn retryOn, int status, DeliveryState expected)
    {
        _receiver.AnswerWith(status);
        await _host.SubscribeAsync(_receiver.Url, retryOn: retryOn);

        await _host.OrderCreated.PublishAsync(1);

        (await AttemptAsync(1)).State.ShouldBe(expected);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_disables_its_subscription_and_parks_what_is_pending()
    {
        _receiver.AnswerWith(500, 410, 200);
        var subscription = await _host.SubscribeAsync(_receiver.Url);
        var first = await _host.OrderCreated.PublishAsync(1);
        await AttemptAsync(1);
        var second = await _host.OrderCreated.PublishAsync(2);
        await AttemptAsync(2);

        await _host.DeliveryOfAsync(first, one => one.State == DeliveryState.Parked);
        await _host.DeliveryOfAsync(second, one => one is { State: DeliveryState.Parked, Reason: "gone" });
        await Eventually.True(() => _host.Subscriptions.Find(subscription.Id)!.Status == SubscriptionStatus.Gone);
        _time.Advance(TimeSpan.FromHours(1));
        _receiver.Requests.Count.ShouldBe(2);

        await _host.Subscriptions.SetStatusAsync(subscription.Id, isActive: true);

        await _host.DeliveryOfAsync(first, one => one.State == DeliveryState.Done);
        await _host.DeliveryOfAsync(second, one => one.State == DeliveryState.Done);
    }

    [Fact]
    public async Task A_disabled_subscription_gets_nothing_until_it_is_enabled()
    {
        _receiver.AnswerWith(500, 200);
        var subscription = await _host.SubscribeAsync(_receiver.Url);
        var pending = await _host.OrderCreated.PublishAsync(1);
        await AttemptAsync(1);

        await _host.Subscriptions.SetStatusAsync(subscription.Id, isActive: false, reason: "maintenance");
        await _host.DeliveryOfAsync(pending, one => one.State == DeliveryState.Parked);
        _time.Advance(TimeSpan.FromHours(1));
        _host.Subscriptions.Find(subscription.Id)!.DisabledReason.ShouldBe("maintenance");
        _receiver.Requests.Count.ShouldBe(1);

        await _host.Subscriptions.SetStatusAsync(subscription.Id, isActive: true);
        await _host.DeliveryOfAsync(pending, one => one.State == DeliveryState.Done);
    }

    [Fact]
    public async Task A_deleted_subscriptions_deliveries_are_cancelled_and_stay_in_the_log()
    {
        _receiver.AnswerWith(500);
        var subscription = await _host.SubscribeAsync(_receiver.Url);
        var pending = await _host.OrderCreated.PublishAsync(1);
        await AttemptAsync(1);

        (await _host.Subscriptions.DeleteAsync(subscription.Id)).ShouldBeTrue();

        var delivery = await _host.DeliveryOfAsync(pending, one => one.State == DeliveryState.Cancelled);
        delivery.Attempts.ShouldHaveSingleItem();
        _host.Subscriptions.Find(subscription.Id).ShouldBeNull();
        (await _host.Subscriptions.DeleteAsync(subscription.Id)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_notifier_that_throws_is_a_failed_attempt_and_nothing_more()
    {
        await _host.SubscribeAsync("anywhere", notifier: "throws");
        await _host.SubscribeAsync(_receiver.Url);

        await _host.OrderCreated.PublishAsync(1);
        await Eventually.True(() => _host.Attempts.All.Count == 2);

        var failed = _host.Attempts.All.Single(attempt => attempt.Notifier == "throws");
        failed.State.ShouldBe(DeliveryState.Due);
        failed.Attempt.Reason.ShouldBe("notifier_error");
        failed.Attempt.Response!.ShouldContain("out of paper");
        _host.Attempts.All.Single(attempt => attempt.Notifier == "http").State.ShouldBe(DeliveryState.Done);
    }

    /// <summary>Lets the given number of attempts happen, moving the clock to each due time; the pauses between them in seconds.</summary>
    private async Task<List<double>> PausesAsync(int attempts)
    {
        var pauses = new List<double>();
        for (var number = 1; number <= attempts; number++)
        {
            var attempt = await AttemptAsync(number);
            if (attempt.NextDue is not { } due)
                break;
            pauses.Add((due - attempt.Attempt.StartedAt).TotalSeconds);
            _time.Advance(due - _time.GetUtcNow());
        }

        return pauses;
    }

    private async Task<DeliveryAttempt> AttemptAsync(int number)
    {
        await Eventually.True(() => _host.Attempts.All.Count >= number);
        return _host.Attempts.All.ElementAt(number - 1);
    }

    private sealed class ThrowingNotifier : INotifier
    {
        public string? Validate(string recipient) => null;

        public Task<NotifierResult> NotifyAsync(Notification notification, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("out of paper");
    }
}
