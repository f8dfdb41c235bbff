using System.Linq;
using Declarative.Generator.Declarations;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Diagnostics;

/// <summary>A diagnostic that can travel through the pipeline; made a real one only when it is reported.</summary>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, SourcePosition? Position, EquatableArray<string> Arguments)
{
    public static DiagnosticInfo Create(DiagnosticDescriptor descriptor, SourcePosition? position, params string[] arguments) =>
        new(descriptor, position, new EquatableArray<string>(arguments));

    public bool IsError => Descriptor.DefaultSeverity == DiagnosticSeverity.Error;

    /// <summary>What would mend it.</summary>
    public SuggestedEdit? Edit { get; init; }

    public Diagnostic ToDiagnostic(Compilation compilation) =>
        Diagnostic.Create(Descriptor, Position?.ToLocation(compilation), Edit is null ? null : SuggestedEdit.ToProperties([Edit]), Arguments.ToArray<object>());
}
