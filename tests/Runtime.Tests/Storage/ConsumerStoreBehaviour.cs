using Declarative.Storage;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Storage;

public sealed class SqliteConsumerStoreBehaviour : ConsumerStoreBehaviour<SqliteFixture>;

public sealed class PostgreSqlConsumerStoreBehaviour : ConsumerStoreBehaviour<PostgreSqlFixture>;

/// <summary>What every store must do for events that consumers handled.</summary>
public abstract class ConsumerStoreBehaviour<TStore> : StoreTest<TStore>
    where TStore : IStoreFixture, new()
{
    private IConsumerStore Consumers => Get<IConsumerStore>();

    [Fact]
    public async Task A_handled_id_is_remembered_by_its_consumer_until_its_time_is_over()
    {
        await RememberAsync(Id("erp", "1", seconds: 10));

        (await WasHandledAsync("erp", "1")).ShouldBeTrue();
        (await WasHandledAsync("erp", "1", seconds: 9)).ShouldBeTrue();
        (await WasHandledAsync("erp", "1", seconds: 10)).ShouldBeFalse();
        (await WasHandledAsync("erp", "2")).ShouldBeFalse();
        (await WasHandledAsync("crm", "1")).ShouldBeFalse();
    }

    [Fact]
    public async Task Ids_are_told_apart_by_every_character()
    {
        await RememberAsync(Id("erp", "Msg_é", 10), Id("erp", new string('x', 255), 10));

        (await WasHandledAsync("erp", "Msg_é")).ShouldBeTrue();
        (await WasHandledAsync("erp", "msg_é")).ShouldBeFalse();
        (await WasHandledAsync("erp", "Msg_e")).ShouldBeFalse();
        (await WasHandledAsync("erp", "Msg_é ")).ShouldBeFalse();
        (await WasHandledAsync("erp", new string('x', 255))).ShouldBeTrue();
        (await WasHandledAsync("erp", new string('x', 254))).ShouldBeFalse();
    }

    [Fact]
    public async Task An_id_that_is_handled_again_is_remembered_anew()
    {
        await RememberAsync(Id("erp", "1", seconds: 10), Id("erp", "1", seconds: 20));
        (await WasHandledAsync("erp", "1", seconds: 19)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_last_fingerprint_of_a_key_counts_until_its_time_is_over()
    {
        await RememberAsync(Change("product:a", 1, seconds: 10), Change("product:b", 2, seconds: 10));
        (await FingerprintAsync("product:a")).ShouldBe([1]);

        await RememberAsync(Change("product:a", 3, seconds: 20));

        (await FingerprintAsync("product:a", seconds: 19)).ShouldBe([3]);
        (await FingerprintAsync("product:a", seconds: 20)).ShouldBeNull();
        (await FingerprintAsync("product:b")).ShouldBe([2]);
        (await FingerprintAsync("product:A")).ShouldBeNull();
    }

    [Fact]
    public async Task Id_and_fingerprint_are_stored_and_read_together()
    {
        await RememberAsync(new HandledEvent(new("erp", "1"), Now.AddSeconds(10), "a", [7], Now.AddSeconds(5)));

        var both = await Consumers.RecallAsync(new("erp", "1"), "a", Now, None);
        both.WasHandled.ShouldBeTrue();
        both.Fingerprint.ShouldBe([7]);

        var later = await Consumers.RecallAsync(new("erp", "1"), "a", Now.AddSeconds(5), None);
        later.ShouldBe(new Recollection(true, null));
    }

    [Fact]
    public async Task What_is_not_asked_for_is_not_found()
    {
        await RememberAsync(new HandledEvent(new("erp", "1"), Now.AddSeconds(10), "a", [7], Now.AddSeconds(10)));
        (await Consumers.RecallAsync(null, null, Now, None)).ShouldBe(default);
        (await Consumers.RecallAsync(null, "a", Now, None)).Fingerprint.ShouldBe([7]);
        (await Consumers.RecallAsync(new("erp", "1"), null, Now, None)).ShouldBe(new Recollection(true, null));
    }

    [Fact]
    public async Task All_or_none_of_a_batch_is_stored()
    {
        await Should.ThrowAsync<Exception>(() => RememberAsync(Id("erp", "1", 10), new HandledEvent(null, Now, "a", null, Now.AddSeconds(10))));
        (await WasHandledAsync("erp", "1")).ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_over_is_removed_in_batches_and_nothing_else()
    {
        await RememberAsync([.. Enumerable.Range(1, 5).Select(static second => Id("erp", $"{second}", second)), .. Enumerable.Range(1, 3).Select(static second => Change($"{second}", 1, second))]);

        (await Consumers.ForgetAsync(Now.AddSeconds(3), limit: 2, None)).ShouldBeTrue();
        (await Consumers.ForgetAsync(Now.AddSeconds(3), limit: 2, None)).ShouldBeFalse();

        // Asked at a time at which all would count, so that only what is gone is not found.
        foreach (var second in (int[])[1, 2, 3, 4, 5])
            (await WasHandledAsync("erp", $"{second}")).ShouldBe(second > 3);
        foreach (var second in (int[])[1, 2, 3])
            (await FingerprintAsync($"{second}")).ShouldBeNull();
    }

    private Task RememberAsync(params HandledEvent[] events) => Consumers.RememberAsync(events, None);

    private async Task<bool> WasHandledAsync(string consumer, string id, int seconds = 0) => (await Consumers.RecallAsync(new(consumer, id), null, Now.AddSeconds(seconds), None)).WasHandled;

    private async Task<byte[]?> FingerprintAsync(string key, int seconds = 0) => (await Consumers.RecallAsync(null, key, Now.AddSeconds(seconds), None)).Fingerprint;

    private static HandledEvent Id(string consumer, string id, int seconds) => new(new(consumer, id), Now.AddSeconds(seconds), null, null, default);

    private static HandledEvent Change(string key, byte fingerprint, int seconds) => new(null, default, key, [fingerprint], Now.AddSeconds(seconds));
}
