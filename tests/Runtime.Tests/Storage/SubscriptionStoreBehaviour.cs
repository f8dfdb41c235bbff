using Declarative.Delivery;
using Declarative.Storage;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Storage;

public sealed class SqliteSubscriptionStoreBehaviour : SubscriptionStoreBehaviour<SqliteFixture>;

public sealed class PostgreSqlSubscriptionStoreBehaviour : SubscriptionStoreBehaviour<PostgreSqlFixture>;

/// <summary>What every store must do for subscriptions that change, have names and go first.</summary>
public abstract class SubscriptionStoreBehaviour<TStore> : StoreTest<TStore>
    where TStore : IStoreFixture, new()
{
    [Fact]
    public async Task All_that_a_subscription_says_is_kept()
    {
        var record = Record("https://a.example/", isPriority: true, name: "observer.a") with
        {
            Parent = "observer.b",
            Fields = "[1]",
            Rules = "[2]",
            Processors = "[3]",
            Destination = "d",
            ProviderId = "p",
            IsRequired = true,
            IsHipaaAuditRequired = true,
            Format = DeliveryFormat.Standard,
            StoreId = 3,
            Secret = [1],
            PreviousSecret = [2],
            PreviousSecretUntil = Now.AddHours(1),
        };

        var added = await Subscriptions.AddAsync(record, None);
        var loaded = (await Subscriptions.LoadAsync(None)).ShouldHaveSingleItem();

        (loaded with { Id = 0, EndpointId = 0, Secret = record.Secret, PreviousSecret = record.PreviousSecret }).ShouldBe(record);
        added.Id.ShouldBe(loaded.Id);
        loaded.Secret.ShouldBe(record.Secret);
        loaded.PreviousSecret.ShouldBe(record.PreviousSecret);
    }

    [Fact]
    public async Task A_name_is_one_subscription()
    {
        var first = await SubscribeAsync("https://a.example/", name: "observer.a");

        (await SubscribeAsync("https://b.example/", name: "observer.a")).ShouldBe(first);
        (await SubscribeAsync("https://a.example/")).Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task Recipients_of_the_same_MD5_are_two()
    {
        const string First = "TEXTCOLLBYfGiJUETHQ4hAcKSMd5zYpgqf1YRDhkmxHkhPWptrkoyz28wnI9V0aHeAuaKnak";
        const string Second = "TEXTCOLLBYfGiJUETHQ4hEcKSMd5zYpgqf1YRDhkmxHkhPWptrkoyz28wnI9V0aHeAuaKnak";
        var first = await SubscribeAsync(First);

        var second = await SubscribeAsync(Second).WaitAsync(TimeSpan.FromSeconds(20));

        second.Recipient.ShouldBe(Second);
        (await SubscribeAsync(First)).Id.ShouldBe(first.Id);
        (await SubscribeAsync(Second)).Id.ShouldBe(second.Id);
        second.Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task What_is_pending_goes_with_its_subscription_to_its_new_endpoint()
    {
        var subscription = await SubscribeAsync("https://a.example/");
        await FanOutAsync(subscription);
        await FanOutAsync(await SubscribeAsync("https://a.example/other"));

        (await Subscriptions.ReplaceAsync(Record("https://b.example/") with { Id = subscription.Id }, None)).ShouldBeTrue();

        var moved = (await Subscriptions.LoadAsync(None))[0];
        moved.EndpointId.ShouldNotBe(subscription.EndpointId);
        (await ClaimDeliveriesAsync(Now)).Rows.Select(row => row.EndpointId).ShouldBe([moved.EndpointId, subscription.EndpointId], ignoreOrder: true);
        (await Subscriptions.ReplaceAsync(Record("https://b.example/") with { Id = 99 }, None)).ShouldBeFalse();
    }

    [Fact]
    public async Task Priority_goes_first()
    {
        var ordinary = await SubscribeAsync("https://a.example/");
        var first = await SubscribeAsync("https://a.example/first", isPriority: true);
        await BacklogAsync(ordinary, 20);
        await BacklogAsync(first, 3);
        await SkipTurnAsync();

        var rows = (await Deliveries.ClaimAsync(Claim<long>(Now, limit: 8), None)).Rows;

        rows.Count.ShouldBe(8);
        rows.Take(3).ShouldAllBe(row => row.SubscriptionId == first.Id);
    }

    [Theory]
    [InlineData(8, 4)]
    [InlineData(1, 32)]
    public async Task Priority_never_takes_all(int slots, int claims)
    {
        var ordinary = await SubscribeAsync("https://a.example/");
        var other = await SubscribeAsync("https://b.example/");
        var first = await SubscribeAsync("https://a.example/first", isPriority: true);
        await BacklogAsync(ordinary, 4);
        await BacklogAsync(other, 4);
        await BacklogAsync(first, 100);

        var claimed = new List<long>();
        for (var claim = 0; claim < claims; claim++)
            claimed.AddRange((await Deliveries.ClaimAsync(Claim<long>(Now, limit: slots, perKey: slots), None)).Rows.Select(row => row.SubscriptionId));

        claimed.Count(id => id == ordinary.Id).ShouldBe(4);
        claimed.Count(id => id == other.Id).ShouldBe(4);
        claimed.Count(id => id == first.Id).ShouldBe((slots * claims) - 8);
    }

    private async Task BacklogAsync(SubscriptionRecord subscription, int count)
    {
        for (var i = 0; i < count; i++)
            await FanOutAsync(subscription);
    }

    /// <summary>Every fourth claim begins with the others; the first is one of them.</summary>
    private async Task SkipTurnAsync() => await Deliveries.ClaimAsync(Claim<long>(Now, limit: 0), None);
}
