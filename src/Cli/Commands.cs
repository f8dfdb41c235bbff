using System.CommandLine;
using Declarative.Cli.Stores;
using Declarative.Storage;

namespace Declarative.Cli;

/// <summary>All commands, and how each ends: 0 when it is done; 1 when it isn't, with what is wrong on the error stream.</summary>
internal static class Commands
{
    public static Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Looks after the stores of Declarative.")
        {
            new Command("store", "The store that holds all of a host's data.") { StoreCopyCommand.Make() },
        };
        return root.Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
    }

    /// <summary>Runs a command's work; what it says when it can't be done is for its user, with no stack trace.</summary>
    public static async Task<int> TryAsync(ParseResult parsed, Func<TextWriter, Task> work)
    {
        try
        {
            await work(parsed.InvocationConfiguration.Output).ConfigureAwait(false);
            return 0;
        }
        catch (Exception exception) when (exception is StoreException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return 1;
        }
    }
}
