using System.Linq;
using Declarative.Generator.Diagnostics;

namespace Declarative.Generator.Declarations;

/// <summary>
/// All that one XML file declares, or the attributes of one kind on one thing, with positions, and what is wrong with its text. Compares by reference: the pipeline
/// keeps the object until the file changes, and what was bound from it is remembered by it.
/// </summary>
internal sealed class FileDeclarations(string logicalPath, FileKind kind, FileContent content, EquatableArray<DiagnosticInfo> diagnostics)
{
    public string LogicalPath { get; } = logicalPath;

    public FileKind Kind { get; } = kind;

    public FileContent Content { get; } = content;

    public EquatableArray<DiagnosticInfo> Diagnostics { get; } = diagnostics;

    /// <summary>Whether its text is wrong, so that it may have been meant to declare more.</summary>
    public bool HasErrors => Diagnostics.Any(static one => one.IsError);

    /// <summary>Whether attributes stand here for a file; then the path is what they stand on.</summary>
    public bool IsOfAttributes { get; init; }
}
