using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Declarative.Cli.Hosts;

namespace Declarative.Cli.Subscriptions;

/// <summary><c>declarative subscriptions list|subscribe|unsubscribe</c></summary>
internal static class SubscriptionsCommand
{
    public static Command Make()
    {
        var list = new Command("list", "All subscriptions: those of receivers by id, declared ones and those of eventing by name.");
        list.SetHostAction(
            static async (_, api, token) => new JsonObject
            {
                ["async_events"] = (await api.GetAsync("async_events", token).ConfigureAwait(false))!["items"]!.DeepClone(),
                ["event_subscriptions"] = (await api.GetAsync("eventing/getEventSubscriptions?numbers=true", token).ConfigureAwait(false))!.DeepClone(),
            },
            ShowListAsync);
        return Commands.Group("subscriptions", "Who gets which events.", list, MakeSubscribe(), MakeUnsubscribe());
    }

    /// <summary>Named subscriptions are called by their names, but logs and traces know them by a number too.</summary>
    private static Task ShowListAsync(TextWriter output, JsonNode all)
    {
        var named = all["event_subscriptions"]!.AsArray();
        string[] Row(string? id, string? number, params string?[] rest) => [id!, .. named.Count > 0 ? [number!] : Array.Empty<string>(), .. rest!];
        return Answer.WriteTableAsync(
            output,
            Row("ID OR NAME", "NUMBER", "EVENT", "GOES TO", "STATUS"),
            [
                .. all["async_events"]!.AsArray().Select(one => Row($"{one!["subscription_id"]}", $"{one["subscription_id"]}", (string?)one["event_name"], (string?)one["recipient_url"], (bool)one["status"]! ? "active" : "off")),
                .. named.Select(one => Row((string?)one!["name"], one["subscription_id"]?.ToString(), (string?)one["parent"] ?? (string?)one["name"], $"destination {one["destination"]}", "active")),
            ],
            "There is no subscription.");
    }

    private static Command MakeSubscribe()
    {
        var name = new Argument<string>("event") { Description = "The event's name." };
        var recipient = new Argument<string>("recipient") { Description = "The URL that its deliveries are posted to." };
        var secret = new Option<string?>("--verification-token") { Description = "The secret that deliveries are signed by. By default what the variable DECLARATIVE_VERIFICATION_TOKEN holds." };
        var notifier = new Option<string>("--notifier") { Description = "How deliveries are made.", DefaultValueFactory = static _ => "http" };
        var store = new Option<int>("--store-id") { Description = "The store whose events are meant; 0 for all.", DefaultValueFactory = static _ => 0 };
        var command = new Command("subscribe", "Subscribes a receiver to an event, active at once.") { name, recipient, secret, notifier, store };
        command.SetHostAction(
            async (parsed, api, token) =>
            {
                var key = parsed.GetValue(secret) ?? Environment.GetEnvironmentVariable("DECLARATIVE_VERIFICATION_TOKEN");
                var asyncEvent = new JsonObject
                {
                    ["event_name"] = parsed.GetRequiredValue(name),
                    ["recipient_url"] = parsed.GetRequiredValue(recipient),
                    ["verification_token"] = key,
                    ["metadata"] = parsed.GetValue(notifier),
                    ["store_id"] = parsed.GetValue(store),
                };
                try
                {
                    return await api.SendAsync(HttpMethod.Post, "async_event", new JsonObject { ["asyncEvent"] = asyncEvent }, token).ConfigureAwait(false);
                }
                catch (CommandException refused) when (string.IsNullOrEmpty(key) && refused.Message.Contains("VerificationToken", StringComparison.Ordinal))
                {
                    // Only the host knows which notifiers need one, but not how it is given here.
                    throw new CommandException($"{refused.Message}{Environment.NewLine}Give it by --verification-token or DECLARATIVE_VERIFICATION_TOKEN.", refused.Code, refused);
                }
            },
            static (output, one) => output.WriteLineAsync($"Subscription {one["subscription_id"]}: {Answer.Cell((string?)one["event_name"])} goes to {Answer.Cell((string?)one["recipient_url"])}."));
        return command;
    }

    private static Command MakeUnsubscribe()
    {
        var which = new Argument<string>("subscription") { Description = "Its id, or its name." };
        var command = new Command("unsubscribe", "Deletes a subscription by its id, or switches a named one off.") { which };
        command.SetHostAction(
            (parsed, api, token) =>
            {
                var text = parsed.GetRequiredValue(which);
                return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    ? api.SendAsync(HttpMethod.Delete, string.Create(CultureInfo.InvariantCulture, $"async_event/{id}"), null, token)
                    : api.SendAsync(HttpMethod.Post, "eventing/eventUnsubscribe/" + Uri.EscapeDataString(text), null, token);
            },
            static (output, _) => output.WriteLineAsync("Unsubscribed."));
        return command;
    }
}
