using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;

namespace Declarative.Cli.Verifying;

/// <summary><c>declarative verify &lt;folder&gt;</c></summary>
internal static class VerifyCommand
{
    public static Command Make()
    {
        var folder = new Argument<DirectoryInfo>("folder") { Description = "A module, or a folder of modules; each folder etc below it belongs to one.", DefaultValueFactory = static _ => new DirectoryInfo(".") };
        var command = new Command("verify", "Checks XML declarations without a build, all but what only C# can tell: classes, methods, payloads.") { folder, Answer.Json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.GetRequiredValue(folder), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, DirectoryInfo folder, CancellationToken cancellationToken)
    {
        var errors = 0;
        var code = await Commands.TryAsync(parsed, async output =>
        {
            if (File.Exists(folder.FullName))
                throw new CommandException($"'{folder}' is a file; name the folder of the module that it belongs to.", ExitCode.Usage);
            if (!folder.Exists)
                throw new CommandException($"There is no folder '{folder}'.", ExitCode.Usage);
            var modules = XmlModule.FindAll(folder);
            if (modules.Count == 0)
                throw new CommandException($"There are no declarations in '{folder}': no folder etc has a file such as async_events.xml or acl.xml.");
            var found = modules.SelectMany(module => module.Check(cancellationToken)).ToList();
            errors = found.Count(static one => one.Severity == DiagnosticSeverity.Error);
            if (parsed.GetValue(Answer.Json))
            {
                await Answer.WriteJsonAsync(output, new JsonArray([.. found.Select(one => Node(one, folder))])).ConfigureAwait(false);
                return;
            }

            foreach (var one in found)
                await output.WriteLineAsync(Line(one, folder)).ConfigureAwait(false);
            await output.WriteLineAsync($"{Count(modules.Sum(static module => module.Files.Count), "file")} of {Count(modules.Count, "module")}: {Count(errors, "error")}, {Count(found.Count(static one => one.Severity == DiagnosticSeverity.Warning), "warning")}. Classes, methods and payloads are checked by the build.").ConfigureAwait(false);
        }).ConfigureAwait(false);
        return code == ExitCode.Done && errors > 0 ? ExitCode.Refused : code;
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    private static string Line(Diagnostic one, DirectoryInfo folder)
    {
        var place = one.Location.GetLineSpan();
        return $"{Path.GetRelativePath(folder.FullName, place.Path)}({place.StartLinePosition.Line + 1},{place.StartLinePosition.Character + 1}): {Severity(one)} {one.Id}: {Answer.Cell(one.GetMessage(null))}";
    }

    private static JsonObject Node(Diagnostic one, DirectoryInfo folder)
    {
        var place = one.Location.GetLineSpan();
        return new JsonObject
        {
            ["file"] = Path.GetRelativePath(folder.FullName, place.Path),
            ["line"] = place.StartLinePosition.Line + 1,
            ["column"] = place.StartLinePosition.Character + 1,
            ["severity"] = Severity(one),
            ["id"] = one.Id,
            ["message"] = one.GetMessage(null),
        };
    }

    private static string Severity(Diagnostic one) => one.Severity == DiagnosticSeverity.Info ? "information" : one.Severity.ToString().ToLowerInvariant();
}
