using System.Collections.Concurrent;
using System.Text.Json;
using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>An event bus takes some entries of a request and refuses others.</summary>
internal sealed class PartialFailure() : FaultCase("F43", "EventBridge: some of ten entries fail", "only the failed entries are sent again")
{
    public override IReadOnlyList<string> Stores { get; } = Both;

    public override async Task RunAsync(FaultRun run)
    {
        var sent = new ConcurrentDictionary<int, int>();
        var requests = 0;
        var largest = 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var bus = builder.Build();
        bus.MapPost("/", async context =>
        {
            Interlocked.Increment(ref requests);
            using var request = await JsonDocument.ParseAsync(context.Request.Body);
            var entries = request.RootElement.GetProperty("Entries").EnumerateArray().Select(static entry =>
            {
                using var detail = JsonDocument.Parse(entry.GetProperty("Detail").GetString()!);
                return detail.RootElement.GetProperty("data").GetProperty("number").GetInt32();
            }).ToArray();
            largest = Math.Max(largest, entries.Length);
            var failed = entries.Select(number => number % 10 == 3 && sent.GetValueOrDefault(number) == 0).ToArray();
            foreach (var number in entries)
                sent.AddOrUpdate(number, 1, static (_, times) => times + 1);
            await context.Response.WriteAsJsonAsync(new
            {
                FailedEntryCount = failed.Count(static one => one),
                Entries = failed.Select(static one => one ? new Dictionary<string, string>(StringComparer.Ordinal) { ["ErrorCode"] = "InternalFailure", ["ErrorMessage"] = "not now" } : new Dictionary<string, string>(StringComparer.Ordinal) { ["EventId"] = "11710aed-b79e-4468-a20b-bb3c0c3b4860" }),
            }, new JsonSerializerOptions());
        });
        await bus.StartAsync();
        await using var host = await CaseHost.StartAsync(run, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Delivery:MaxInFlightPerEndpoint"] = "40" }, declarative: declarative => declarative.AddEventBridge(options =>
        {
            options.Region = "eu-central-1";
            options.Source = "com.example.ledger";
            options.Endpoint = bus.Urls.First();
            options.AccessKeyId = "AKIDEXAMPLE";
            options.SecretAccessKey = "secret";
        }));
        await host.SubscribeAsync("ledger", retry: "1,1,1", notifier: "event_bridge");
        var events = run.Times(500, 10_000);
        await Task.WhenAll(Enumerable.Range(0, events).Select(number => host.PublishAsync(number)));
        await Eventually.True(async () => await host.Database.ScalarAsync("SELECT count(*) FROM delivery WHERE state = 2") == events);
        var again = sent.Values.Sum() - events;
        run.Figure("entries", $"{events:N0} in {requests:N0} requests of at most {largest}");
        run.Figure("sent again", $"{again} of {events / 10} that failed");
        run.Hold(sent.Count == events, $"{events - sent.Count} entries never came");
        run.Hold(again == events / 10 && sent.All(static one => one.Value == (one.Key % 10 == 3 ? 2 : 1)), $"{again} entries were sent again, though {events / 10} failed");
        run.Hold(largest is > 1 and <= 10, $"a request had {largest} entries");
    }
}
