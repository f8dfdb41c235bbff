using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Declarative.Generator.Diagnostics;
using Declarative.Merging;

namespace Declarative.Generator.Xml;

/// <summary>What an element may hold: one table per file kind, which the reader, the messages and the schema agree on.</summary>
internal sealed class ElementRule(string name)
{
    public string Name { get; } = name;

    public IReadOnlyList<AttributeRule> Attributes { get; init; } = [];

    public IReadOnlyList<ElementRule> Children { get; init; } = [];

    /// <summary>Whether the element may hold elements of its own name and kind, as a tree does.</summary>
    public bool IsRecursive { get; init; }

    /// <summary>Whether its start says all there is to say of it, so that it counts even if the file breaks off inside it.</summary>
    public bool HoldsUnfinished { get; init; }

    /// <summary>Whether an element that is not known in it, however deep, is an error; asked of the root.</summary>
    public bool RefusesUnknown { get; init; }

    /// <summary>Whether an attribute that is not known in it, however deep, is an error; asked of the root.</summary>
    public bool RefusesUnknownAttributes { get; init; }

    /// <summary>Names of children of which at least one must be there; none by default.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    /// <summary>What <see cref="OneOf"/> are for, as a message says it: "a &lt;module&gt;".</summary>
    public string OneOfNoun { get; init; } = "";

    /// <summary>Names of children that must all be there.</summary>
    public IReadOnlyList<string> AllOf { get; init; } = [];

    /// <summary>What the element's text must match; null if the element has no text of its own.</summary>
    public ValuePattern? Text { get; init; }

    private IEnumerable<ElementRule> ChildRules => IsRecursive ? Children.Concat([this]) : Children;

    /// <summary>Takes out what the file broke off in the middle of, as far as half an element says nothing reliable.</summary>
    public void TakeOutUnfinished(XmlNode node)
    {
        for (var (rule, open) = (this, node); ;)
        {
            var last = open.Children.LastOrDefault();
            if (last is not { IsUnfinished: true })
                return;
            if (rule.ChildRules.FirstOrDefault(child => child.Name == last.Name) is not { HoldsUnfinished: true } holding)
            {
                open.Children.Remove(last);
                return;
            }

            (rule, open) = (holding, last);
        }
    }

    /// <summary>Reports everything in the node that this rule doesn't know, lacks or can't read.</summary>
    public void Check(XmlNode node, List<DiagnosticInfo> diagnostics) => Check(node, this, diagnostics);

    private void Check(XmlNode node, ElementRule root, List<DiagnosticInfo> diagnostics)
    {
        var unknown = node.Attributes.FindAll(attribute => Attributes.All(rule => rule.Name != attribute.Name));
        foreach (var rule in Attributes)
        {
            if (node.Attribute(rule.Name) is { } attribute)
            {
                if (rule.Pattern is { } pattern && !pattern.Matches(attribute.Value))
                    diagnostics.Add(DiagnosticInfo.Create(Descriptors.MalformedValue, attribute.ValuePosition, attribute.Value, pattern.Noun, pattern.Form));
                continue;
            }

            if (!rule.IsRequired)
                continue;

            // One mistyped name is one mistake, not an unknown attribute and a missing one.
            var meant = NearestName.Find(rule.Name, unknown.Select(attribute => attribute.Name)) is { } near ? unknown.Find(attribute => attribute.Name == near) : null;
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.MissingAttribute, meant?.NamePosition ?? node.Position, Name, rule.Name, meant is null ? "" : $"; did you mean it by '{meant.Name}'?"));
            unknown.Remove(meant!);
        }

        foreach (var attribute in unknown)
            diagnostics.Add(DiagnosticInfo.Create(root.RefusesUnknownAttributes ? Descriptors.UnknownElement : Descriptors.UnknownName, attribute.NamePosition, $"The attribute '{attribute.Name}' of <{Name}>", Suggest(attribute.Name, Attributes.Select(rule => rule.Name))));

        if (Text is { } text && !text.Matches(node.Text))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.MalformedValue, node.TextPosition ?? node.Position, node.Text, text.Noun, text.Form));

        var mistyped = CheckOneOf(node, diagnostics).Concat(CheckAllOf(node, diagnostics)).ToList();
        foreach (var child in node.Children)
        {
            if (mistyped.Contains(child))
                continue;
            if (ChildRules.FirstOrDefault(rule => rule.Name == child.Name) is { } rule)
                rule.Check(child, root, diagnostics);
            else
                diagnostics.Add(DiagnosticInfo.Create(root.RefusesUnknown ? Descriptors.UnknownElement : Descriptors.UnknownName, child.Position, $"The element <{child.Name}> in <{Name}>", Suggest(child.Name, ChildRules.Select(known => known.Name))));
        }
    }

    /// <summary>Reports that none of the needed children is there, and gives the child that was probably meant to be one.</summary>
    private List<XmlNode> CheckOneOf(XmlNode node, List<DiagnosticInfo> diagnostics)
    {
        if (OneOf.Count == 0 || node.IsUnfinished || node.Children.Exists(child => OneOf.Contains(child.Name, StringComparer.Ordinal)))
            return [];
        return ReportMissing(node, OneOf, OneOfNoun, diagnostics);
    }

    private List<XmlNode> CheckAllOf(XmlNode node, List<DiagnosticInfo> diagnostics)
    {
        var mistyped = new List<XmlNode>();
        foreach (var needed in node.IsUnfinished ? [] : AllOf)
        {
            if (!node.Elements(needed).Any())
                mistyped.AddRange(ReportMissing(node, [needed], $"<{needed}>", diagnostics));
        }

        return mistyped;
    }

    private List<XmlNode> ReportMissing(XmlNode node, IReadOnlyList<string> names, string noun, List<DiagnosticInfo> diagnostics)
    {
        var meant = node.Children.Find(child => Children.All(rule => rule.Name != child.Name) && NearestName.Find(child.Name, names) is not null);
        diagnostics.Add(DiagnosticInfo.Create(Descriptors.MissingElement, meant?.Position ?? node.Position, Name, noun, meant is null ? "" : $"; did you mean it by <{meant.Name}>?"));
        return meant is null ? [] : [meant];
    }

    /// <summary>What was most likely meant by the name, or else all that is known, as the end of a message.</summary>
    public static string Suggest(string name, IEnumerable<string> known)
    {
        var names = known.ToList();
        if (NearestName.Find(name, names) is { } nearest)
            return $"did you mean '{nearest}'?";
        return names.Count == 0 ? "nothing may stand here" : $"known here: {string.Join(", ", names)}";
    }
}

/// <summary>An attribute that an element may or must have.</summary>
internal sealed record AttributeRule(string Name, bool IsRequired = true, ValuePattern? Pattern = null);

/// <summary>The form of a value, and how messages speak of it.</summary>
/// <param name="Noun">What the value is, with its article: "an event name".</param>
/// <param name="Form">How it must look.</param>
internal sealed class ValuePattern(string noun, string form, string pattern)
{
    // Longer than any sensible name; a pattern's time grows with the value.
    private const int MaxLength = 1_000;

    private readonly Regex _pattern = new("^(?:" + pattern + @")\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    public string Noun { get; } = noun;

    public string Form { get; } = form;

    public string Pattern { get; } = pattern;

    public bool Matches(string value) => value.Length <= MaxLength && _pattern.IsMatch(value.Trim());
}
