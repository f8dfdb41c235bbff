using System.Text.Json;
using Declarative.Events;
using Declarative.Faults.Harness;
using Declarative.Storage;
using Declarative.Subscriptions;

namespace Declarative.Faults.Cases;

/// <summary>Events that nobody declares any more: published, waiting in the queue, subscribed to.</summary>
internal sealed class UnknownEvent() : FaultCase("F32", "an unknown event; subscriptions to one that is gone", "refused where it is published or subscribed to; what waits in the queue is a dead letter that can be seen; the process starts and others go on")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        using var database = new Database(run.Store);
        var count = run.Times(50, 1_000);
        await using (var before = await CaseHost.StartAsync(run, database: database))
        {
            await before.SubscribeAsync(ledger.Url + "/");
            await before.SubscribeAsync(ledger.Url + "/gone");
            await Publishing.PublishAsync(before.Services, 0, 10, ledger);
            await ledger.SettledAsync(subscriptions: 2);
            using var empty = JsonDocument.Parse("{}");
            await RefusedAsync<UnknownEventException>(run, () => before.Services.GetRequiredService<IEventPublisher>().PublishAsync("ledger.unknown", empty.RootElement));
            await RefusedAsync<InvalidSubscriptionException>(run, () => before.SubscribeAsync(ledger.Url + "/", eventName: "ledger.unknown"));
        }

        // As a version left it that declared the event.
        await database.ExecuteAsync($"UPDATE subscription SET event_name = 'ledger.gone' WHERE recipient = '{ledger.Url}/gone'");
        await using var host = await CaseHost.StartAsync(run, database: database);
        var now = TimeProvider.System.GetUtcNow();
        await host.Services.GetRequiredService<IMessageStore>().AppendAsync(
            [.. Enumerable.Range(0, count).Select(_ => new NewMessage { Id = Guid.CreateVersion7(now), Name = "ledger.gone", StoreId = 0, CarriesPayload = true, Json = "{}"u8.ToArray(), CreatedAt = now })],
            CancellationToken.None);
        await Publishing.PublishAsync(host.Services, 10, 100, ledger);
        await ledger.SettledAsync();
        await Eventually.True(async () => await database.ScalarAsync("SELECT count(*) FROM message WHERE state IN (0, 1)") == 0);
        using var client = await FaultHost.SignInAsync(host.App.Urls.First());
        using var seen = JsonDocument.Parse(await client.GetStringAsync("/rest/V1/async_events/dead_letters"));
        var reasons = await database.TextsAsync("SELECT DISTINCT reason FROM message WHERE state = 4");
        var dead = await database.ScalarAsync("SELECT count(*) FROM message WHERE state = 4");
        run.Figure("dead letters", $"{dead} ({string.Join("; ", reasons)})");
        run.Hold(dead == count && reasons.TrueForAll(static reason => reason.StartsWith("unknown_event", StringComparison.Ordinal)), $"{dead} of {count} are dead letters");
        run.Hold(seen.RootElement.GetRawText().Contains("ledger.gone", StringComparison.Ordinal), $"they can't be seen over REST");
        run.Audit(ledger);
    }

    private static async Task RefusedAsync<T>(FaultRun run, Func<Task> act)
        where T : Exception
    {
        try
        {
            await act();
            run.Hold(false, $"an unknown event was accepted instead of {typeof(T).Name}");
        }
        catch (T)
        {
            // As it must be.
        }
    }
}
