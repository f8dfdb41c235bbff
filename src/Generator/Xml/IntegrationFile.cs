using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Merging;

namespace Declarative.Generator.Xml;

/// <summary>
/// The three files that declare integrations: <c>etc/integration/config.xml</c> says who they are, <c>etc/integration/api.xml</c>
/// what they may do, and <c>integration.xml</c> both. The order of elements is free.
/// </summary>
internal static class IntegrationFile
{
    private static readonly ValuePattern Name = new("an integration's name", "write 2 to 255 characters", @"[^\p{Cc}]{2,255}");

    // Wider than what an acl.xml may declare, as in the originals; an id that can't be declared is reported as unknown.
    private static readonly ValuePattern ResourceId = new("a resource id", AclFile.ResourceId.Form, @"[^\s]+_[^\s]+::[^\s]+");

    private static readonly AttributeRule NameRule = new("name", Pattern: Name);

    private static readonly ElementRule Email = new("email");

    private static readonly ElementRule EndpointUrl = new("endpoint_url");

    private static readonly ElementRule IdentityLinkUrl = new("identity_link_url");

    private static readonly ElementRule Resource = new("resource") { Attributes = [new AttributeRule("name", Pattern: ResourceId)] };

    /// <summary>The root of a <c>config.xml</c>.</summary>
    public static readonly ElementRule Config = new("integrations")
    {
        RefusesUnknown = true,
        Children = [new ElementRule("integration") { HoldsUnfinished = true, Attributes = [NameRule], Children = [Email, EndpointUrl, IdentityLinkUrl] }],
    };

    /// <summary>The root of an <c>api.xml</c>.</summary>
    public static readonly ElementRule Api = new("integrations")
    {
        RefusesUnknown = true,
        Children =
        [
            new ElementRule("integration")
            {
                HoldsUnfinished = true,
                Attributes = [NameRule],
                AllOf = ["resources"],
                Children = [new ElementRule("resources") { HoldsUnfinished = true, AllOf = ["resource"], Children = [Resource] }],
            },
        ],
    };

    /// <summary>The root of an <c>integration.xml</c>.</summary>
    public static readonly ElementRule Consolidated = new("config")
    {
        RefusesUnknown = true,
        Children =
        [
            new ElementRule("integration")
            {
                HoldsUnfinished = true,
                Attributes = [NameRule],
                Children = [Email, EndpointUrl, IdentityLinkUrl, new ElementRule("resources") { HoldsUnfinished = true, Children = [Resource] }],
            },
        ],
    };

    public static FileGrammar Grammar(ElementRule root) => new(root, (node, diagnostics) => Read(node, root, diagnostics));

    private static FileContent Read(XmlNode root, ElementRule rule, List<DiagnosticInfo> diagnostics)
    {
        // What doesn't belong into a file of this form says nothing, be it sound or not.
        var known = rule.Children[0].Children;
        var integrations = new List<IntegrationDeclaration>();
        var stated = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var element in root.Elements("integration"))
        {
            if (element.Attribute("name") is not { } name)
                continue;
            element.Children.RemoveAll(child => !known.Any(one => one.Name == child.Name));
            var isNameValid = Name.Matches(name.Value);
            if (isNameValid && !stated.Add(name.Positioned.Value))
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, name.ValuePosition, $"The integration '{name.Positioned.Value}'", "sum of both"));
            integrations.Add(new IntegrationDeclaration(name.Positioned, isNameValid, rule == Consolidated)
            {
                Email = Value(element, name.Positioned.Value, Email.Name, "an e-mail address", IntegrationValue.EmailFault, diagnostics),
                StatesEmail = element.Elements(Email.Name).Any(),
                EndpointUrl = Url(element, name.Positioned.Value, EndpointUrl.Name, "an endpoint URL", diagnostics),
                IdentityLinkUrl = Url(element, name.Positioned.Value, IdentityLinkUrl.Name, "an identity link URL", diagnostics),
                Resources = Resources(element, diagnostics).ToEquatableArray(),
            });
        }

        return new FileContent { Integrations = integrations.ToEquatableArray() };
    }

    private static string? Url(XmlNode integration, string name, string element, string noun, List<DiagnosticInfo> diagnostics)
    {
        var url = Value(integration, name, element, noun, IntegrationValue.UrlFault, diagnostics);
        if (url is not null && IntegrationValue.IsReadable(url))
        {
            var node = integration.Elements(element).First();
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.ReadableUrl, node.TextPosition ?? node.Position, url, element));
        }

        return url;
    }

    /// <summary>The text of a child; null if it is not there, or empty, or can't be what it is for, which is reported.</summary>
    private static string? Value(XmlNode integration, string name, string element, string noun, Func<string, string?> fault, List<DiagnosticInfo> diagnostics)
    {
        var nodes = integration.Elements(element).ToList();
        foreach (var repeated in nodes.Skip(1))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, repeated.Position, $"<{element}>", "first"));
        if (nodes.FirstOrDefault() is not { Children.Count: 0 } node)
            return null;
        if (node.Text.Length == 0)
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.EmptyValue, node.Position, element, name));
        else if (fault(node.Text) is { } mend)
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.MalformedValue, node.TextPosition ?? node.Position, node.Text, noun, mend));
        else
            return node.Text;
        return null;
    }

    private static List<Positioned> Resources(XmlNode integration, List<DiagnosticInfo> diagnostics)
    {
        var resources = new List<Positioned>();
        var stated = new HashSet<string>(StringComparer.Ordinal);
        foreach (var repeated in integration.Elements("resources").Skip(1))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, repeated.Position, "<resources>", "sum of both"));
        foreach (var name in integration.Elements("resources").SelectMany(list => list.Elements("resource")).Select(resource => resource.Attribute("name")))
        {
            if (name is null || !ResourceId.Matches(name.Value))
                continue;
            if (stated.Add(AclTree.Canonical(name.Positioned.Value)))
                resources.Add(name.Positioned);
            else
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, name.ValuePosition, $"The resource '{name.Positioned.Value}'", "first"));
        }

        return resources;
    }
}
