using System;
using System.Collections.Generic;

namespace Declarative.Generator.Xml;

/// <summary>
/// Where a text's lines begin as XML counts them: behind <c>\n</c>, <c>\r\n</c> and <c>\r</c>. Roslyn's lines also end at U+0085, U+2028 and U+2029, so that a place which
/// an XML reader names by line and column isn't found by them.
/// </summary>
internal sealed class XmlLines
{
    private readonly List<int> _starts = [0];
    private readonly int _length;

    public XmlLines(string text)
    {
        _length = text.Length;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
                _starts.Add(i + 1);
        }
    }

    /// <summary>The place of a line and a column, both counted from 1; the start where there is no such line.</summary>
    public int Offset(int line, int column) =>
        line < 1 || line > _starts.Count ? 0 : Math.Min(_starts[line - 1] + Math.Max(column - 1, 0), _length);
}
