using System.CommandLine;
using System.Text.Json.Nodes;
using Declarative.Cli.Hosts;

namespace Declarative.Cli.Integrations;

/// <summary><c>declarative integrations list|activate</c></summary>
internal static class IntegrationsCommand
{
    public static Command Make()
    {
        var list = new Command("list", "Third parties and whether they are let in.");
        list.SetHostAction(
            static (_, api, token) => api.GetAsync("integrations", token),
            static (output, page) => Answer.WriteTableAsync(
                output,
                ["ID", "NAME", "STATUS", "TYPE", "TOKENS", "E-MAIL"],
                [.. page["items"]!.AsArray().Select(static one => (string?[])[one!["integration_id"]?.ToString(), (string?)one["name"], (string?)one["status"], (string?)one["type"], one["access_tokens"]?.ToString(), (string?)one["email"]])],
                "There is no integration."));
        return Commands.Group("integrations", "Third parties with permissions.", list, MakeActivate());
    }

    private static Command MakeActivate()
    {
        var id = new Argument<long>("id") { Description = "The integration's id." };
        var command = new Command("activate", "Lets an integration in, and prints its credentials once; one that fetches its tokens is told to.") { id };
        command.SetHostAction((parsed, api, token) => api.SendAsync(HttpMethod.Post, $"integrations/{parsed.GetValue(id)}/activate", null, token), ShowAsync);
        return command;
    }

    private static async Task ShowAsync(TextWriter output, JsonNode activation)
    {
        var integration = activation["integration"]!;
        await output.WriteLineAsync($"Integration {integration["integration_id"]}, {Answer.Cell((string?)integration["name"])}, is {integration["status"]}.").ConfigureAwait(false);
        if (activation["identity_link_url"] is { } link)
            await output.WriteLineAsync($"Somebody must log in there to end it: {Answer.Cell((string?)link)}").ConfigureAwait(false);
        if (activation["tokens"] is not JsonObject tokens)
            return;
        await output.WriteLineAsync("Its credentials, which are shown this once:").ConfigureAwait(false);
        foreach (var (name, value) in tokens)
            await output.WriteLineAsync($"  {name,-20}  {value}").ConfigureAwait(false);
    }
}
