using Declarative.Delivery;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Storage;

public sealed class SqliteHealthStoreBehaviour : HealthStoreBehaviour<SqliteFixture>;

public sealed class PostgreSqlHealthStoreBehaviour : HealthStoreBehaviour<PostgreSqlFixture>;

/// <summary>Breakers of endpoints, and what becomes of subscriptions that keep failing, in every store.</summary>
public abstract class HealthStoreBehaviour<TStore> : StoreTest<TStore>
    where TStore : IStoreFixture, new()
{
    private static readonly FailureRule Rule = new(TimeSpan.FromHours(24), 10, 0.8, TimeSpan.FromHours(24));

    [Fact]
    public async Task An_endpoint_that_fails_in_a_row_gets_nothing_then_one_probe_and_all_once_it_answers()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutManyAsync(subscription, 6);
        var turns = await FailAsync(3, Now);
        turns.ShouldHaveSingleItem().OpenUntil.ShouldBe(Now.AddSeconds(10));

        var closed = await ClaimDeliveriesAsync(Now.AddSeconds(9));
        closed.Rows.ShouldBeEmpty();
        closed.NextDue.ShouldBe(Now.AddSeconds(10));
        var probe = (await ClaimDeliveriesAsync(Now.AddSeconds(10))).Rows.ShouldHaveSingleItem();
        (await ClaimDeliveriesAsync(Now.AddSeconds(11))).Rows.ShouldBeEmpty("one probe at a time");

        var end = await Deliveries.CompleteAsync([Succeeded(probe)], Breaker, Now.AddSeconds(12), None);
        end.Turns.ShouldHaveSingleItem().OpenUntil.ShouldBeNull();
        (await ClaimDeliveriesAsync(Now.AddSeconds(12))).Rows.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Each_probe_that_fails_doubles_the_pause_up_to_its_limit_and_burns_one_attempt_only()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutManyAsync(subscription, 4);
        await FailAsync(3, Now);
        var at = Now.AddSeconds(10);
        foreach (var pause in new[] { 20, 30, 30 })
        {
            var probe = (await ClaimDeliveriesAsync(at)).Rows.ShouldHaveSingleItem();
            (await Deliveries.CompleteAsync([Failed(probe, at)], Breaker, at, None)).Turns.ShouldHaveSingleItem().OpenUntil.ShouldBe(at.AddSeconds(pause));
            (await ClaimDeliveriesAsync(at.AddSeconds(pause - 1))).Rows.ShouldBeEmpty();
            at = at.AddSeconds(pause);
        }

        (await Attempts()).ShouldBe(6);
    }

    [Fact]
    public async Task A_probe_that_was_given_back_lets_the_next_one_go_at_once()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutManyAsync(subscription, 3);
        await FailAsync(3, Now);

        var probe = (await ClaimDeliveriesAsync(Now.AddSeconds(10))).Rows.Single();
        await Deliveries.CompleteAsync([new(probe, DeliveryEnd.Released)], Breaker, Now.AddSeconds(11), None);

        (await ClaimDeliveriesAsync(Now.AddSeconds(11))).Rows.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task While_it_is_open_only_its_probe_closes_it()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutManyAsync(subscription, 5);
        var slow = (await Deliveries.ClaimAsync(Claim<long>(Now, limit: 1), None)).Rows.Single();
        await FailAsync(3, Now);

        (await Deliveries.CompleteAsync([Succeeded(slow)], Breaker, Now.AddSeconds(1), None)).Turns.ShouldHaveSingleItem().OpenUntil.ShouldBe(Now.AddSeconds(10));
        (await ClaimDeliveriesAsync(Now.AddSeconds(9))).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_receiver_that_is_gone_switches_its_subscription_off_once_and_never_one_that_was_deleted()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutManyAsync(subscription, 3);
        var rows = (await ClaimDeliveriesAsync(Now)).Rows;

        (await Deliveries.CompleteAsync([Gone(rows[0])], Breaker, Now, None)).SwitchedOff.ShouldBe([subscription.Id]);
        (await Deliveries.CompleteAsync([Gone(rows[1])], Breaker, Now, None)).SwitchedOff.ShouldBeEmpty();
        await Subscriptions.SetStatusAsync(subscription.Id, SubscriptionStatus.Deleted, null, Now, None);
        (await Deliveries.CompleteAsync([Gone(rows[2])], Breaker, Now, None)).SwitchedOff.ShouldBeEmpty();

        (await Log.ListAsync()).ShouldAllBe(static one => one.State == DeliveryState.Cancelled);
    }

    [Fact]
    public async Task An_unstable_subscription_without_attempts_has_not_recovered()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutManyAsync(subscription, 1);
        await FailSlowlyAsync(10, Now);
        await Deliveries.JudgeAsync(Rule, Now, None);

        (await Deliveries.JudgeAsync(Rule, Now.AddHours(30), None)).ShouldBeEmpty();
        await FailSlowlyAsync(1, Now.AddHours(40));
        (await Deliveries.JudgeAsync(Rule, Now.AddHours(40), None)).ShouldHaveSingleItem().Health.ShouldBe(SubscriptionHealth.Disabled);
    }

    [Fact]
    public async Task A_refusal_is_a_sign_of_life_and_what_was_under_way_while_open_counts_for_nothing()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutManyAsync(subscription, 8);
        var rows = (await ClaimDeliveriesAsync(Now)).Rows;

        var turns = (await Deliveries.CompleteAsync(
            [Failed(rows[0], Now), Failed(rows[1], Now), new(rows[2], DeliveryEnd.Dead) { Sign = EndpointSign.Up, Attempt = Attempt(rows[2]) }, Failed(rows[3], Now), Failed(rows[4], Now)],
            Breaker,
            Now,
            None)).Turns;
        turns.ShouldBeEmpty();

        turns = (await Deliveries.CompleteAsync([Failed(rows[5], Now), Failed(rows[6], Now), Failed(rows[7], Now)], Breaker, Now, None)).Turns;
        turns.ShouldHaveSingleItem().ShouldBe(new EndpointTurn(subscription.EndpointId, Now.AddSeconds(10), 3));
    }

    [Fact]
    public async Task An_open_endpoint_takes_nothing_from_others()
    {
        var down = await SubscribeAsync("https://down.example/");
        await FanOutManyAsync(down, 3);
        await FailAsync(3, Now);
        var up = await SubscribeAsync("https://up.example/");
        await FanOutManyAsync(up, 2);

        var claimed = await ClaimDeliveriesAsync(Now.AddSeconds(1));

        claimed.Rows.Select(static row => row.EndpointId).ShouldBe([up.EndpointId, up.EndpointId]);
    }

    [Fact]
    public async Task A_subscription_that_keeps_failing_becomes_unstable_then_is_switched_off_with_what_waits_parked()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutManyAsync(subscription, 1);
        (await Deliveries.JudgeAsync(Rule, Now, None)).ShouldBeEmpty("there was no attempt yet");
        await FailSlowlyAsync(9, Now);
        (await Deliveries.JudgeAsync(Rule, Now, None)).ShouldBeEmpty("nine attempts say nothing");
        await FailSlowlyAsync(1, Now);

        (await Deliveries.JudgeAsync(Rule, Now, None)).ShouldHaveSingleItem().ShouldBe(new SubscriptionVerdict(subscription.Id, SubscriptionHealth.Unstable, 10, 10));
        (await Deliveries.JudgeAsync(Rule, Now.AddHours(1), None)).ShouldBeEmpty("it is told once");
        await FailSlowlyAsync(10, Now.AddHours(20));
        (await Deliveries.JudgeAsync(Rule, Now.AddHours(24), None)).ShouldHaveSingleItem().Health.ShouldBe(SubscriptionHealth.Disabled);

        (await Subscriptions.LoadAsync(None)).Single().Status.ShouldBe(SubscriptionStatus.AutoDisabled);
        (await Log.ListAsync()).Single().State.ShouldBe(DeliveryState.Parked);
    }

    [Fact]
    public async Task It_recovers_when_enough_attempts_succeed_and_starts_afresh_when_it_is_enabled()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutManyAsync(subscription, 1);
        await FailSlowlyAsync(10, Now);
        (await Deliveries.JudgeAsync(Rule, Now, None)).Single().Health.ShouldBe(SubscriptionHealth.Unstable);
        await SucceedAsync(subscription, 3, Now);

        (await Deliveries.JudgeAsync(Rule, Now, None)).ShouldHaveSingleItem().ShouldBe(new SubscriptionVerdict(subscription.Id, SubscriptionHealth.Recovered, 13, 10));

        await Subscriptions.SetStatusAsync(subscription.Id, SubscriptionStatus.Disabled, null, Now, None);
        await Subscriptions.SetStatusAsync(subscription.Id, SubscriptionStatus.Active, null, Now, None);
        await FailSlowlyAsync(9, Now);
        (await Deliveries.JudgeAsync(Rule, Now, None)).ShouldBeEmpty("the counts from before don't count");
    }

    [Fact]
    public async Task What_a_module_declares_is_reported_but_never_switched_off()
    {
        var subscription = await Subscriptions.AddAsync(Record("https://a.example/", name: "declared") with { IsRequired = true }, None);
        await FanOutManyAsync(subscription, 1);
        await FailSlowlyAsync(10, Now);
        (await Deliveries.JudgeAsync(Rule, Now, None)).Single().Health.ShouldBe(SubscriptionHealth.Unstable);
        await FailSlowlyAsync(10, Now.AddHours(20));

        (await Deliveries.JudgeAsync(Rule, Now.AddHours(25), None)).ShouldBeEmpty();
        (await Subscriptions.LoadAsync(None)).Single().Status.ShouldBe(SubscriptionStatus.Active);
    }

    private static DeliveryOutcome Gone(ClaimedDelivery row) => new(row, DeliveryEnd.Gone) { Sign = EndpointSign.Up, Attempt = Attempt(row) };

    /// <summary>Lets so many attempts fail at once; the endpoints that turned.</summary>
    private async Task<IReadOnlyList<EndpointTurn>> FailAsync(int count, DateTimeOffset now)
    {
        var rows = (await Deliveries.ClaimAsync(Claim<long>(now, limit: count), None)).Rows;
        rows.Count.ShouldBe(count);
        return (await Deliveries.CompleteAsync([.. rows.Select(row => Failed(row, now))], Breaker, now, None)).Turns;
    }

    /// <summary>One after the other, without a breaker.</summary>
    private async Task FailSlowlyAsync(int count, DateTimeOffset now)
    {
        for (var i = 0; i < count; i++)
        {
            var row = (await ClaimDeliveriesAsync(now)).Rows.Single();
            await Deliveries.CompleteAsync([Failed(row, now)], Breaker with { Failures = 0 }, now, None);
        }
    }

    private async Task SucceedAsync(SubscriptionRecord subscription, int count, DateTimeOffset now)
    {
        await FanOutManyAsync(subscription, count - 1);
        var rows = (await ClaimDeliveriesAsync(now)).Rows;
        await Deliveries.CompleteAsync([.. rows.Select(Succeeded)], Breaker, now, None);
        await FanOutManyAsync(subscription, 1);
    }

    private async Task FanOutManyAsync(SubscriptionRecord subscription, int count)
    {
        for (var i = 0; i < count; i++)
            await FanOutAsync(subscription);
    }

    private async Task<int> Attempts()
    {
        var count = 0;
        foreach (var delivery in await Log.ListAsync())
            count += (await Log.TraceAsync(delivery.Uuid)).Sum(static trace => trace.Attempts.Count);
        return count;
    }
}
