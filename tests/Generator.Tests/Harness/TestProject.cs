using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Tests.Harness;

/// <summary>A user's project in memory: XML files and C# in, generated code and diagnostics out.</summary>
internal sealed class TestProject
{
    private static readonly ImmutableArray<MetadataReference> Framework =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("Declarative.Generator", StringComparison.Ordinal) && !Path.GetFileName(path).StartsWith("xunit", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path))];

    private static readonly ImmutableArray<MetadataReference> Core = Framework.RemoveAll(reference => NameOf(reference).StartsWith("Declarative.", StringComparison.Ordinal) && NameOf(reference) != RuntimeFile);

    private const string RuntimeFile = "Declarative.Runtime.dll";

    private readonly List<(string Path, string Text)> _files = [];
    private readonly List<(string Path, string Text)> _sources = [];
    private readonly List<MetadataReference> _references = [];
    private readonly Dictionary<string, string> _properties = new(StringComparer.Ordinal) { ["implicitusings"] = "enable" };

    public string AssemblyName { get; init; } = "Shop.Sales";

    /// <summary>The folder the project lies in; output must not depend on it.</summary>
    public string Directory { get; init; } = "/src/shop/";

    /// <summary>Whether the project references the real runtime.</summary>
    public bool HasRuntime { get; init; } = true;

    /// <summary>Whether it references all packages besides: stores, brokers, pages.</summary>
    public bool HasPackages { get; init; }

    public OutputKind OutputKind { get; init; } = OutputKind.DynamicallyLinkedLibrary;

    public TestProject Xml(string path, string text)
    {
        _files.Add((path, text));
        return this;
    }

    /// <summary>The file that most tests are about.</summary>
    public TestProject Events(string body) => Xml("etc/async_events.xml", $"<config>\n{body}\n</config>");

    /// <summary>The project's permissions: what stands in <c>resources</c>.</summary>
    public TestProject Acl(string body) => Xml("etc/acl.xml", $"<config><acl><resources>\n{body}\n</resources></acl></config>");

    /// <summary>The project's routes: what stands in <c>routes</c>.</summary>
    public TestProject Routes(string body) => Xml("etc/webapi.xml", $"<routes>\n{body}\n</routes>");

    /// <summary>The project's subscriptions: what stands in <c>config</c>.</summary>
    public TestProject Subscriptions(string body) => Xml("etc/io_events.xml", $"<config>\n{body}\n</config>");

    /// <summary>Who the project's integrations are: what stands in <c>integrations</c> of a <c>config.xml</c>.</summary>
    public TestProject Integrations(string body) => Xml("etc/integration/config.xml", $"<integrations>\n{body}\n</integrations>");

    /// <summary>What the project's integrations may do: what stands in <c>integrations</c> of an <c>api.xml</c>.</summary>
    public TestProject IntegrationApi(string body) => Xml("etc/integration/api.xml", $"<integrations>\n{body}\n</integrations>");

    /// <summary>The project's integrations in the other form: what stands in <c>config</c> of an <c>integration.xml</c>.</summary>
    public TestProject Consolidated(string body) => Xml("etc/integration.xml", $"<config>\n{body}\n</config>");

    /// <summary>What the project consumes: what stands in <c>config</c> of an <c>event_consumers.xml</c>.</summary>
    public TestProject Consumers(string body) => Xml("etc/event_consumers.xml", $"<config>\n{body}\n</config>");

    public TestProject Source(string text, string? path = null)
    {
        _sources.Add((path ?? $"Source{_sources.Count}.cs", text));
        return this;
    }

    public TestProject Property(string name, string value)
    {
        _properties[name] = value;
        return this;
    }

    /// <summary>References what another project generates and compiles to, as a package would be.</summary>
    public TestProject References(GeneratorRun other)
    {
        using var image = new MemoryStream();
        var emitted = other.Compilation.Emit(image);
        emitted.Success.ShouldBeTrue(string.Join('\n', emitted.Diagnostics));
        _references.Add(MetadataReference.CreateFromImage(image.ToArray()));
        return this;
    }

    public TestProject Reversed()
    {
        _files.Reverse();
        return this;
    }

    /// <param name="tracksSteps">Whether to remember why each stage ran; of a thousand outputs that takes minutes.</param>
    public GeneratorRun Run(bool tracksSteps = true) => GeneratorRun.Start(Compilation(), Texts(), Options(), tracksSteps);

    public CSharpCompilation Compilation()
    {
        var parse = new CSharpParseOptions(LanguageVersion.CSharp12);
        const string Usings = "global using System; global using System.Collections.Generic; global using System.Threading; global using System.Threading.Tasks;";
        var trees = _sources.Prepend(("Usings.cs", Usings)).Select(source => CSharpSyntaxTree.ParseText(source.Item2, parse, Directory + source.Item1));
        var framework = HasPackages ? Framework : HasRuntime ? Core : Core.RemoveAll(reference => NameOf(reference) == RuntimeFile);
        return CSharpCompilation.Create(AssemblyName, trees, framework.AddRange(_references),
            new CSharpCompilationOptions(OutputKind, nullableContextOptions: NullableContextOptions.Enable, generalDiagnosticOption: ReportDiagnostic.Default));
    }

    private static string NameOf(MetadataReference reference) => Path.GetFileName(reference.Display)!;

    public ImmutableArray<AdditionalText> Texts() => [.. _files.Select(file => new TestText(Directory + file.Path, file.Text))];

    public AnalyzerConfigOptionsProvider Options() => new TestOptions(new Dictionary<string, string>(_properties, StringComparer.Ordinal)
    {
        ["projectdir"] = Directory,
        ["rootnamespace"] = _properties.GetValueOrDefault("rootnamespace", AssemblyName),
    });
}

/// <summary>An additional file in memory.</summary>
internal sealed class TestText(string path, string? text) : AdditionalText
{
    public override string Path { get; } = path;

    public override SourceText? GetText(CancellationToken cancellationToken = default) => text is null ? null : SourceText.From(text, System.Text.Encoding.UTF8);
}

/// <summary>What MSBuild hands over: properties of the project, and each file's kind as the build props tell it by name.</summary>
internal sealed class TestOptions(Dictionary<string, string> properties) : AnalyzerConfigOptionsProvider
{
    public override AnalyzerConfigOptions GlobalOptions { get; } =
        new Values(properties.ToDictionary(pair => "build_property." + pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase));

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new Values([]);

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile)
    {
        var kind = System.IO.Path.GetFileName(textFile.Path) switch
        {
            "module.xml" => "module",
            "async_events.xml" => "async_events",
            "acl.xml" => "acl",
            "webapi.xml" => "webapi",
            "io_events.xml" => "io_events",
            "config.xml" when IsIn("etc/integration") => "integration_config",
            "api.xml" when IsIn("etc/integration") => "integration_api",
            "integration.xml" => "integration",
            "event_consumers.xml" => "event_consumers",
            var name when name.EndsWith(".async_events.xml", StringComparison.Ordinal) => "async_events",
            _ => null,
        };
        bool IsIn(string folder) => System.IO.Path.GetDirectoryName(textFile.Path)!.EndsWith(folder, StringComparison.Ordinal);
        return new Values(kind is null ? [] : new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["build_metadata.AdditionalFiles.DeclarativeKind"] = kind });
    }

    private sealed class Values(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, out string value) => values.TryGetValue(key, out value!);
    }
}
