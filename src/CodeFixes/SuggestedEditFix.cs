using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Declarative.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Declarative.CodeFixes;

/// <summary>Offers the edits that a diagnostic carries. Editors that offer fixes in XML files, too, show those of what stands there.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, DocumentKinds = [nameof(TextDocumentKind.Document), nameof(TextDocumentKind.AdditionalDocument)], Name = "Declarative"), Shared]
public sealed class SuggestedEditFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["DCL0048", "DCL0066", "DCL0068"];

    /// <summary>None: each edit changes the file that the next one has a place in.</summary>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            foreach (var edit in SuggestedEdit.Of(diagnostic))
            {
                // What can't be done is not offered: another file of that name, or XML that isn't finished yet.
                if (context.TextDocument.Project.AdditionalDocuments.FirstOrDefault(one => one.FilePath == edit.Path) is { } file
                    && await ApplyAsync(file, edit, context.CancellationToken).ConfigureAwait(false) is { } solution)
                {
                    context.RegisterCodeFix(CodeAction.Create(edit.Title, _ => Task.FromResult(solution), equivalenceKey: edit.Title), diagnostic);
                }
            }
        }
    }

    /// <summary>The solution with the edit; null where the file has no such place any more.</summary>
    private static async Task<Solution?> ApplyAsync(TextDocument file, SuggestedEdit edit, CancellationToken cancellationToken)
    {
        var text = await file.GetTextAsync(cancellationToken).ConfigureAwait(false);
        if (edit.Place.End > text.Length)
            return null;
        var change = edit.Parent is { } parent
            ? ElementPlace.Find(text.ToString(), parent, edit.Place.Start)?.Add(edit.Text.Split('\n'), edit.IsFirst)
            : new Microsoft.CodeAnalysis.Text.TextChange(edit.Place, edit.Text);
        return change is { } one ? file.Project.Solution.WithAdditionalDocumentText(file.Id, text.WithChanges(one)) : null;
    }
}
