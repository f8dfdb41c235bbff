using System.CommandLine;
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
        var command = new Command("info", "One event and the shape of its payload, from the built application (--app).") { name, depth };
        command.SetAction((parsed, cancellationToken) => Commands.TryAsync(parsed, async output =>
        {
            var app = await HostOptions.OpenAppAsync(parsed, cancellationToken).ConfigureAwait(false)
                ?? throw new CommandException("Name the built application by --app, e.g. --app bin/Debug/net10.0/Shop.dll: payloads are its types.", ExitCode.Usage);
            await using var _ = app.ConfigureAwait(false);
            var registry = app.Services.GetRequiredService<EventRegistry>();
            var descriptor = registry.Find(parsed.GetRequiredValue(name)) ?? throw new CommandException(registry.ExplainUnknown(parsed.GetRequiredValue(name)));
            var shape = PayloadShapeText.Of(app.Services.GetRequiredService<WireJson>().Options.GetTypeInfo(descriptor.Payload), parsed.GetValue(depth));
            await (parsed.GetValue(Answer.Json) ? Answer.WriteJsonAsync(output, Whole(descriptor, shape)) : ShowAsync(output, descriptor, shape)).ConfigureAwait(false);
        }));
        return command;
    }

    private static JsonObject Whole(AsyncEventDescriptor descriptor, JsonNode shape) => new()
    {
        ["name"] = descriptor.Name,
        ["declared_in"] = descriptor.DeclaredIn,
        ["service"] = Service(descriptor),
        ["resources"] = new JsonArray([.. descriptor.Resources.Select(static one => JsonValue.Create(one))]),
        ["payload"] = shape,
    };

    private static async Task ShowAsync(TextWriter output, AsyncEventDescriptor descriptor, JsonNode shape)
    {
        await output.WriteLineAsync(descriptor.Name).ConfigureAwait(false);
        await output.WriteLineAsync($"  declared in   {descriptor.DeclaredIn}").ConfigureAwait(false);
        await output.WriteLineAsync($"  payload from  {Service(descriptor) ?? "its publisher"}").ConfigureAwait(false);
        await output.WriteLineAsync($"  permissions   {Answer.Cell(string.Join(", ", descriptor.Resources))}").ConfigureAwait(false);
        await output.WriteLineAsync().ConfigureAwait(false);
        foreach (var line in PayloadShapeText.Lines(shape))
            await output.WriteLineAsync(line).ConfigureAwait(false);
    }

    private static string? Service(AsyncEventDescriptor descriptor) => descriptor.Service is { } service
        ? $"{service.FullName}.{descriptor.Method}({string.Join(", ", descriptor.Parameters.Select(static parameter => parameter.Name))})"
        : null;
}
