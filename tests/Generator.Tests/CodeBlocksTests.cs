using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Declarative.Generator.Tests;

/// <summary>
/// Every fenced block of README and <c>docs</c> is held to something. XML is valid, and goes through the generator together with its page's C#, which compiles; JSON is JSON;
/// commands call what there is. What a page's code names besides stands in <c>Documents/&lt;page&gt;.cs</c>, and what all pages name in <c>Documents/World.cs</c>.
/// </summary>
public sealed partial class CodeBlocksTests
{
    /// <summary>Blocks that none of the rules fits: by page and language, with who sees to them instead.</summary>
    private static readonly Dictionary<(string Page, string Language), string> Elsewhere = new()
    {
        [("README.md", "text")] = "EndToEnd.Tests: ReadmeTests sees both.",
        [("docs/migrating.md", "text")] = "MigratingTests: what the build says, word by word.",
        [("docs/architecture.md", "text")] = "Drawings; no program prints them.",
        [("docs/history.md", "text")] = "The grammar of searches; Runtime.Tests: SearchQueryTests read by it.",
        [("docs/subscriptions.md", "text")] = "Headers of a request; Runtime.Tests: FormatTests send them, SigningTests compute their signatures.",
        [("docs/telemetry.md", "text")] = "A drawing; EndToEnd.Tests: TelemetryTests see the way, Runtime.Tests: TraceTests each span.",
        [("docs/onboarding.md", "text")] = "Runtime.Tests: OnboardingTests have such lines word by word.",
        [("docs/performance.md", "")] = "What tests/Benchmarks printed on the day that the page names.",
        [("docs/diagnostics/README.md", "ini")] = "The compiler's own file.",
    };

    /// <summary>Pages whose commands are typed as they stand, by EndToEnd.Tests: ReadmeTests, GrowingTests, StartTests.</summary>
    private static readonly string[] Typed = ["README.md", "docs/start.md"];

    /// <summary>Pages whose C# and SQL is shown out of programs that are built: each line stands in the folder.</summary>
    private static readonly Dictionary<string, string> Quoting = new(StringComparer.Ordinal)
    {
        ["docs/testing.md"] = "samples/Shop.Tests",
        ["docs/performance.md"] = "tests/Benchmarks",
    };

    /// <summary>Pages on which a file that is shown again takes the place of the first one.</summary>
    private static readonly string[] Mending = ["docs/migrating.md"];

    /// <summary>What a piece of XML stands in.</summary>
    private static readonly (string Root, string Needs, string Before, string After)[] Wrappers =
    [
        ("consumer", "", "<config>", "</config>"),
        ("ingestion", "", "<config>", "</config>"),
        ("event", "<split", "<config><consumer name=\"shown\" path=\"/shown\" signature=\"standard-webhooks\" secret=\"Shown:Secret\">", "</consumer></config>"),
        ("event", "", "<config>", "</config>"),
        ("inputs", "", "<config><consumer name=\"shown\" path=\"/shown\" signature=\"standard-webhooks\" secret=\"Shown:Secret\"><event name=\"configured\" handler=\"Shown.Configured\">", "</event></consumer></config>"),
        ("loop", "", "<config><consumer name=\"shown\" path=\"/shown\" signature=\"standard-webhooks\" secret=\"Shown:Secret\"><event name=\"shown\" handler=\"Shown.Handler\">", "</event></consumer></config>"),
    ];

    /// <summary>Roots of XML that is not ours but MSBuild's and NuGet's: it is well-formed, and what reads it is tried in EndToEnd.Tests: StartTests, PackagesTests.</summary>
    private static readonly string[] Foreign = ["configuration", "PropertyGroup", "ItemGroup"];

    public static TheoryData<string> Pages => [.. Document.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Each_block_has_a_rule(string page)
    {
        var unruled = Document.Blocks(page).Where(block => !Elsewhere.ContainsKey((page, block.Language)) && block.Language is not ("xml" or "csharp" or "json" or "bash") && !(block.Language == "sql" && Quoting.ContainsKey(page)));
        unruled.Select(block => $"{block.Place}: {block.Language}").ShouldBeEmpty("give the block a language with a rule, or list it in Elsewhere with the test that sees to it");
        Document.Text(page).ShouldNotContain("\n~~~", Case.Sensitive, "fences are written ```, so that they are found");
    }

    [Fact]
    public void What_is_listed_is_there() =>
        Elsewhere.Keys.Where(one => !Document.Blocks(one.Page).Exists(block => block.Language == one.Language)).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Pages))]
    public void Json_is_json(string page)
    {
        foreach (var block in Document.Blocks(page).Where(block => block.Language == "json"))
            Should.NotThrow(() => JsonDocument.Parse(block.Text).Dispose(), block.Place);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Xml_is_valid_and_code_builds(string page)
    {
        if (Quoting.TryGetValue(page, out var folder))
        {
            var lines = Directory.GetFiles(Path.Combine(Document.Root, folder), "*.cs", SearchOption.AllDirectories).SelectMany(File.ReadLines).Select(line => line.Trim()).ToHashSet(StringComparer.Ordinal);
            foreach (var block in Document.Blocks(page).Where(block => block.Language is "csharp" or "sql"))
                block.Text.Split('\n').Select(line => line.Trim()).Where(line => !line.StartsWith("await using var", StringComparison.Ordinal) && line.Length > 0 && !lines.Contains(line)).ShouldBeEmpty(block.Place);
            return;
        }

        var blocks = Document.Blocks(page).Where(block => block.Language is "xml" or "csharp" && !Elsewhere.ContainsKey((page, block.Language)) && !IsForeign(block)).ToList();
        if (blocks.Count == 0)
            return;
        var project = Project(page, blocks);
        foreach (var block in blocks.Where(block => block.Language == "xml"))
        {
            var file = Whole(block.Text);
            SchemaTests.Faults(file, Document.Schema(Document.XmlFile(file)!)).ShouldBeEmpty(block.Place);
            if (!Mending.Contains(page, StringComparer.Ordinal) || !blocks.Exists(later => later.Line > block.Line && later.Language == "xml" && Document.XmlFile(later.Text) == Document.XmlFile(file)))
                project.Xml($"{block.Line}/{Document.XmlFile(file)}", file);
        }

        var run = project.Run(tracksSteps: false);
        run.Diagnostics.Concat(run.CompileErrors).Where(one => one.Severity == DiagnosticSeverity.Error).Select(Line).ShouldBeEmpty(page);
    }

    private static bool IsForeign(Block block) =>
        block.Language == "xml" && Foreign.Contains(XElement.Parse($"<all>{(block.Text.StartsWith("<?xml", StringComparison.Ordinal) ? "" : block.Text)}</all>").Elements().FirstOrDefault()?.Name.LocalName, StringComparer.Ordinal);

    private static TestProject Project(string page, List<Block> blocks)
    {
        var program = blocks.SingleOrDefault(block => block.Language == "csharp" && block.Text.Contains("WebApplication.CreateBuilder(", StringComparison.Ordinal));
        var project = new TestProject { AssemblyName = "Shown", HasPackages = true, OutputKind = program is null ? OutputKind.DynamicallyLinkedLibrary : OutputKind.ConsoleApplication };
        project.Property("declarativehost", "true").Source(Prelude("World"), "World.cs").Source(WebUsings, "WebUsings.cs");
        var own = $"Documents/{Path.GetFileNameWithoutExtension(page).Replace("README", "readme", StringComparison.Ordinal)}.cs";
        if (File.Exists(Path.Combine(Document.Root, "tests/Generator.Tests", own)))
            project.Source(Prelude(Path.GetFileNameWithoutExtension(own)), own);
        foreach (var block in blocks.Where(block => block.Language == "csharp"))
            project.Source(block == program ? block.Text : Compilable(block), block.Place);
        return project;
    }

    /// <summary>What the SDK for the web uses by itself.</summary>
    private const string WebUsings = """
        global using System.Linq; global using System.Net.Http; global using System.Net.Http.Json; global using System.IO;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        """;

    private static string Prelude(string name) => File.ReadAllText(Path.Combine(Document.Root, "tests/Generator.Tests/Documents", name + ".cs"));

    /// <summary>Statements stand in a method of a class that knows what <c>World</c> knows; anything else is a file.</summary>
    private static string Compilable(Block block)
    {
        var root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(block.Text, cancellationToken: TestContext.Current.CancellationToken).GetRoot(TestContext.Current.CancellationToken);
        if (!root.Members.OfType<GlobalStatementSyntax>().Any())
            return block.Text;
        var usings = string.Concat(root.Usings.Select(one => one.ToFullString()));
        var statements = string.Concat(root.Members.Select(one => one.ToFullString()));
        return $"{usings}\nnamespace Shown {{ internal sealed class Block{block.Line.ToString(CultureInfo.InvariantCulture)} : World {{ internal async Task RunAsync() {{\n{statements}\n}} }} }}";
    }

    /// <summary>The file that a piece of XML is a piece of.</summary>
    private static string Whole(string text)
    {
        // Pieces may be several elements beside each other.
        if (text.StartsWith("<?xml", StringComparison.Ordinal))
            return text;
        var first = XElement.Parse($"<all>{text}</all>").Elements().First().Name.LocalName;
        var (_, _, before, after) = Wrappers.FirstOrDefault(one => one.Root == first && text.Contains(one.Needs, StringComparison.Ordinal));
        return before + text + after;
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_call_what_there_is(string page)
    {
        foreach (var block in Document.Blocks(page).Where(block => block.Language == "bash" && !Typed.Contains(page, StringComparer.Ordinal)))
        {
            foreach (var command in Commands(block.Text))
                IsKnown(command).ShouldBeTrue($"{block.Place}: {command}");
        }
    }

    /// <summary>Lines, those that a quotation mark or a backslash holds together as one.</summary>
    private static IEnumerable<string> Commands(string text)
    {
        var open = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            open += line;
            if (open.Count(one => one == '\'') % 2 == 1)
                continue;
            if (open.EndsWith('\\'))
            {
                open = open[..^1];
                continue;
            }

            yield return open;
            open = "";
        }
    }

    private static bool IsKnown(string command)
    {
        if (Regex.IsMatch(command, "^(export [A-Za-z_]+=|cd |mkdir |cp -r |dotnet new (web|classlib) )", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)))
            return true;
        if (Regex.Match(command, @"^dotnet add package (?<name>\S+)$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) is { Success: true } package)
            return Directory.GetFiles(Path.Combine(Document.Root, "src"), "*.csproj", SearchOption.AllDirectories).Any(file => File.ReadAllText(file).Contains($"<PackageId>{package.Groups["name"].Value}<", StringComparison.Ordinal));
        if (Regex.Match(command, @"^dotnet run .*--project (?<folder>\S+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) is { Success: true } run)
            return Directory.Exists(Path.Combine(Document.Root, run.Groups["folder"].Value));
        if (Regex.Match(command, @"^dotnet tool install (?<name>\S+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) is { Success: true } tool)
            return Tool("*.csproj").Contains($"<PackageId>{tool.Groups["name"].Value}<", StringComparison.Ordinal);
        if (Regex.Match(command, "^(tools/)?declarative( (?<word>[a-z]+))*", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) is { Success: true } ours)
            return ours.Groups["word"].Captures.All(word => Tool("*.cs").Contains($"Command(\"{word.Value}\"", StringComparison.Ordinal) || Tool("*.cs").Contains($"Group(\"{word.Value}\"", StringComparison.Ordinal));
        if (command.StartsWith("printf %s ", StringComparison.Ordinal) && command.Contains("| openssl dgst -sha256 ", StringComparison.Ordinal))
            return true;
        if (!command.StartsWith("curl ", StringComparison.Ordinal))
            return false;
        foreach (Match body in Body().Matches(command))
            JsonDocument.Parse(body.Groups["json"].Value).Dispose();
        var url = Url().Match(command).Groups["path"].Value;
        var verb = Verb().Match(command) is { Success: true } stated ? stated.Groups["verb"].Value : command.Contains(" -d ", StringComparison.Ordinal) ? "POST" : "GET";
        return Routes.Contains((verb, Pattern(url))) || Others.Contains(url);
    }

    private static string Tool(string files) => string.Concat(Directory.GetFiles(Path.Combine(Document.Root, "src/Cli"), files, SearchOption.AllDirectories).Select(File.ReadAllText));

    /// <summary>Paths that are no declared routes: consumers and ingestions, and what a page maps itself.</summary>
    private static readonly string[] Others = ["/webhook/ingestion", "/my/password"];

    /// <summary>The routes of the runtime and of the samples, with <c>*</c> for what differs from call to call.</summary>
    private static readonly HashSet<(string, string)> Routes =
        [.. from file in Directory.GetFiles(Path.Combine(Document.Root, "src/Runtime/etc"), "webapi.xml", SearchOption.AllDirectories).Concat(Directory.GetFiles(Path.Combine(Document.Root, "samples"), "webapi.xml", SearchOption.AllDirectories))
            where !file.Contains("/bin/", StringComparison.Ordinal)
            from route in XDocument.Load(file).Root!.Elements("route")
            select (route.Attribute("method")!.Value, Pattern(Regex.Replace(route.Attribute("url")!.Value, ":[A-Za-z_]+", "7", RegexOptions.None, TimeSpan.FromSeconds(1))[3..]))];

    /// <summary>A segment that has a digit in it, or a dot, is a value.</summary>
    private static string Pattern(string path) => string.Join('/', path.Split('/').Select(segment => segment.Any(char.IsDigit) || segment.Contains('.', StringComparison.Ordinal) ? "*" : segment));

    private static string Line(Diagnostic diagnostic) => $"{diagnostic.Location.GetLineSpan().Path}({diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1}): {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}";

    [GeneratedRegex(@"(?:\$SHOP|https?://[^/\s]+(?:/rest/V1)?)(?<path>/[^\s?""']*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Url();

    [GeneratedRegex(@" -X (?<verb>[A-Z]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Verb();

    [GeneratedRegex(@" -d '(?<json>[^']*)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Body();
}
