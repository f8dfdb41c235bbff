using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.Generator.Tests;

/// <summary>Each page in <c>docs/diagnostics</c>: its example raises what it shows, word by word and at that place, and its mend doesn't.</summary>
public sealed partial class DiagnosticPagesTests
{
    /// <summary>What the pages' files name besides what they show.</summary>
    private const string World = """
        namespace Shop.Sales
        {
            public sealed record Order(int Id, string IncrementId, decimal Total, string Status, string CustomerEmail);
            public sealed class OrderFilter { public string? Status { get; set; } }
            public interface IOrderRepository { Order Get(int id); Order Find(string incrementId); void Delete(int id); }
            public interface IOrders { Order Get(int id); Task<Order> SaveAsync(Order order); Order[] List(OrderFilter filter); }
            public interface IOrderWriter { Task<Order> SaveAsync(Order order); }
        }

        namespace BackOffice.Products
        {
            public sealed record Product(string Sku);
        }
        """;

    /// <summary>What several assemblies or a broken disk show, with the test that shows it.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["DCL0003"] = nameof(DiagnosticTests.A_file_that_vanished_is_reported),
        ["DCL0022"] = "ModulesTests, with assemblies of several versions",
        ["DCL0025"] = "ModulesTests, with several assemblies",
    };

    public static TheoryData<string> Pages => [.. Directory.GetFiles(Path.Combine(Root(), "docs/diagnostics"), "DCL*.md").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_shows_what_happens(string id)
    {
        Assert.SkipWhen(Elsewhere.TryGetValue(id, out var test), $"Shown by {test}.");
        var page = File.ReadAllText(Path.Combine(Root(), "docs/diagnostics", id + ".md"));
        var example = Blocks(Section(page, "Example"));
        var message = example.Single(block => block.Language.Length == 0).Text.Trim();

        var shown = Project(example, message).Run().Diagnostics.Where(one => one.Id == id).Select(Line).ToList();
        shown.ShouldContain(message, StringComparer.Ordinal, $"What is there: {string.Join('\n', shown)}");

        var mend = Blocks(Section(page, "Mend")).Where(block => block.Language is "xml" or "csharp" && !block.Text.StartsWith("<PropertyGroup", StringComparison.Ordinal)).ToList();
        if (mend.Count > 0)
            Project([.. mend.Concat(mend.Exists(block => block.Language == "xml") ? [] : example.Where(block => block.Language == "xml"))], message).Run().Diagnostics.Where(one => one.Id == id).Select(Line).ShouldBeEmpty();
    }

    /// <summary>The XML files of a page's example and of its mend, each with its kind as schemas are named.</summary>
    internal static (IReadOnlyList<(string Kind, string Text)> Example, IReadOnlyList<(string Kind, string Text)> Mend) Files(string id)
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs/diagnostics", id + ".md"));
        var message = Blocks(Section(page, "Example")).Single(block => block.Language.Length == 0).Text.Trim();
        return (Of("Example"), Of("Mend"));

        List<(string, string)> Of(string section) =>
            [.. Blocks(Section(page, section)).Where(block => block.Language == "xml").Select(block => (FileOf(block.Text, message)["etc/".Length..^".xml".Length].Replace('/', '_'), block.Text))];
    }

    private static TestProject Project(IReadOnlyList<(string Language, string Text)> blocks, string message)
    {
        var project = new TestProject { AssemblyName = "Shop.Sales", OutputKind = message.Contains("any module known here", StringComparison.Ordinal) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary };
        var own = blocks.Where(block => block.Language == "csharp").ToList();
        foreach (var (_, text) in own)
            project.Source(text, "Orders.cs");
        project.Source(WorldWithout(own.SelectMany(block => Types(block.Text)).ToHashSet(StringComparer.Ordinal)), "World.cs");
        if (project.OutputKind == OutputKind.ConsoleApplication)
            project.Source("System.Console.WriteLine();", "Program.cs");
        foreach (var (_, text) in blocks.Where(block => block.Language == "xml"))
            project.Xml(FileOf(text, message), text);
        return project;
    }

    /// <summary>The file that a block is, by what it holds.</summary>
    private static string FileOf(string text, string message)
    {
        string[] kinds = ["acl", "module", "async_event", "include", "routes", "integrations", "integration", "consumer", "ingestion", "event"];
        var kind = kinds.FirstOrDefault(one => text.Contains($"<{one}>", StringComparison.Ordinal) || text.Contains($"<{one} ", StringComparison.Ordinal));
        return kind switch
        {
            "acl" => "etc/acl.xml",
            "module" => "etc/module.xml",
            "async_event" or "include" => "etc/async_events.xml",
            "routes" => "etc/webapi.xml",
            "integrations" => text.Contains("<resource", StringComparison.Ordinal) ? "etc/integration/api.xml" : "etc/integration/config.xml",
            "integration" => "etc/integration.xml",
            "consumer" or "ingestion" => "etc/event_consumers.xml",
            "event" => "etc/io_events.xml",
            _ => Place().Match(message).Groups["file"].Value,
        };
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
