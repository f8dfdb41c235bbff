using System.Text;
using Declarative.Delivery;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Storage;

public sealed class SqliteStoreBehaviour : StoreBehaviour<SqliteFixture>;

/// <summary>What every store must do, spoken to directly; no worker runs.</summary>
public abstract class StoreBehaviour<TStore> : StoreTest<TStore>
    where TStore : IStoreFixture, new()
{
    [Fact]
    public async Task A_claimed_message_is_not_claimed_again_before_its_lease_ends()
    {
        await AppendAsync("a");
        var first = (await ClaimMessagesAsync(Now)).Rows.ShouldHaveSingleItem();

        (await ClaimMessagesAsync(Now.AddSeconds(59))).Rows.ShouldBeEmpty();
        var second = (await ClaimMessagesAsync(Now.AddSeconds(60))).Rows.ShouldHaveSingleItem();

        first.Attempts.ShouldBe(1);
        second.Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task Who_lost_the_lease_changes_nothing()
    {
        await AppendAsync("a");
        var stale = (await ClaimMessagesAsync(Now)).Rows.Single();
        var current = (await ClaimMessagesAsync(Now.AddMinutes(2))).Rows.Single();

        foreach (var end in Enum.GetValues<MessageEnd>())
            (await Messages.CompleteAsync([new(stale.Seq, stale.LeaseToken, end) { DueAt = Now }], Now, None)).ShouldBe(0);
        (await Messages.CompleteAsync([new(current.Seq, current.LeaseToken, MessageEnd.NothingToDeliver)], Now, None)).ShouldBe(1);
        (await Messages.CompleteAsync([new(current.Seq, current.LeaseToken, MessageEnd.Dead)], Now, None)).ShouldBe(0);
    }

    [Fact]
    public async Task A_released_message_is_due_again_and_its_claim_does_not_count()
    {
        await AppendAsync("a");
        var row = (await ClaimMessagesAsync(Now)).Rows.Single();
        await Messages.CompleteAsync([new(row.Seq, row.LeaseToken, MessageEnd.Released)], Now, None);

        (await ClaimMessagesAsync(Now)).Rows.ShouldHaveSingleItem().Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task A_retried_message_waits_for_its_due_time_and_the_claim_tells_it()
    {
        await AppendAsync("a");
        var row = (await ClaimMessagesAsync(Now)).Rows.Single();
        await Messages.CompleteAsync([new(row.Seq, row.LeaseToken, MessageEnd.Retry) { DueAt = Now.AddSeconds(9), Reason = "later" }], Now, None);

        var early = await ClaimMessagesAsync(Now.AddSeconds(8));
        early.Rows.ShouldBeEmpty();
        early.NextDue.ShouldBe(Now.AddSeconds(9));
        (await ClaimMessagesAsync(Now.AddSeconds(9))).Rows.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Fan_out_and_the_messages_end_are_one()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutAsync(subscription);

        (await ClaimMessagesAsync(Now.AddYears(1))).Rows.ShouldBeEmpty();
        var delivery = (await ClaimDeliveriesAsync(Now)).Rows.ShouldHaveSingleItem();
        delivery.Payload.ShouldBe("{}"u8.ToArray());
        delivery.SubscriptionId.ShouldBe(subscription.Id);
        delivery.EventName.ShouldBe("a");
    }

    [Fact]
    public async Task A_repeated_fan_out_makes_no_second_delivery()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await AppendAsync("a");
        var row = (await ClaimMessagesAsync(Now)).Rows.Single();
        var twice = new MessageOutcome(row.Seq, row.LeaseToken, MessageEnd.FannedOut)
        {
            Payloads = [new("{}"u8.ToArray(), [Delivery(subscription), Delivery(subscription)])],
        };

        await Should.ThrowAsync<Exception>(() => Messages.CompleteAsync([twice], Now, None));

        (await ClaimDeliveriesAsync(Now)).Rows.ShouldBeEmpty();
        (await ClaimMessagesAsync(Now.AddMinutes(2))).Rows.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_subscription_disabled_after_matching_gets_a_parked_delivery()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await Subscriptions.SetStatusAsync(subscription.Id, SubscriptionStatus.Disabled, "off", Now, None);
        await FanOutAsync(subscription);

        (await ClaimDeliveriesAsync(Now)).Rows.ShouldBeEmpty();
        (await Log.ListAsync()).ShouldHaveSingleItem().State.ShouldBe(DeliveryState.Parked);
    }

    [Fact]
    public async Task A_subscription_deleted_after_matching_gets_none()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await Subscriptions.SetStatusAsync(subscription.Id, SubscriptionStatus.Deleted, null, Now, None);
        await FanOutAsync(subscription);

        (await Log.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_subscription_disabled_during_an_attempt_parks_what_would_be_due_again()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutAsync(subscription);
        var row = (await ClaimDeliveriesAsync(Now)).Rows.Single();
        await Subscriptions.SetStatusAsync(subscription.Id, SubscriptionStatus.Disabled, "off", Now, None);

        await Deliveries.CompleteAsync([new(row, DeliveryEnd.Retry) { DueAt = Now, Attempt = Attempt(row) }], Breaker, Now, None);

        (await Log.ListAsync()).ShouldHaveSingleItem().State.ShouldBe(DeliveryState.Parked);
    }

    [Fact]
    public async Task Who_lost_the_lease_of_a_delivery_changes_and_logs_nothing()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutAsync(subscription);
        var stale = (await ClaimDeliveriesAsync(Now)).Rows.Single();
        var current = (await ClaimDeliveriesAsync(Now.AddMinutes(2))).Rows.Single();

        foreach (var end in Enum.GetValues<DeliveryEnd>())
            (await Deliveries.CompleteAsync([new(stale, end) { DueAt = Now, Attempt = Attempt(stale) }], Breaker, Now, None)).Stored.ShouldBe(0);

        var trace = (await Log.TraceAsync(current.Uuid)).ShouldHaveSingleItem();
        trace.State.ShouldBe(DeliveryState.Leased);
        trace.Attempts.ShouldBeEmpty();
        (await Subscriptions.LoadAsync(None)).Single().Status.ShouldBe(SubscriptionStatus.Active);
    }

    [Fact]
    public async Task Outcomes_of_one_batch_are_mixed()
    {
        for (var i = 0; i < 4; i++)
            await AppendAsync("a");
        var rows = (await ClaimMessagesAsync(Now)).Rows;

        var stored = await Messages.CompleteAsync(
            [
                new(rows[0].Seq, rows[0].LeaseToken, MessageEnd.Dead) { Reason = "bad" },
                new(rows[1].Seq, rows[1].LeaseToken + 1, MessageEnd.Dead),
                new(rows[2].Seq, rows[2].LeaseToken, MessageEnd.Released),
                new(rows[3].Seq, rows[3].LeaseToken, MessageEnd.NothingToDeliver),
            ],
            Now,
            None);

        stored.ShouldBe(3);
        (await Log.DeadLettersAsync()).ShouldHaveSingleItem().Reason.ShouldBe("bad");
    }

    [Fact]
    public async Task A_backlog_of_one_endpoint_does_not_delay_another()
    {
        var noisy = await SubscribeAsync("https://noisy.example/");
        var quiet = await SubscribeAsync("https://quiet.example/");
        for (var i = 0; i < 100; i++)
            await FanOutAsync(noisy);
        await FanOutAsync(quiet);

        var rows = (await Deliveries.ClaimAsync(Claim<long>(Now, limit: 20, perKey: 8), None)).Rows;

        rows.Count(row => row.SubscriptionId == noisy.Id).ShouldBe(8);
        rows.Count(row => row.SubscriptionId == quiet.Id).ShouldBe(1);
    }

    [Fact]
    public async Task Claims_take_turns_when_there_is_too_much_for_one()
    {
        var subscriptions = new List<SubscriptionRecord>();
        for (var i = 0; i < 5; i++)
            subscriptions.Add(await SubscribeAsync($"https://{i}.example/"));
        foreach (var subscription in subscriptions)
        {
            for (var i = 0; i < 4; i++)
                await FanOutAsync(subscription);
        }

        var turns = new List<long>();
        for (var i = 0; i < 5; i++)
            turns.Add((await Deliveries.ClaimAsync(Claim<long>(Now, limit: 2, perKey: 2), None)).Rows.Select(row => row.SubscriptionId).Distinct().Single());

        turns.Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public async Task An_endpoint_without_free_slots_is_left_out()
    {
        var busy = await SubscribeAsync("https://busy.example/");
        await FanOutAsync(busy);

        var claim = Claim<long>(Now, limit: 10, perKey: 8) with { Slots = new Dictionary<long, int> { [busy.EndpointId] = 0 } };

        (await Deliveries.ClaimAsync(claim, None)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_target_is_one_subscription_until_it_is_deleted()
    {
        var first = await SubscribeAsync("https://a.example/");
        (await SubscribeAsync("https://a.example/")).Id.ShouldBe(first.Id);
        (await SubscribeAsync("https://a.example/other")).Id.ShouldNotBe(first.Id);

        await Subscriptions.SetStatusAsync(first.Id, SubscriptionStatus.Deleted, null, Now, None);
        (await SubscribeAsync("https://a.example/")).Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task One_failing_job_does_not_fail_those_that_are_committed_with_it()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await AppendAsync("a");
        var row = (await ClaimMessagesAsync(Now)).Rows.Single();
        var bad = new MessageOutcome(row.Seq, row.LeaseToken, MessageEnd.FannedOut)
        {
            Payloads = [new("{}"u8.ToArray(), [Delivery(subscription), Delivery(subscription)])],
        };

        var appends = Enumerable.Range(0, 20).Select(_ => AppendAsync("b")).ToList<Task>();
        var failing = Messages.CompleteAsync([bad], Now, None);
        appends.AddRange(Enumerable.Range(0, 20).Select(_ => AppendAsync("b")));

        await Should.ThrowAsync<Exception>(() => failing);
        await Task.WhenAll(appends);
        (await ClaimMessagesAsync(Now)).Rows.Count.ShouldBe(40);
    }

    [Fact]
    public async Task Counts_tell_what_is_pending()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutAsync(subscription);
        await AppendAsync("b");

        var counts = await Lifecycle.CountAsync(None);

        counts.MessagesDue.ShouldBe(1);
        counts.DeliveriesDue.ShouldBe(1);
        counts.OldestDue.ShouldBe(Now);
    }
}
