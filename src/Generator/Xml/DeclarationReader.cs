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
        ModuleDeclaration? module = null;
        var events = EquatableArray<AsyncEventDeclaration>.Empty;
        if (file.Text.GetText(cancellationToken) is not { } text)
        {
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.UnreadableFile, new SourcePosition(file.Text.Path, default, default), file.LogicalPath));
        }
        else if (XmlTree.Read(file.Text.Path, text, diagnostics, cancellationToken) is { } root)
        {
            var rule = file.Kind == FileKind.Module ? ModuleFile.Root : AsyncEventsFile.Root;
            if (root.Name != rule.Name)
            {
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.WrongRoot, root.Position, root.Name, file.LogicalPath, rule.Name));
            }
            else
            {
                rule.Check(root, diagnostics);
                if (file.Kind == FileKind.Module)
                    module = ModuleFile.Read(root, diagnostics);
                else
                    events = AsyncEventsFile.Read(root, diagnostics);
            }
        }

        return new FileDeclarations(file.LogicalPath, file.Kind, module, events, diagnostics.ToEquatableArray());
    }
}
