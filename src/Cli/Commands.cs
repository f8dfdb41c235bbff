using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using Declarative.Cli.Deliveries;
using Declarative.Cli.Events;
using Declarative.Cli.Hosts;
using Declarative.Cli.Integrations;
using Declarative.Cli.Onboarding;
using Declarative.Cli.Stores;
using Declarative.Cli.Subscriptions;
using Declarative.Cli.Verifying;
using Declarative.Storage;

namespace Declarative.Cli;

/// <summary>All commands. How they end is in <see cref="ExitCode"/>; what is wrong goes to the error stream.</summary>
internal static class Commands
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Looks into hosts of Declarative, and after their stores.")
        {
            EventsCommand.Make(),
            SubscriptionsCommand.Make(),
            DeliveriesCommand.Make(),
            IntegrationsCommand.Make(),
            OnboardCommand.Make(),
            VerifyCommand.Make(),
            ExplainCommand.Make(),
            new Command("store", "The store that holds all of a host's data.") { StoreCopyCommand.Make() },
            CompletionCommand.Make(),
        };
        var parsed = root.Parse(arguments);
        var configuration = new InvocationConfiguration { Output = output, Error = error };
        if (parsed.Action is not ParseErrorAction mistake)
            return await parsed.InvokeAsync(configuration).ConfigureAwait(false);

        // All help would hide the one line that counts; only who said nothing wants to see what there is.
        mistake.ShowHelp = arguments.Count == 0;
        await parsed.InvokeAsync(configuration).ConfigureAwait(false);
        if (!mistake.ShowHelp)
            await error.WriteLineAsync($"See: {PathOf(parsed.CommandResult)} --help").ConfigureAwait(false);
        return ExitCode.Usage;
    }

    /// <summary>The program under the name that it is installed by, whatever runs it here, and the commands up to this one.</summary>
    private static string PathOf(CommandResult command) => command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "declarative";

    /// <summary>A group of commands that work on a host or a store.</summary>
    public static Command Group(string name, string description, params Command[] commands)
    {
        var group = new Command(name, description) { Answer.Json };
        HostOptions.AddTo(group);
        foreach (var command in commands)
            group.Subcommands.Add(command);
        return group;
    }

    /// <summary>Has a command ask the host, and print what it answers: as it is with <c>--json</c>, else as <paramref name="show"/> does.</summary>
    public static void SetHostAction(this Command command, Func<ParseResult, HostApi, CancellationToken, Task<JsonNode?>> ask, Func<TextWriter, JsonNode, Task> show) =>
        command.SetAction((parsed, cancellationToken) => TryAsync(parsed, async output =>
        {
            var api = await HostOptions.OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
            await using var _ = api.ConfigureAwait(false);
            var answer = await ask(parsed, api, cancellationToken).ConfigureAwait(false);
            await (parsed.GetValue(Answer.Json) || answer is null ? Answer.WriteJsonAsync(output, answer) : show(output, answer)).ConfigureAwait(false);
        }));

    /// <summary>Runs a command's work; what it says when it can't be done is for its user, with no stack trace.</summary>
    public static async Task<int> TryAsync(ParseResult parsed, Func<TextWriter, Task> work)
    {
        try
        {
            await work(parsed.InvocationConfiguration.Output).ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (Exception exception) when (exception is CommandException or StoreException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return exception is CommandException { Code: var code } ? code : ExitCode.Refused;
        }
    }
}
