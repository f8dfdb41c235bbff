using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Xml;

/// <summary>
/// The ready declarations that this assembly carries, in the grammar of <c>event_consumers.xml</c>: each consumer in them is a catalogue,
/// whose name a file includes.
/// </summary>
internal static class Catalogue
{
    private const string Folder = "Catalog/";

    /// <summary>What takes a catalogue in.</summary>
    public static readonly ElementRule Include = new("include") { Attributes = [new AttributeRule("catalog")] };

    private static readonly Lazy<Dictionary<string, XmlNode>> All = new(Read);

    public static IEnumerable<string> Names => All.Value.Keys;

    /// <summary>The resources that hold them.</summary>
    public static IEnumerable<string> Files => typeof(Catalogue).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).OrderBy(name => name, StringComparer.Ordinal);

    public static string Text(string file)
    {
        using var reader = new StreamReader(typeof(Catalogue).Assembly.GetManifestResourceStream(file)!);
        return reader.ReadToEnd();
    }

    /// <summary>The catalogue; null if there is none of the name, which is reported.</summary>
    public static XmlNode? Find(Positioned name, List<DiagnosticInfo> diagnostics)
    {
        if (All.Value.TryGetValue(name.Value, out var catalogue))
            return catalogue;
        diagnostics.Add(DiagnosticInfo.Create(Descriptors.UnknownKind, name.Position, "catalogue", name.Value, ElementRule.Suggest(name.Value, Names)));
        return null;
    }

    private static Dictionary<string, XmlNode> Read() =>
        Files.SelectMany(file => XmlTree.Read(file, SourceText.From(Text(file)), [], CancellationToken.None)!.Elements("consumer")).ToDictionary(consumer => consumer.Attribute("name")!.Value, StringComparer.Ordinal);
}
