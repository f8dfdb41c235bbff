using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Benchmarks.Generator;

/// <summary>What MSBuild hands to the generator for the measured project.</summary>
internal sealed class EventProjectOptions : AnalyzerConfigOptionsProvider
{
    private static readonly Values None = new([]);

    private static readonly Values Events = Of("async_events");

    private static readonly Values Acl = Of("acl");

    public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(new(StringComparer.OrdinalIgnoreCase)
    {
        ["build_property.projectdir"] = "/src/shop/",
        ["build_property.rootnamespace"] = "Shop.Sales",
        ["build_property.implicitusings"] = "enable",
    });

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => None;

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => textFile.Path.EndsWith("/acl.xml", StringComparison.Ordinal) ? Acl : Events;

    private static Values Of(string kind) => new(new(StringComparer.OrdinalIgnoreCase) { ["build_metadata.AdditionalFiles.DeclarativeKind"] = kind });

    private sealed class Values(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, out string value) => values.TryGetValue(key, out value!);
    }
}
