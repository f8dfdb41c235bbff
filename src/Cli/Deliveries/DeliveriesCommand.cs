using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Declarative.Cli.Hosts;
using Declarative.History;

namespace Declarative.Cli.Deliveries;

/// <summary><c>declarative deliveries list|trace|replay</c></summary>
internal static class DeliveriesCommand
{
    public static Command Make() => Commands.Group("deliveries", "What became of events on their way.", MakeList(), MakeTrace(), MakeReplay());

    private static Command MakeList()
    {
        var name = new Option<string?>("--event") { Description = "Of this event only." };
        var state = new Option<string?>("--state") { Description = "In this state only." };
        state.AcceptOnlyFromAmong([.. DeliveryView.States.Select(static one => one.Name)]);
        var limit = new Option<int>("--limit") { Description = "How many, 1 to 1000.", DefaultValueFactory = static _ => 20 };
        var command = new Command("list", "Deliveries, newest first.") { name, state, limit };
        command.SetHostAction(
            (parsed, api, token) => api.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"async_events/deliveries?limit={parsed.GetValue(limit)}") + Filter("event_name", parsed.GetValue(name)) + Filter("state", parsed.GetValue(state)),
                token),
            ShowListAsync);
        return command;
    }

    /// <summary>A replay has the uuid of what it repeats: where there is one, a column tells them apart.</summary>
    private static Task ShowListAsync(TextWriter output, JsonNode page)
    {
        var items = page["items"]!.AsArray();
        var hasReplays = items.Any(static one => (int?)one!["replay_no"] > 0);
        return Answer.WriteTableAsync(
            output,
            ["UUID", .. hasReplays ? ["REPLAY"] : Array.Empty<string>(), "EVENT", "STATE", "REASON", "HTTP", "MADE", "GOES TO"],
            [.. items.Select(one => (string?[])[(string?)one!["uuid"], .. hasReplays ? [one["replay_no"]?.ToString()] : Array.Empty<string?>(), (string?)one["event_name"], (string?)one["state"], (string?)one["reason"], one["status"]?.ToString(), Answer.Time(one["created_at"]), GoesTo(one)])],
            "There is no such delivery.");
    }

    private static Command MakeTrace()
    {
        var uuid = new Argument<Guid>("uuid") { Description = "The delivery's uuid, which receivers know from webhook-id, or the event's id, which its publisher got." };
        var command = new Command("trace", "All that happened under a uuid: each attempt, what was answered, what comes next.") { uuid };
        command.SetHostAction(
            async (parsed, api, token) =>
                await api.FindAsync($"async_events/deliveries/{parsed.GetValue(uuid)}", token).ConfigureAwait(false)
                ?? await api.FindAsync($"async_events/messages/{parsed.GetValue(uuid)}", token).ConfigureAwait(false)
                ?? throw new CommandException($"There is neither a delivery nor an event {parsed.GetValue(uuid)}."),
            static (output, trace) => trace["attempts"] is JsonArray ? ShowTraceAsync(output, trace) : ShowEventAsync(output, trace));
        return command;
    }

    /// <summary>An event before and after there are deliveries: what its publisher's id leads to.</summary>
    private static async Task ShowEventAsync(TextWriter output, JsonNode message)
    {
        var state = (string?)message["state"] switch
        {
            "resolved" => "Resolved",
            "nothing_to_deliver" => "Nothing to deliver: its service gave nothing, or nobody is subscribed",
            "dead" => "Dead",
            _ => "Waiting",
        };
        await output.WriteLineAsync($"{Answer.Cell((string?)message["event_name"])}  {message["id"]}").ConfigureAwait(false);
        await output.WriteLineAsync($"{state}, {message["attempts"]} attempt{((int)message["attempts"]! == 1 ? "" : "s")}{(message["reason"] is { } reason ? $": {Answer.Cell((string?)reason)}" : "")}").ConfigureAwait(false);
        if (message["next_due"] is { } due)
            await output.WriteLineAsync($"Next attempt at {Answer.Time(due)}.").ConfigureAwait(false);
        await output.WriteLineAsync().ConfigureAwait(false);
        await ShowListAsync(output, new JsonObject { ["items"] = message["deliveries"]!.DeepClone() }).ConfigureAwait(false);
    }

    private static Command MakeReplay()
    {
        var uuid = new Argument<Guid>("uuid") { Description = "The delivery's uuid." };
        var command = new Command("replay", "Sends a delivery again, now.") { uuid };
        command.SetHostAction(
            (parsed, api, token) => api.SendAsync(HttpMethod.Post, $"async_events/deliveries/{parsed.GetValue(uuid)}/replay", null, token),
            static (output, replay) => output.WriteLineAsync($"Replay {replay["replay_no"]} of {replay["uuid"]} is due."));
        return command;
    }

    private static async Task ShowTraceAsync(TextWriter output, JsonNode trace)
    {
        await output.WriteLineAsync($"{Answer.Cell((string?)trace["event_name"])}  {trace["uuid"]}").ConfigureAwait(false);
        await output.WriteLineAsync($"{trace["outcome"]}, subscription {trace["subscription_id"]}").ConfigureAwait(false);
        await output.WriteLineAsync().ConfigureAwait(false);
        await Answer.WriteTableAsync(
            output,
            ["ATTEMPT", "REPLAY", "BEGAN", "TOOK", "HTTP", "OUTCOME", "ANSWER"],
            [.. trace["attempts"]!.AsArray().Select(static one => (string?[])[one!["number"]?.ToString(), one["replay_no"]?.ToString(), Answer.Time(one["started_at"]), $"{one["duration_ms"]} ms", one["status"]?.ToString(), (bool)one["success"]! ? "accepted" : (string?)one["reason"], Short((string?)one["response"])])],
            "No attempt was made yet.").ConfigureAwait(false);
        foreach (var delivery in trace["deliveries"]!.AsArray().Where(static one => one!["next_due"] is not null))
            await output.WriteLineAsync($"Next attempt at {Answer.Time(delivery!["next_due"])}, to {Answer.Cell(GoesTo(delivery))}.").ConfigureAwait(false);
    }

    private static string Filter(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private static string? GoesTo(JsonNode delivery) => (string?)delivery["recipient_url"] ?? (delivery["destination"] is { } destination ? $"destination {destination}" : null);

    private static string? Short(string? answer) => answer is { Length: > 60 } ? answer[..59] + "…" : answer;
}
