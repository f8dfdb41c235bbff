using Declarative.Delivery;
using Declarative.History;
using Declarative.Storage;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Storage;

public sealed class SqliteReplayStoreBehaviour : ReplayStoreBehaviour<SqliteFixture>;

public sealed class PostgreSqlReplayStoreBehaviour : ReplayStoreBehaviour<PostgreSqlFixture>;

/// <summary>Replays of many deliveries, in every store.</summary>
public abstract class ReplayStoreBehaviour<TStore> : StoreTest<TStore>
    where TStore : IStoreFixture, new()
{
    private static readonly DeliverySelection Done = new() { State = DeliveryState.Done };

    private IReplayStore Replays => Get<IReplayStore>();

    [Fact]
    public async Task A_replay_goes_at_the_pace_of_its_receivers()
    {
        await DeliverAsync(5);
        var replay = await Replays.StartReplayAsync(Done, Now, None);

        (await StepAsync()).ShouldBe(new ReplayStep(2, IsMore: true, IsWaiting: false));
        (await StepAsync()).ShouldBe(new ReplayStep(0, IsMore: true, IsWaiting: true));
        await AcceptAllAsync();
        (await StepAsync()).Made.ShouldBe(2);
        await AcceptAllAsync();
        (await StepAsync()).Made.ShouldBe(1);
        (await StepAsync()).ShouldBe(new ReplayStep(0, IsMore: false, IsWaiting: false));

        var progress = (await Replays.FindReplayAsync(replay.Id, None))!;
        (progress.Made, progress.FinishedAt, progress.IsCancelled).ShouldBe((5, Now, false));
    }

    [Fact]
    public async Task A_receiver_that_is_down_holds_up_no_replay()
    {
        await DeliverAsync(5);
        await Replays.StartReplayAsync(Done, Now, None);
        await StepAsync();
        var rows = (await ClaimDeliveriesAsync(Now)).Rows;
        await Deliveries.CompleteAsync([Failed(rows[0], Now), Failed(rows[1], Now)], Breaker with { Failures = 2 }, Now, None);

        (await StepAsync()).Made.ShouldBe(2);
    }

    [Fact]
    public async Task But_no_more_than_ten_times_as_many_wait_for_it()
    {
        await DeliverAsync(26);
        await Replays.StartReplayAsync(Done, Now, None);
        await StepAsync();
        var rows = (await ClaimDeliveriesAsync(Now)).Rows;
        await Deliveries.CompleteAsync([Failed(rows[0], Now), Failed(rows[1], Now)], Breaker with { Failures = 2 }, Now, None);

        var made = 2;
        var step = await StepAsync();
        for (; !step.IsWaiting; step = await StepAsync())
            made += step.Made;
        made.ShouldBe(20);
    }

    [Fact]
    public async Task A_cancelled_replay_makes_no_more()
    {
        await DeliverAsync(5);
        var replay = await Replays.StartReplayAsync(Done, Now, None);
        await StepAsync();

        (await Replays.CancelReplayAsync(replay.Id, Now.AddSeconds(1), None)).ShouldBeTrue();
        await AcceptAllAsync();
        (await StepAsync()).ShouldBe(new ReplayStep(0, IsMore: false, IsWaiting: false));

        var progress = (await Replays.FindReplayAsync(replay.Id, None))!;
        (progress.Made, progress.FinishedAt, progress.IsCancelled).ShouldBe((2, Now.AddSeconds(1), true));
        (await Replays.CancelReplayAsync(replay.Id, Now, None)).ShouldBeFalse();
        (await Replays.CancelReplayAsync(replay.Id + 1, Now, None)).ShouldBeFalse();
    }

    private Task<ReplayStep> StepAsync() => Replays.ContinueReplaysAsync(rows: 2, maxWaiting: 2, Now, None);

    private async Task DeliverAsync(int count)
    {
        var subscription = await SubscribeAsync("https://a.example/");
        for (var i = 0; i < count; i++)
            await FanOutAsync(subscription);
        await AcceptAllAsync();
    }

    private async Task AcceptAllAsync()
    {
        var rows = (await ClaimDeliveriesAsync(Now)).Rows;
        await Deliveries.CompleteAsync([.. rows.Select(Succeeded)], Breaker, Now, None);
    }
}
