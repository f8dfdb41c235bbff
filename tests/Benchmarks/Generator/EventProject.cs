using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Benchmarks.Generator;

/// <summary>
/// The project that is measured, made of strings: events in 100 XML files, 250 services with four methods each, and 500
/// further source files. Events that stand side by side name the same service, as in real files.
/// </summary>
internal sealed class EventProject
{
    public const int Files = 100;
    public const int Services = 250;
    public const int MethodsPerService = 4;
    public const int OtherSources = 500;
    public const string EditedSource = "/src/shop/Pages/Page250.cs";
    public const string EditedService = "/src/shop/Services/IService125Repository.cs";

    private static readonly CSharpParseOptions Parse = new(LanguageVersion.CSharp12);

    private static readonly ImmutableArray<MetadataReference> References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => path.Contains("Microsoft.NETCore.App", StringComparison.Ordinal) || path.Contains("Microsoft.AspNetCore.App", StringComparison.Ordinal) || Path.GetFileName(path) == "Declarative.Runtime.dll")
            .Select(path => MetadataReference.CreateFromFile(path))];

    private readonly List<(string Path, SourceText Text)> _sources = [];

    public EventProject(int events)
    {
        Events = [.. Enumerable.Range(0, events).Select(number => Declare(number, events))];
        Texts = [.. Events.Chunk(events / Files).Select((chunk, file) => new MemoryText($"/src/shop/etc/area{file}/async_events.xml", Xml(chunk))), new MemoryText("/src/shop/etc/acl.xml", Acl())];
        for (var service = 0; service < Services; service++)
            Add($"/src/shop/Services/IService{service}Repository.cs", ServiceSource(service));
        for (var page = 0; page < OtherSources; page++)
            Add($"/src/shop/Pages/Page{page}.cs", PageSource(page));
    }

    public ImmutableArray<DeclaredEvent> Events { get; }

    public ImmutableArray<AdditionalText> Texts { get; }

    public static CSharpParseOptions ParseOptions => Parse;

    /// <summary>A compilation of newly parsed trees: nothing that was cached by tree or compilation can help.</summary>
    public CSharpCompilation Compile() =>
        CSharpCompilation.Create("Shop.Sales", _sources.Select(source => CSharpSyntaxTree.ParseText(source.Text, Parse, source.Path)), References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    private void Add(string path, string text) => _sources.Add((path, SourceText.From(text, Encoding.UTF8)));

    private static DeclaredEvent Declare(int number, int events)
    {
        var service = (int)((long)number * Services / events);
        return new DeclaredEvent($"sales.service{service}.changed{number}", $"Shop.Sales.Services.IService{service}Repository", $"Get{number % MethodsPerService}", $"Shop_Sales::service{service}");
    }

    /// <summary>The permissions that the events name.</summary>
    private static string Acl() =>
        "<config><acl><resources><resource id=\"Magento_Backend::admin\">\n"
        + string.Concat(Enumerable.Range(0, Services).Select(service => $"    <resource id=\"Shop_Sales::service{service}\" title=\"Service {service}\"/>\n"))
        + "</resource></resources></acl></config>\n";

    private static string Xml(IEnumerable<DeclaredEvent> events)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\"?>\n<config>\n");
        foreach (var one in events)
        {
            xml.Append(
                $"""
                    <async_event name="{one.Name}">
                        <service class="{one.Service}" method="{one.Method}"/>
                        <resources>
                            <resource>{one.Resource}</resource>
                        </resources>
                    </async_event>

                """);
        }

        return xml.Append("</config>\n").ToString();
    }

    private static string ServiceSource(int number) =>
        $$"""
        using System.Threading;
        using System.Threading.Tasks;

        namespace Shop.Sales.Services;

        /// <summary>What the shop knows of service {{number}}.</summary>
        public sealed record Entity{{number}}(int Id, string Number, decimal Total);

        /// <summary>Reads entities.</summary>
        public interface IService{{number}}Repository
        {
            /// <summary>By id.</summary>
            Entity{{number}} Get0(int id);

            /// <summary>By number.</summary>
            Entity{{number}}? Get1(string number, bool includeItems = false);

            /// <summary>By id, later.</summary>
            Task<Entity{{number}}> Get2(int id, CancellationToken cancellationToken = default);

            /// <summary>By id and store.</summary>
            ValueTask<Entity{{number}}?> Get3(long id, int storeId);
        }
        """;

    private static string PageSource(int number)
    {
        var page = new StringBuilder(
            $$"""
            using System;
            using System.Collections.Generic;
            using System.Linq;

            namespace Shop.Sales.Pages;

            public sealed class Page{{number}}
            {
                private readonly Dictionary<string, int> _counts = new();

            """);
        for (var method = 0; method < 12; method++)
        {
            page.Append(
                $$"""

                    public int Count{{method}}(IEnumerable<string> names, int start)
                    {
                        var sum = start + {{method}};
                        foreach (var name in names.Where(one => one.Length > {{method}}))
                        {
                            if (_counts.TryGetValue(name, out var count))
                                sum += count;
                            else
                                _counts[name] = sum;
                        }

                        return sum;
                    }

                """);
        }

        return page.Append("}\n").ToString();
    }
}

/// <summary>One event as the XML states it.</summary>
internal sealed record DeclaredEvent(string Name, string Service, string Method, string Resource);

/// <summary>An XML file in memory.</summary>
internal sealed class MemoryText(string path, SourceText text) : AdditionalText
{
    public MemoryText(string path, string text)
        : this(path, SourceText.From(text, Encoding.UTF8))
    {
    }

    public override string Path { get; } = path;

    public override SourceText GetText(CancellationToken cancellationToken = default) => text;
}
