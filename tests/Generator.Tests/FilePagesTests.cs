using System.Text.RegularExpressions;
using Declarative.Generator.Tests.Harness;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>Each page in <c>docs/files</c>: what it shows builds, its table is the parser's, and its diagnostics are those that happen.</summary>
public sealed partial class FilePagesTests
{
    public static TheoryData<string> Kinds => [.. SchemaTests.Kinds.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void Each_kind_of_file_has_a_page() =>
        Directory.GetFiles(Path.Combine(Document.Root, "docs/files"), "*.md").Select(path => Path.GetFileNameWithoutExtension(path)!).ShouldBe(SchemaTests.Kinds.Keys, StringComparer.Ordinal, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_example_is_valid_and_builds(string kind)
    {
        var files = Document.Blocks(Page(kind)).Where(block => block.Language == "xml").ToList();
        Document.Schema(Document.XmlFile(files[0].Text)!).ShouldBe(kind, "the page's own file comes first");
        foreach (var file in files)
            SchemaTests.Faults(file.Text, Document.Schema(Document.XmlFile(file.Text)!)).ShouldBeEmpty(file.Place);

        Project(kind).Run().ShouldBuild();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_example_states_everything_that_there_is(string kind)
    {
        var example = System.Xml.Linq.XElement.Parse(Document.Blocks(Page(kind))[0].Text);
        Stated(example, "").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ShouldBe(Grammar(kind).Keys.Order(StringComparer.Ordinal));

        static IEnumerable<string> Stated(System.Xml.Linq.XElement element, string path)
        {
            yield return path.Length == 0 ? element.Name.LocalName : path;
            foreach (var attribute in element.Attributes())
                yield return $"{path}/@{attribute.Name.LocalName}";
            foreach (var one in element.Elements().SelectMany(child => Stated(child, child.Name == element.Name ? path : path.Length == 0 ? child.Name.LocalName : $"{path}/{child.Name.LocalName}")))
                yield return one;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_table_is_the_parser_s(string kind)
    {
        var rows = Row().Matches(Document.Text(Page(kind))).ToDictionary(row => row.Groups["path"].Value, row => row.Groups["cells"].Value.Split(" | ")[^1].Trim(' ', '|'), StringComparer.Ordinal);
        var grammar = Grammar(kind);

        rows.Keys.ShouldBe(grammar.Keys, StringComparer.Ordinal, ignoreOrder: true);
        foreach (var (path, needed) in grammar)
            rows[path].ShouldBe(needed, path);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_diagnostic_of_the_page_happens_and_no_other(string kind)
    {
        var page = Document.Text(Page(kind));
        var listed = Listed().Matches(page).Select(match => match.Groups["id"].Value).ToList();
        listed.ShouldBeUnique(StringComparer.Ordinal);

        var found = new HashSet<string>(["DCL0001", "DCL0002", "DCL0003"], StringComparer.Ordinal);
        var silent = new List<string>();
        foreach (var mistake in FilePagesMistakes.Of(kind))
        {
            var ids = Ids(kind, mistake);
            if (!ids.Contains(mistake.Id))
                silent.Add($"{mistake.Id}: {mistake.Old} → {mistake.New}: {string.Join(' ', ids)}");
            found.UnionWith(ids);
        }

        silent.ShouldBeEmpty();
        found.UnionWith(FilePagesMistakes.Elsewhere(kind).Keys);
        listed.Order(StringComparer.Ordinal).ShouldBe(found.Order(StringComparer.Ordinal));
    }

    /// <summary>What the pages of the diagnostics show, their file pages list.</summary>
    [Fact]
    public void A_diagnostic_s_own_example_is_of_a_file_that_lists_it()
    {
        foreach (var page in Directory.GetFiles(Path.Combine(Document.Root, "docs/diagnostics"), "DCL*.md"))
        {
            var id = Path.GetFileNameWithoutExtension(page);
            foreach (Match message in Message().Matches(File.ReadAllText(page)))
                Document.Text(Page(Document.Schema(message.Groups["file"].Value))).ShouldContain($"[{id}](../diagnostics/{id}.md)", Case.Sensitive, message.Value);
        }
    }

    private static string Page(string kind) => $"docs/files/{kind}.md";

    /// <summary>What the file's own mistake raises in it, in a library or else in a host.</summary>
    private static HashSet<string> Ids(string kind, Mistake mistake)
    {
        var ids = InFile(OutputKind.DynamicallyLinkedLibrary).ToHashSet(StringComparer.Ordinal);
        return ids.Contains(mistake.Id) ? ids : [.. InFile(OutputKind.ConsoleApplication)];

        IEnumerable<string> InFile(OutputKind output)
        {
            var run = Project(kind, mistake, output).Run();
            var file = Document.XmlFile(Document.Blocks(Page(kind))[0].Text)!;
            return run.Diagnostics.Where(one => mistake.Code is not null || one.Location.GetLineSpan().Path is { } path && path.EndsWith(file, StringComparison.Ordinal)).Select(one => one.Id);
        }
    }

    private static TestProject Project(string kind, Mistake? mistake = null, OutputKind output = OutputKind.DynamicallyLinkedLibrary)
    {
        var project = new TestProject { OutputKind = output };
        var isMade = mistake is null;
        if (output == OutputKind.ConsoleApplication)
            project.Source("System.Console.WriteLine();", "Program.cs");
        foreach (var block in Document.Blocks(Page(kind)))
        {
            var text = block.Text;
            if (mistake is not null && !isMade && text.Contains(mistake.Old, StringComparison.Ordinal))
                (text, isMade) = (text.Replace(mistake.Old, mistake.New, StringComparison.Ordinal), true);
            if (block.Language == "csharp")
                project.Source(text, $"Code{block.Line}.cs");
            else
                project.Xml(Document.XmlFile(block.Text)!, text);
        }

        if (mistake?.Code is { } code)
            project.Source(code, "Beside.cs");
        isMade.ShouldBeTrue($"the page holds no {mistake?.Old}");
        return project;
    }

    /// <summary>Each element and attribute by its path below the root, and whether it is needed.</summary>
    private static Dictionary<string, string> Grammar(string kind)
    {
        var root = FileGrammar.Of(SchemaTests.Kinds[kind].Kind).Root;
        var all = new Dictionary<string, string>(StringComparer.Ordinal) { [root.Name] = "yes" };
        Add(root, "");
        return all;

        void Add(ElementRule rule, string path)
        {
            foreach (var attribute in rule.Attributes)
                all.Add($"{path}/@{attribute.Name}", attribute.IsRequired ? "yes" : "no");
            foreach (var child in rule.Children)
            {
                var below = path.Length == 0 ? child.Name : $"{path}/{child.Name}";
                all.Add(below, rule.AllOf.Contains(child.Name, StringComparer.Ordinal) || rule.OneOf is [var only] && only == child.Name ? "yes" : rule.OneOf.Contains(child.Name, StringComparer.Ordinal) ? "one of both" : "no");
                Add(child, below);
            }
        }
    }

    [GeneratedRegex(@"^\| `(?<path>[^`]+)` \|(?<cells>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| \[(?<id>DCL\d{4})\]\(\.\./diagnostics/\k<id>\.md\) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listed();

    [GeneratedRegex(@"^(?<file>etc/[a-z_/]+\.xml)\(\d+,\d+\): ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Message();
}

/// <summary>A change of a page's example, and what it raises.</summary>
/// <param name="Id">The diagnostic.</param>
/// <param name="Old">What is replaced, in the first block that holds it.</param>
/// <param name="New">What stands there then.</param>
internal sealed record Mistake(string Id, string Old, string New)
{
    /// <summary>C# beside what the page shows; what it raises may stand at its attributes instead of in the file.</summary>
    public string? Code { get; init; }
}
