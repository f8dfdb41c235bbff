using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.CodeFixes;

/// <summary>Where an element lies in a text, so that children can be added to it and the rest stays as its author wrote it.</summary>
internal sealed class ElementPlace
{
    private readonly string _text;
    private readonly string _name;
    private readonly int _start;

    /// <summary>Behind the start tag, or behind all of an element without an end tag.</summary>
    private readonly int _startTagEnd;

    private int _end;
    private (int Start, int End)? _lastChild;
    private int? _firstChild;

    private ElementPlace(string text, string name, int start)
    {
        (_text, _name, _start) = (text, name, start);
        _startTagEnd = _end = TagEnd(start);
    }

    private bool IsEmpty => _text[_startTagEnd - 2] == '/';

    /// <summary>The innermost element of the name around the place; null if there is none, or the file is no XML.</summary>
    public static ElementPlace? Find(string text, string name, int place)
    {
        var open = new Stack<ElementPlace>();
        ElementPlace? found = null;
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        var lines = (IXmlLineInfo)reader;
        var starts = new XmlLines(text);
        try
        {
            while (reader.Read())
            {
                var at = starts.Offset(lines.LineNumber, lines.LinePosition);
                if (reader.NodeType == XmlNodeType.Element)
                {
                    var element = new ElementPlace(text, reader.Name, at - 1);
                    if (open.Count > 0)
                        open.Peek()._firstChild ??= element._start;
                    if (!reader.IsEmptyElement)
                        open.Push(element);
                    else
                        Close(element);
                }
                else if (reader.NodeType == XmlNodeType.EndElement)
                {
                    var element = open.Pop();
                    element._end = element.TagEnd(at);
                    Close(element);
                }
            }
        }
        catch (XmlException)
        {
            // Whoever is typing will have finished soon, and a build says what is wrong.
            return null;
        }

        return found;

        void Close(ElementPlace element)
        {
            if (open.Count > 0)
                open.Peek()._lastChild = (element._start, element._end);

            // Inner ones end first.
            if (found is null && element._name == name && element._start <= place && place < element._end)
                found = element;
        }
    }

    /// <summary>Adds children, each on a line as those that are there, or indented as the file is.</summary>
    public TextChange Add(IReadOnlyList<string> children, bool isFirst)
    {
        var line = _text.Contains("\r\n") ? "\r\n" : "\n";
        if (_lastChild is { } last && _firstChild is { } first)
        {
            var separator = Indentation(first) is { } own ? line + own : "";
            return isFirst
                ? new TextChange(new TextSpan(_startTagEnd, 0), string.Concat(children.Select(child => separator + child)))
                : new TextChange(new TextSpan(last.End, 0), string.Concat(children.Select(child => separator + child)));
        }

        var outer = Indentation(_start) ?? "";
        var unit = outer.StartsWith("\t", StringComparison.Ordinal) ? "\t" : outer.Length is 2 ? "  " : "    ";
        var text = string.Concat(children.Select(child => line + outer + unit + child)) + line + outer;
        return IsEmpty
            ? new TextChange(TextSpan.FromBounds(_text.AsSpan(0, _startTagEnd - 2).TrimEnd().Length, _startTagEnd), $">{text}</{_name}>")
            : new TextChange(TextSpan.FromBounds(_startTagEnd, _startTagEnd + _text.AsSpan(_startTagEnd).IndexOf("</".AsSpan())), text);
    }

    /// <summary>What stands before the place on its line; null if that is not only space.</summary>
    private string? Indentation(int place)
    {
        var start = _text.LastIndexOf('\n', Math.Max(place - 1, 0)) + 1;
        var before = _text.Substring(start, place - start);
        return string.IsNullOrWhiteSpace(before) ? before : null;
    }

    /// <summary>Behind the <c>&gt;</c> of the tag, of which there may be others in its attributes.</summary>
    private int TagEnd(int start)
    {
        var quote = '\0';
        for (var i = start; ; i++)
        {
            var character = _text[i];
            if (quote != '\0')
                quote = character == quote ? '\0' : quote;
            else if (character is '"' or '\'')
                quote = character;
            else if (character == '>')
                return i + 1;
        }
    }
}
