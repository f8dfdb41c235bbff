using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Declarative.Generator.Declarations;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Analyzers;

/// <summary>What the project's XML files declare, for analyzers, which don't see what the generator has read.</summary>
internal static class XmlFiles
{
    private static readonly ConditionalWeakTable<SourceText, FileDeclarations> Known = new();

    /// <summary>The files of these kinds, each read once as long as its text stays.</summary>
    public static IEnumerable<FileDeclarations> Of(AnalyzerOptions options, CancellationToken cancellationToken, params FileKind[] kinds) =>
        from text in options.AdditionalFiles
        let file = DeclarationFile.Of(text, options.AnalyzerConfigOptionsProvider)
        where file is not null && kinds.Contains(file.Kind)
        let content = text.GetText(cancellationToken)
        where content is not null
        select Known.GetValue(content, _ => DeclarationReader.Read(file, cancellationToken));
}
