using System.Text;
using System.Text.Json;
using Declarative.Events;
using Declarative.Faults.Harness;
using Declarative.Storage;

namespace Declarative.Faults.Cases;

/// <summary>JSON that no event can take: published by name, sent to a route, and found in the queue, where other versions or programs put it.</summary>
internal sealed class MalformedArguments() : FaultCase("F29", "malformed and oversized JSON", "refused where it is published, a dead letter with its reason where it is found in the queue; the process lives and other events go on")
{
    private static readonly string[] Malformed =
    [
        "", "{", "nothing", "[]", "null", "42", "\"text\"", "{\"number\":}", "{\"number\":1", "{\"number\":1}}", "{\"number\":\"seven\"}", "{\"number\":1.5}", "{\"number\":1e400}", "{\"number\":-1e400}", "{\"number\":99999999999}",
        "{\"number\":null}", "{\"number\":{}}", "{\"number\":[1]}", "{}", "{\"other\":1}", "{\"number\":1,\"number\":2}", "{\"number\":\"\\ud800\"}", "\u0001", "{\"number\":NaN}", "{'number':1}",
        "{\"number\":1,/* */}", "{\"number\":" + new string('[', 100) + new string(']', 100) + "}", new string('[', 100_000),
    ];

    /// <summary>Refused where it is published, read past where it is found: what no parameter takes does not count there.</summary>
    private const string LoneSurrogateAsName = "{\"\\udfff\":1,\"number\":1}";

    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        await using var ledger = await Ledger.StartAsync();
        await using var host = await CaseHost.StartAsync(run);
        await host.SubscribeAsync(ledger.Url + "/");
        var publisher = host.Services.GetRequiredService<IEventPublisher>();
        var (unreadable, refused, accepted) = (0, 0, 0);
        foreach (var text in Malformed.Append(LoneSurrogateAsName))
        {
            try
            {
                using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1_000_000 });
                await publisher.PublishAsync("ledger.entry", document.RootElement);
                accepted++;
            }
            catch (JsonException)
            {
                unreadable++;
            }
            catch (EventArgumentsException)
            {
                refused++;
            }
        }

        try
        {
            using var huge = JsonDocument.Parse($"{{\"number\":1,\"padding\":\"{new string('x', run.Times(10, 100) * 1024 * 1024)}\"}}");
            await publisher.PublishAsync("ledger.entry", huge.RootElement);
            run.Hold(false, $"a huge one was accepted");
        }
        catch (EventArgumentsException)
        {
            refused++;
        }

        // Past the publisher.
        var now = TimeProvider.System.GetUtcNow();
        var messages = Malformed.Select(text => new NewMessage { Id = Guid.CreateVersion7(now), Name = "ledger.entry", StoreId = 0, CarriesPayload = false, Json = Encoding.UTF8.GetBytes(text), CreatedAt = now })
            .Append(new NewMessage { Id = Guid.CreateVersion7(now), Name = "ledger.entry", StoreId = 0, CarriesPayload = false, Json = [0xff, 0xfe, 0x00], CreatedAt = now }).ToList();
        await host.Services.GetRequiredService<IMessageStore>().AppendAsync(messages, CancellationToken.None);

        await Publishing.PublishAsync(host.Services, 0, 100, ledger);
        await ledger.SettledAsync();
        await Eventually.True(async () => await host.Database.ScalarAsync("SELECT count(*) FROM message WHERE state IN (0, 1)") == 0);
        var dead = await host.Database.TextsAsync("SELECT reason FROM message WHERE state = 4");
        run.Figure("published", $"{unreadable} are no JSON, {refused} refused, {accepted} dead letters when their arguments are read");
        run.Figure("found in the queue", $"{messages.Count}, all dead letters");
        run.Hold(dead.Count == messages.Count + accepted, $"{messages.Count + accepted - dead.Count} malformed messages are no dead letters");
        run.Hold(dead.TrueForAll(static reason => reason.Length > 0), $"a dead letter has no reason");
        run.Audit(ledger);
    }
}
