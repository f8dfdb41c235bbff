using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Declarative.Generator;
using Declarative.Modules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Cli.Verifying;

/// <summary>The declarations of one module as files, looked at by the generator itself with no C# beside them.</summary>
/// <param name="Folder">The module's folder, which has an <c>etc</c>.</param>
/// <param name="Files">The files.</param>
internal sealed record XmlModule(string Folder, IReadOnlyList<XmlModule.DeclarationText> Files)
{
    /// <summary>What the generator says where it finds no class, handler or interface: there are none here.</summary>
    private static readonly string[] AboutCode = ["DCL0013", "DCL0043", "DCL0052"];

    /// <summary>Folders are called as the file system says; files' names in any case, as MSBuild's patterns have it.</summary>
    private static readonly StringComparison Folders = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>The modules below a folder; build outputs are no sources.</summary>
    public static IReadOnlyList<XmlModule> FindAll(DirectoryInfo folder) =>
    [
        .. folder.EnumerateFiles("*.xml", new EnumerationOptions { RecurseSubdirectories = true, MatchCasing = MatchCasing.CaseInsensitive, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None })
            .Select(file => DeclarationText.Of(file.FullName, folder))
            .OfType<DeclarationText>()
            .GroupBy(static text => text.Module, StringComparer.Ordinal)
            .OrderBy(static module => module.Key, StringComparer.Ordinal)
            .Select(static module => new XmlModule(module.Key, [.. module.OrderBy(static text => text.Path, StringComparer.Ordinal)])),
    ];

    /// <summary>What is wrong in it, file by file.</summary>
    public IEnumerable<Diagnostic> Check(CancellationToken cancellationToken)
    {
        var compilation = CSharpCompilation.Create(
            "Module",
            references: [MetadataReference.CreateFromFile(typeof(object).Assembly.Location), MetadataReference.CreateFromFile(typeof(ModuleManifest).Assembly.Location)],
            options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        return CSharpGeneratorDriver.Create([new DeclarativeGenerator().AsSourceGenerator()], Files, optionsProvider: new Kinds(Folder))
            .RunGenerators(compilation, cancellationToken).GetRunResult().Diagnostics
            .Where(one => !AboutCode.Contains(one.Id) && !IsDeclaredElsewhere(one))
            .OrderBy(static one => one.Location.GetLineSpan().Path, StringComparer.Ordinal)
            .ThenBy(static one => one.Location.SourceSpan.Start);
    }

    /// <summary>A module without an <c>acl.xml</c> has its permissions from attributes or from other modules, which are not looked at; what is no id at all is wrong anywhere.</summary>
    private bool IsDeclaredElsewhere(Diagnostic one) =>
        one.Id == "DCL0026" && Files.All(static file => file.Kind != "acl") && one.GetMessage(CultureInfo.InvariantCulture).Contains("declared by no module known here", StringComparison.Ordinal);

    /// <summary>A file of declarations, by its name as the build tells them.</summary>
    internal sealed class DeclarationText(string path, string module, string kind) : AdditionalText
    {
        public override string Path => path;

        public string Module => module;

        public string Kind => kind;

        /// <summary>What lies above the folder says nothing, unless it is an <c>etc</c> itself.</summary>
        public static DeclarationText? Of(string path, DirectoryInfo folder)
        {
            var parts = Parts(path);
            var below = Parts(folder.FullName.TrimEnd(System.IO.Path.DirectorySeparatorChar)).Length;
            var etc = Array.FindLastIndex(parts, static part => part.Equals("etc", Folders));
            if (etc < below - 1 || parts[below..].Any(static part => part is "bin" or "obj"))
                return null;
            var module = string.Join('/', parts[..etc]);
            string? kind = (parts[(etc + 1)..^1], parts[^1].ToLowerInvariant()) switch
            {
                ([], "module.xml") => "module",
                ([var integration], "config.xml") when integration.Equals("integration", Folders) => "integration_config",
                ([var integration], "api.xml") when integration.Equals("integration", Folders) => "integration_api",
                (_, "acl.xml") => "acl",
                (_, "async_events.xml") => "async_events",
                (_, "webapi.xml") => "webapi",
                (_, "io_events.xml") => "io_events",
                (_, "integration.xml") => "integration",
                (_, "event_consumers.xml") => "event_consumers",
                _ => null,
            };
            return kind is null ? null : new DeclarationText(path, module, kind);
        }

        /// <summary>Null, which the generator reports, where the file can't be read.</summary>
        public override SourceText? GetText(CancellationToken cancellationToken = default)
        {
            try
            {
                using var stream = File.OpenRead(path);
                return SourceText.From(stream, Encoding.UTF8);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        private static string[] Parts(string path) => path.Replace('\\', '/').Split('/');
    }

    private sealed class Kinds(string folder) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values("build_property.projectdir", folder);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => Values.None;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) =>
            new Values("build_metadata.AdditionalFiles.DeclarativeKind", ((DeclarationText)textFile).Kind);
    }

    private sealed class Values(string name, string value) : AnalyzerConfigOptions
    {
        public static readonly Values None = new("", "");

        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? found)
        {
            found = key == name ? value : null;
            return found is not null;
        }
    }
}
