using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.Generator.Tests;

/// <summary>Each page in <c>docs/diagnostics</c>: its example raises what it shows, word by word and at that place, and no other error; its mend raises none.</summary>
public sealed partial class DiagnosticPagesTests
{
    /// <summary>What the pages' files name besides what they show.</summary>
    private const string World = """
        namespace Shop.Sales
        {
            public sealed record Customer(int Id, string Email);
            public sealed record Order(int Id) { public string IncrementId { get; init; } = ""; public decimal GrandTotal { get; init; } public Customer? Customer { get; init; } }
            public sealed class OrderFilter { public string? Status { get; set; } }
            public interface IOrderRepository { Order Get(int id); Order Find(string incrementId); void Delete(int id); }
            public interface IOrders { Order Get(int id); Order Find(string number); Task<Order> SaveAsync(Order order); }
        }

        namespace BackOffice.Products
        {
            public sealed record Product(string Sku);
        }
        """;

    /// <summary>What only several assemblies or a broken disk show, with the test that shows it.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["DCL0003"] = nameof(DiagnosticTests.A_file_that_vanished_is_reported),
        ["DCL0018"] = nameof(DiagnosticTests.An_override_keeps_names_and_types),
        ["DCL0022"] = nameof(DiagnosticTests.An_unknown_manifest_format_names_assembly_and_both_versions),
        ["DCL0025"] = nameof(DiagnosticTests.One_module_name_in_two_assemblies_is_reported),
    };

    /// <summary>What only stands beside another, which no build gets by: the one that it helps to mend.</summary>
    private static readonly Dictionary<string, string> Beside = new(StringComparer.Ordinal) { ["DCL0068"] = "DCL0014" };

    public static TheoryData<string> Pages => [.. Directory.GetFiles(Path.Combine(Root(), "docs/diagnostics"), "DCL*.md").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_shows_what_happens(string id)
    {
        Assert.SkipWhen(Elsewhere.TryGetValue(id, out var test), $"Shown by {test}.");
        var page = File.ReadAllText(Path.Combine(Root(), "docs/diagnostics", id + ".md"));
        var example = Blocks(Section(page, "Example"));
        var message = example.Single(block => block.Language.Length == 0).Text.Trim();

        var shown = Project(example, message).Run();
        (await AllAsync(shown)).Where(one => one.Id == id).Select(Line).ShouldBe(message.Split('\n'), StringComparer.Ordinal, ignoreOrder: true, $"What is there: {string.Join('\n', shown.Diagnostics.Select(Line))}");
        OtherErrors(shown, Beside.GetValueOrDefault(id, id)).ShouldBeEmpty();

        // What the mend doesn't state again stays as it is in the example.
        var mend = Blocks(Section(page, "Mend")).Where(block => block.Language is "xml" or "csharp").ToList();
        mend.ShouldNotBeEmpty();
        var mended = Project([.. mend, .. example.Where(block => block.Language.Length > 0 && !mend.Exists(one => FileOf(one, message) == FileOf(block, message)))], message).Run();
        (await AllAsync(mended)).Where(one => one.Id == id).Select(Line).Concat(OtherErrors(mended, id)).ShouldBeEmpty();
    }

    private static async Task<IEnumerable<Diagnostic>> AllAsync(GeneratorRun run) => run.Diagnostics.Concat(await run.AnalyzeAsync());

    /// <summary>What else is wrong with the project, so that nobody could build it; the compiler's errors too.</summary>
    private static IEnumerable<string> OtherErrors(GeneratorRun run, string id) =>
        run.Diagnostics.Where(one => one.Id != id && one.Severity == DiagnosticSeverity.Error).Concat(run.CompileErrors).Select(Line);

    /// <summary>The XML files of a page's example and of its mend, each with its kind as schemas are named.</summary>
    internal static (IReadOnlyList<(string Kind, string Text)> Example, IReadOnlyList<(string Kind, string Text)> Mend) Files(string id)
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs/diagnostics", id + ".md"));
        var message = Blocks(Section(page, "Example")).Single(block => block.Language.Length == 0).Text.Trim();
        return (Of("Example"), Of("Mend"));

        List<(string, string)> Of(string section) =>
            [.. Blocks(Section(page, section)).Where(block => block.Language == "xml").Select(block => (FileOf(block, message)["etc/".Length..^".xml".Length].Replace('/', '_'), block.Text))];
    }

    private static TestProject Project(IReadOnlyList<(string Language, string Text)> blocks, string message)
    {
        var project = new TestProject { AssemblyName = "Shop.Sales", OutputKind = message.Contains("any module known here", StringComparison.Ordinal) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary };
        var own = blocks.Where(block => block.Language == "csharp").SelectMany(block => Types(block.Text)).ToHashSet(StringComparer.Ordinal);
        project.Source(WorldWithout(own), "World.cs");
        if (project.OutputKind == OutputKind.ConsoleApplication)
            project.Source("System.Console.WriteLine();", "Program.cs");
        foreach (var block in blocks)
        {
            if (block.Language == "csharp")
                project.Source(block.Text, FileOf(block, message));
            else if (block.Language == "xml")
                project.Xml(FileOf(block, message), block.Text);
        }

        return project;
    }

    /// <summary>The file that a block is, by what it holds.</summary>
    private static string FileOf((string Language, string Text) block, string message)
    {
        if (block.Language == "csharp")
            return "Orders.cs";
        return Document.XmlFile(block.Text) ?? Place().Match(message).Groups["file"].Value;
    }

    private static IEnumerable<string> Types(string text) =>
        CSharpSyntaxTree.ParseText(text, cancellationToken: TestContext.Current.CancellationToken).GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Select(type => type.Identifier.ValueText);

    private static string WorldWithout(HashSet<string> names)
    {
        var root = CSharpSyntaxTree.ParseText(World, cancellationToken: TestContext.Current.CancellationToken).GetRoot(TestContext.Current.CancellationToken);
        return root.RemoveNodes(root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Where(type => names.Contains(type.Identifier.ValueText)), SyntaxRemoveOptions.KeepNoTrivia)!.ToFullString();
    }

    private static string Line(Diagnostic diagnostic)
    {
        var severity = diagnostic.Severity switch { DiagnosticSeverity.Error => "error", DiagnosticSeverity.Warning => "warning", _ => "info" };
        var span = diagnostic.Location.GetLineSpan();
        var place = diagnostic.Location == Location.None ? "" : string.Create(CultureInfo.InvariantCulture, $"{span.Path.Replace("/src/shop/", "", StringComparison.Ordinal)}({span.StartLinePosition.Line + 1},{span.StartLinePosition.Character + 1}): ");
        return $"{place}{severity} {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}";
    }

    private static string Section(string page, string heading)
    {
        var start = page.IndexOf($"## {heading}\n", StringComparison.Ordinal);
        var end = page.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return end < 0 ? page[start..] : page[start..end];
    }

    private static List<(string Language, string Text)> Blocks(string section) =>
        [.. Fence().Matches(section).Select(match => (match.Groups["language"].Value, match.Groups["text"].Value))];

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    [GeneratedRegex("^```(?<language>[a-z]*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^(?<file>[^(]+)\(", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
