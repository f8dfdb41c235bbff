using System.Collections.Generic;
using System.Threading;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;

namespace Declarative.Generator.Xml;

/// <summary>The first stage: the text of one file to its declarations, each with its place.</summary>
internal static class DeclarationReader
{
    public static FileDeclarations Read(DeclarationFile file, CancellationToken cancellationToken)
    {
        var diagnostics = new List<DiagnosticInfo>();
        var content = Content(file, diagnostics, cancellationToken);
        return new FileDeclarations(file.LogicalPath, file.Kind, content, diagnostics.ToEquatableArray());
    }

    private static FileContent Content(DeclarationFile file, List<DiagnosticInfo> diagnostics, CancellationToken cancellationToken)
    {
        if (file.Text.GetText(cancellationToken) is not { } text)
        {
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.UnreadableFile, new SourcePosition(file.Text.Path, default, default), file.LogicalPath));
            return FileContent.Nothing;
        }

        if (XmlTree.Read(file.Text.Path, text, diagnostics, cancellationToken) is not { } root)
            return FileContent.Nothing;
        var grammar = FileGrammar.Of(file.Kind);
        if (root.Name != grammar.Root.Name)
        {
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.WrongRoot, root.Position, root.Name, file.LogicalPath, grammar.Root.Name));
            return FileContent.Nothing;
        }

        grammar.Root.TakeOutUnfinished(root);
        grammar.Root.Check(root, diagnostics);
        return grammar.Read(root, diagnostics);
    }
}
