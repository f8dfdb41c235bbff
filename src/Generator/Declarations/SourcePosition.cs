using System.Globalization;
using System.Linq;
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

    /// <summary>A part of the place; all of it where the part can't be told, since the text runs over several lines or is written with entities.</summary>
    /// <param name="start">Where the part starts in the value.</param>
    /// <param name="length">The part's length.</param>
    /// <param name="valueLength">The value's length.</param>
    public SourcePosition Part(int start, int length, int valueLength)
    {
        if (Lines.Start.Line != Lines.End.Line || Span.Length != valueLength)
            return this;
        var first = Lines.Start.Character + start;
        return new SourcePosition(Path, new TextSpan(Span.Start + start, length), new LinePositionSpan(new LinePosition(Lines.Start.Line, first), new LinePosition(Lines.Start.Line, first + length)));
    }

    /// <summary>The place as a message names it, as editors do: <c>etc/acl.xml(3,5)</c>.</summary>
    public string In(string path) => string.Format(CultureInfo.InvariantCulture, "{0}({1},{2})", path, Lines.Start.Line + 1, Lines.Start.Character + 1);

    /// <summary>The place; in C# with the tree, so that a <c>#pragma</c> there is heard.</summary>
    public Location ToLocation(Compilation compilation)
    {
        // No file of ours ends so; looking through the trees of a large project takes time.
        var tree = Path.EndsWith(".xml", System.StringComparison.OrdinalIgnoreCase) ? null : compilation.SyntaxTrees.FirstOrDefault(one => one.FilePath == Path && Span.End <= one.Length);
        return tree is null ? Location.Create(Path, Span, Lines) : Location.Create(tree, Span);
    }
}
