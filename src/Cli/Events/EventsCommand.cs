using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Declarative.Cli.Hosts;
using Declarative.Events;
using Declarative.Json;
using Declarative.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Cli.Events;

/// <summary><c>declarative events list|info</c></summary>
internal static class EventsCommand
{
    public static Command Make()
    {
        var list = new Command("list", "The declared events, with what makes their payloads and who may subscribe.");
        list.SetAction((parsed, cancellationToken) => Commands.TryAsync(parsed, async output =>
        {
            var events = await ListAsync(parsed, cancellationToken).ConfigureAwait(false);
            await (parsed.GetValue(Answer.Json) ? Answer.WriteJsonAsync(output, events) : ShowAsync(output, events!.AsArray())).ConfigureAwait(false);
        }));
        return Commands.Group("events", "Declared events.", list, MakeInfo());
    }

    private static async Task<JsonNode?> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var app = await HostOptions.OpenAppAsync(parsed, cancellationToken).ConfigureAwait(false);
        if (app is null)
        {
            var api = await HostOptions.OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
            await using var _ = api.ConfigureAwait(false);
            return await api.GetAsync("declarative/events", cancellationToken).ConfigureAwait(false);
        }

        await using var __ = app.ConfigureAwait(false);
        return JsonSerializer.SerializeToNode(app.Services.GetRequiredService<DeclarationLists>().Events(), app.Services.GetRequiredService<WireJson>().Options.GetTypeInfo(typeof(IReadOnlyList<EventSummary>)));
    }

    private static Task ShowAsync(TextWriter output, JsonArray events) => Answer.WriteTableAsync(
        output,
        ["EVENT", "MODULE", "PAYLOAD FROM", "PERMISSIONS"],
        [.. events.Select(static one => (string?[])[(string?)one!["name"], (string?)one["module"], (string?)one["service"] ?? "its publisher", string.Join(", ", one["resources"]!.AsArray())])],
        "No event is declared.");

    private static Command MakeInfo()
    {
        var name = new Argument<string>("name") { Description = "The event's name, in any spelling." };
        var depth = new Option<int>("--depth") { Description = "How many levels of the payload are shown, 1 to 64.", DefaultValueFactory = static _ => 2 };
        depth.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > WireJson.MaxDepth)
                result.AddError($"--depth must be 1 to {WireJson.MaxDepth}.");
        });
        var command = new Command("info", "One event: what makes it, the fields of its payload and a sample.") { name, depth };
        command.SetAction((parsed, cancellationToken) => Commands.TryAsync(parsed, async output =>
        {
            var info = await DescribeAsync(parsed, parsed.GetRequiredValue(name), parsed.GetValue(depth), cancellationToken).ConfigureAwait(false);
            await (parsed.GetValue(Answer.Json) ? Answer.WriteJsonAsync(output, info) : ShowAsync(output, info!.AsObject())).ConfigureAwait(false);
        }));
        return command;
    }

    private static async Task<JsonNode?> DescribeAsync(ParseResult parsed, string name, int depth, CancellationToken cancellationToken)
    {
        var app = await HostOptions.OpenAppAsync(parsed, cancellationToken).ConfigureAwait(false);
        if (app is null)
        {
            var api = await HostOptions.OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
            await using var _ = api.ConfigureAwait(false);
            return await api.GetAsync(string.Create(CultureInfo.InvariantCulture, $"declarative/events/{Uri.EscapeDataString(name)}?depth={depth}"), cancellationToken).ConfigureAwait(false);
        }

        await using var __ = app.ConfigureAwait(false);
        try
        {
            return JsonSerializer.SerializeToNode(app.Services.GetRequiredService<EventCatalog>().Describe(name, depth), app.Services.GetRequiredService<WireJson>().Options.GetTypeInfo(typeof(EventInfo)));
        }
        catch (UnknownEventException exception)
        {
            throw new CommandException(exception.Message);
        }
    }

    private static async Task ShowAsync(TextWriter output, JsonObject info)
    {
        var parameters = info["parameters"]!.AsArray().Select(static one => $"{(string?)one!["name"]} {(string?)one["type"]}");
        await output.WriteLineAsync((string?)info["name"]).ConfigureAwait(false);
        await output.WriteLineAsync($"  module        {(string?)info["module"]}, {(string?)info["declared_in"]}").ConfigureAwait(false);
        await output.WriteLineAsync($"  payload from  {((string?)info["service"] is { } service ? $"{service}({string.Join(", ", parameters)})" : "its publisher")}").ConfigureAwait(false);
        await output.WriteLineAsync($"  permissions   {Answer.Cell(string.Join(", ", info["resources"]!.AsArray().Select(static one => (string?)one)))}").ConfigureAwait(false);
        await output.WriteLineAsync($"  schema        {(string?)info["schema_url"]}").ConfigureAwait(false);
        await output.WriteLineAsync($"  sample        {info["sample"]?.ToJsonString()}").ConfigureAwait(false);
        await output.WriteLineAsync().ConfigureAwait(false);
        foreach (var line in FieldLines(info["payload"]!.AsObject(), "  "))
            await output.WriteLineAsync(line).ConfigureAwait(false);
    }

    /// <summary>The fields as lines, deeper ones further in; a payload that has none is its type.</summary>
    private static IEnumerable<string> FieldLines(JsonObject field, string indent)
    {
        var fields = field["fields"]!.AsArray();
        if (fields.Count == 0 && indent.Length == 2)
            yield return indent + (string?)field["type"];
        var width = fields.Select(static one => ((string)one!["name"]!).Length).DefaultIfEmpty().Max();
        foreach (var one in fields)
        {
            yield return $"{indent}{((string)one!["name"]!).PadRight(width)}  {(string?)one["type"]}{((bool)one["is_required"]! ? "" : "?")}";
            foreach (var line in FieldLines(one.AsObject(), indent + "  "))
                yield return line;
        }
    }
}
