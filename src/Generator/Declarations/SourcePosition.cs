using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Declarations;

/// <summary>A place in a file, without any Roslyn object that would keep a compilation alive.</summary>
internal sealed record SourcePosition(string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static SourcePosition Of(string path, SourceText text, TextSpan span)
    {
        var end = System.Math.Min(span.End, text.Length);
        var inText = TextSpan.FromBounds(System.Math.Min(span.Start, end), end);
        return new SourcePosition(path, inText, text.Lines.GetLinePositionSpan(inText));
    }

    public static SourcePosition? Of(Location? location) =>
        location?.SourceTree is { } tree ? new SourcePosition(tree.FilePath, location.SourceSpan, location.GetLineSpan().Span) : null;

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}
