using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Tests.Harness;

/// <summary>A text in which <c>[|…|]</c> marks where a diagnostic must stand.</summary>
internal sealed record Marked(string Text, LinePositionSpan Span)
{
    public static Marked Parse(string marked)
    {
        var start = marked.IndexOf("[|", StringComparison.Ordinal);
        var end = marked.IndexOf("|]", StringComparison.Ordinal);
        start.ShouldBeGreaterThanOrEqualTo(0, "the text needs [|…|] around the place of the diagnostic");
        var text = marked.Remove(end, 2).Remove(start, 2);
        return new Marked(text, SourceText.From(text).Lines.GetLinePositionSpan(TextSpan.FromBounds(start, end - 2)));
    }

    /// <summary>Asserts that there is exactly one diagnostic, of this id, at the mark.</summary>
    public Diagnostic ShouldBeTheOnly(string id, IEnumerable<Diagnostic> diagnostics)
    {
        var only = diagnostics.ShouldHaveSingleItem();
        only.Id.ShouldBe(id);
        only.Location.GetLineSpan().Span.ShouldBe(Span, $"{only.GetMessage()} stands at {only.Location.GetLineSpan()}");
        return only;
    }
}
