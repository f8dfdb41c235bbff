using System.CommandLine;

namespace Declarative.Cli;

/// <summary><c>declarative explain &lt;id&gt;</c>: the page of a diagnostic, for who has the packages and not the repository in which it lies.</summary>
internal static class ExplainCommand
{
    private const string Folder = "diagnostics/";

    /// <summary>All ids, in order; the pages are in the assembly.</summary>
    private static readonly IReadOnlyList<string> Ids =
    [
        .. typeof(ExplainCommand).Assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(static name => Path.GetFileNameWithoutExtension(name))
            .Order(StringComparer.Ordinal),
    ];

    public static Command Make()
    {
        var which = new Argument<string>("id") { Description = "The diagnostic's id, e.g. DCL0052." };
        which.CompletionSources.Add(static _ => Ids.Select(static id => new System.CommandLine.Completions.CompletionItem(id)));
        var command = new Command("explain", "Prints the page of a diagnostic: cause, example, mend.") { which };
        command.SetAction((parsed, cancellationToken) => Commands.TryAsync(parsed, async output =>
        {
            var text = parsed.GetRequiredValue(which);
            var id = Ids.FirstOrDefault(one => string.Equals(one, text, StringComparison.OrdinalIgnoreCase))
                ?? throw new CommandException($"There is no diagnostic '{text}'; there are {Ids[0]} to {Ids[^1]}.");
            using var page = new StreamReader(typeof(ExplainCommand).Assembly.GetManifestResourceStream($"{Folder}{id}.md")!);
            await output.WriteLineAsync((await page.ReadToEndAsync(cancellationToken).ConfigureAwait(false)).TrimEnd()).ConfigureAwait(false);
        }));
        return command;
    }
}
