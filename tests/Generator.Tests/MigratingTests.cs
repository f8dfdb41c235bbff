using System.Globalization;
using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>The module that <c>docs/migrating.md</c> takes across: each of its builds says what the page shows.</summary>
public sealed class MigratingTests
{
    private static readonly List<Block> Blocks = Document.Blocks("docs/migrating.md");

    [Fact]
    public void Without_CSharp_the_build_says_what_is_missing_and_what_was_wrong_all_along() =>
        Build(Xml("What comes along")).Diagnostics.Select(Line).ShouldBe(Output("The first build"), StringComparer.Ordinal, ignoreOrder: true);

    [Fact]
    public void With_the_CSharp_of_the_page_only_what_is_wrong_is_left()
    {
        var run = Build([.. Xml("What comes along"), Code]);

        run.Diagnostics.Select(Line).ShouldBe(Output("The second build"), StringComparer.Ordinal, ignoreOrder: true);
        run.CompileErrors.ShouldBeEmpty();
    }

    [Fact]
    public void Mended_it_builds()
    {
        var mended = Xml("The second build");
        var kept = Xml("What comes along").Where(block => !mended.Exists(one => Document.XmlFile(one.Text) == FileOf(block)));

        Build([.. kept, .. mended, Code]).ShouldBuild();
    }

    private static Block Code => Blocks.Single(block => block is { Language: "csharp", Section: "What becomes of the PHP" });

    private static List<Block> Xml(string section) => Blocks.FindAll(block => block.Language == "xml" && block.Section == section);

    private static string[] Output(string section) => Blocks.Single(block => block.Language == "text" && block.Section == section).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string FileOf(Block block) => Document.XmlFile(block.Text)!;

    private static GeneratorRun Build(List<Block> blocks)
    {
        var project = new TestProject { AssemblyName = "Orchard.Loyalty", Directory = "/src/loyalty/" }.Source("global using System.Linq;", "Usings.g.cs");
        foreach (var block in blocks)
        {
            if (block.Language == "csharp")
                project.Source(block.Text, "Loyalty.cs");
            else
                project.Xml(FileOf(block), block.Text);
        }

        return project.Run();
    }

    /// <summary>As the compiler writes it, but for the project's folder.</summary>
    private static string Line(Diagnostic diagnostic)
    {
        var span = diagnostic.Location.GetLineSpan();
        var place = string.Create(CultureInfo.InvariantCulture, $"{span.Path.Replace("/src/loyalty/", "", StringComparison.Ordinal)}({span.StartLinePosition.Line + 1},{span.StartLinePosition.Character + 1})");
        return $"{place}: {diagnostic.Severity.ToString().ToLowerInvariant()} {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}";
    }
}
