using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Xml;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Xml;

/// <summary>
/// Reads a file's text into nodes with positions. No document type, no entity of one's own, no deep nesting and no endless
/// file gets through, so that nothing in a file can make the compiler hang, crash or read another file.
/// </summary>
internal sealed class XmlTree
{
    /// <summary>Nesting beyond this is refused; real files reach 10.</summary>
    public const int MaxDepth = 32;

    /// <summary>Characters beyond this are refused; real files reach 22 thousand.</summary>
    public const int MaxCharacters = 4 * 1024 * 1024;

    private const string DocumentTypeStart = "<!DOCTYPE";

    private readonly string _path;
    private readonly SourceText _source;
    private readonly string _text;
    private readonly XmlLines _lines;
    private readonly List<DiagnosticInfo> _diagnostics;

    private XmlTree(string path, SourceText source, List<DiagnosticInfo> diagnostics)
    {
        _path = path;
        _source = source;
        _text = source.ToString();
        _lines = new XmlLines(_text);
        _diagnostics = diagnostics;
    }

    /// <summary>The root element with everything before the first error, what that left open marked as such; null if there is none.</summary>
    public static XmlNode? Read(string path, SourceText source, List<DiagnosticInfo> diagnostics, CancellationToken cancellationToken)
    {
        if (source.Length > MaxCharacters)
        {
            var start = SourcePosition.Of(path, source, default);
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.ForbiddenXml, start, $"The file has {source.Length} characters; at most {MaxCharacters} are read. Split it into several files."));
            return null;
        }

        return new XmlTree(path, source, diagnostics).Read(cancellationToken);
    }

    private XmlNode? Read(CancellationToken cancellationToken)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = MaxCharacters,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        var open = new Stack<XmlNode>();
        XmlNode? root = null;

        // A byte order mark left in the text is no XML, but no mistake of the author's either.
        using var reader = XmlReader.Create(new StringReader(_text.TrimStart('\uFEFF')), settings);
        var lines = (IXmlLineInfo)reader;
        try
        {
            while (reader.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                switch (reader.NodeType)
                {
                    case XmlNodeType.Element:
                        var node = new XmlNode(reader.LocalName, At(lines, reader.Name.Length));
                        if (open.Count >= MaxDepth)
                        {
                            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.ForbiddenXml, node.Position, $"Elements are nested more than {MaxDepth} deep; nothing from <{node.Name}> on counts."));
                            return BrokenOff(root, open);
                        }

                        var isEmpty = reader.IsEmptyElement;
                        ReadAttributes(reader, lines, node);
                        if (open.Count > 0)
                            open.Peek().Children.Add(node);
                        root ??= node;
                        if (!isEmpty)
                            open.Push(node);
                        break;
                    case XmlNodeType.Text or XmlNodeType.CDATA when open.Count > 0 && reader.Value.Trim().Length > 0:
                        ReadText(reader.Value, lines, open.Peek());
                        break;
                    case XmlNodeType.EndElement:
                        open.Pop();
                        break;
                }
            }
        }
        catch (XmlException exception)
        {
            Report(exception);
            return BrokenOff(root, open);
        }

        return root;
    }

    private void ReadAttributes(XmlReader reader, IXmlLineInfo lines, XmlNode node)
    {
        while (reader.MoveToNextAttribute())
        {
            // Schema references and namespace declarations are for editors.
            if (reader.Prefix is "xmlns" or "xsi" or "xml" || reader.Name == "xmlns")
                continue;
            var name = At(lines, reader.Name.Length);
            node.Attributes.Add(new XmlAttribute(reader.LocalName, reader.Value, name, ValueAfter(name)));
        }

        reader.MoveToElement();
    }

    private SourcePosition ValueAfter(SourcePosition name)
    {
        var start = name.Span.End;
        while (start < _text.Length && _text[start] is not ('"' or '\''))
            start++;
        if (start >= _text.Length)
            return name;
        var end = _text.IndexOf(_text[start], start + 1);
        return end < 0 ? name : SourcePosition.Of(_path, _source, TextSpan.FromBounds(start + 1, end));
    }

    private void ReadText(string value, IXmlLineInfo lines, XmlNode node)
    {
        node.Text += value.Trim();
        var start = Offset(lines.LineNumber, lines.LinePosition);
        while (start < _text.Length && char.IsWhiteSpace(_text[start]))
            start++;
        node.TextPosition ??= SourcePosition.Of(_path, _source, new TextSpan(start, value.Trim().Length));
    }

    private void Report(XmlException exception)
    {
        var documentType = _text.IndexOf(DocumentTypeStart, StringComparison.Ordinal);
        var place = Offset(exception.LineNumber, exception.LinePosition);
        if (documentType >= 0 && (exception.LineNumber == 0 || place <= documentType + DocumentTypeStart.Length))
        {
            var position = SourcePosition.Of(_path, _source, new TextSpan(documentType, DocumentTypeStart.Length));
            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.ForbiddenXml, position, "A document type is not allowed here, nor are entities of its making; remove the <!DOCTYPE …>."));
            return;
        }

        // The reader's message ends with the place, which the diagnostic says by itself.
        var message = exception.Message;
        var placeText = message.LastIndexOf(" Line ", StringComparison.Ordinal);
        if (placeText > 0)
            message = message.Substring(0, placeText);
        _diagnostics.Add(DiagnosticInfo.Create(Descriptors.MalformedXml, SourcePosition.Of(_path, _source, new TextSpan(place, 1)), message));
    }

    private static XmlNode? BrokenOff(XmlNode? root, Stack<XmlNode> open)
    {
        foreach (var node in open)
            node.IsUnfinished = true;
        return root;
    }

    private SourcePosition At(IXmlLineInfo lines, int length) =>
        SourcePosition.Of(_path, _source, new TextSpan(Offset(lines.LineNumber, lines.LinePosition), length));

    private int Offset(int line, int column)
    {
        var shift = line == 1 && _text.StartsWith("\uFEFF", StringComparison.Ordinal) ? 1 : 0;
        return _lines.Offset(line, Math.Max(column, 1) + shift);
    }
}
