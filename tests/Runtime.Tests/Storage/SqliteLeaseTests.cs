using Declarative.Delivery;
using Declarative.Storage;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Storage;

/// <summary>Leases of the embedded store end by what has passed, whatever the clock is set to.</summary>
public sealed class SqliteLeaseTests : StoreTest<SqliteFixture>
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_lease_ends_when_its_time_has_passed_and_not_before(int hours)
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutAsync(subscription);
        await AppendAsync("a");
        var set = Now + (Hour * hours);
        (await Messages.ClaimAsync(Claim<string>(Now), None)).Rows.ShouldHaveSingleItem();
        (await Deliveries.ClaimAsync(Claim<long>(Now), None)).Rows.ShouldHaveSingleItem();

        (await Messages.ClaimAsync(After<string>(59, set), None)).Rows.ShouldBeEmpty();
        (await Deliveries.ClaimAsync(After<long>(59, set), None)).Rows.ShouldBeEmpty();
        (await Messages.ClaimAsync(After<string>(60, set), None)).Rows.ShouldHaveSingleItem();
        (await Deliveries.ClaimAsync(After<long>(60, set), None)).Rows.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_waits_when_the_clock_is_set_back_does_not_wait_for_its_hands_to_come_round()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        (await Messages.ClaimAsync(Claim<string>(Now), None)).Rows.ShouldBeEmpty();
        (await Deliveries.ClaimAsync(Claim<long>(Now), None)).Rows.ShouldBeEmpty();
        await FanOutAsync(subscription);
        await AppendAsync("a");

        (await Messages.ClaimAsync(After<string>(0, Now - Hour), None)).Rows.ShouldHaveSingleItem();
        (await Deliveries.ClaimAsync(After<long>(0, Now - Hour), None)).Rows.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_clock_that_is_set_on_ends_no_lease_of_an_attempt_under_way()
    {
        using var store = new SqliteFixture();
        var time = new TestClock();
        await using var receiver = await Receiver.StartAsync();
        var release = new TaskCompletionSource();
        receiver.Answer = _ => release.Task;
        await using var host = TestHost.Build(store.Use, time);
        await host.StartAsync();
        await host.SubscribeAsync(receiver.Url);
        var first = await host.OrderCreated.PublishAsync(1);
        await Eventually.True(() => receiver.Requests.Count == 1);

        time.Set(Hour);

        // The next one makes the worker claim again, and is under way once it has.
        var second = await host.OrderCreated.PublishAsync(2);
        await Eventually.True(() => receiver.Requests.Count == 2);
        release.SetResult();
        foreach (var message in new[] { first, second })
            (await host.DeliveryOfAsync(message, static one => one.State == DeliveryState.Done)).Attempts.ShouldHaveSingleItem();
        receiver.Requests.Select(static request => request.Headers["webhook-id"]).Distinct().Count().ShouldBe(2);
        store.Scalar("SELECT max(attempts) FROM delivery").ShouldBe(1);
        receiver.Requests.Count.ShouldBe(2);
    }

    /// <summary>A claim so many seconds later, on a clock that was set meanwhile.</summary>
    private Claim<TKey> After<TKey>(int seconds, DateTimeOffset set)
        where TKey : notnull
    {
        var steady = Now.AddSeconds(seconds);
        return Claim<TKey>(set.AddSeconds(seconds)) with { LeaseNow = steady, LeaseUntil = steady.AddSeconds(60) };
    }
}
