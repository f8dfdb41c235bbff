using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Merging;

namespace Declarative.Generator.Xml;

/// <summary><c>event_consumers.xml</c>: the events that a module takes in, and what handles them. Ours alone, so nothing unknown is passed over.</summary>
internal static class EventConsumersFile
{
    public const string None = "none", Hmac = "hmac", Bearer = "bearer";

    /// <summary>How senders may prove who they are, each with the attributes that it needs besides.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Signatures = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["x-magento-signature"] = ["secret"],
        ["standard-webhooks"] = ["secret"],
        ["adobe-io"] = ["keys", "client"],
        [None] = [],
    };

    public static readonly ValuePattern Switch = new("a switch", "write true or false", "true|false");

    private static readonly string[] Authentications = [None, Hmac, Bearer];

    private static readonly ValuePattern Name = new("a consumer's name", "use letters, digits, '.', '_' and '-' only, e.g. product-backoffice", "[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    // A segment of dots alone is resolved away before any server sees it.
    private static readonly ValuePattern Path = new(
        "a path",
        "write plain segments with '/' before each, e.g. /consumers/product",
        @"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9_.~+!$&'(),;=@-]+)+/?");

    private static readonly ValuePattern Prefix = new("an application's event prefix", "use letters, digits, '_' and '-' only", "[A-Za-z0-9_-]+");

    private static readonly ValuePattern Header = new("a header's name", "write a name of HTTP, e.g. x-signature", "[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private static readonly AttributeRule Acknowledged = new("acknowledged", IsRequired: false, Switch);

    public static readonly ElementRule Root = new("config")
    {
        RefusesUnknown = true,
        RefusesUnknownAttributes = true,
        Children =
        [
            new ElementRule("consumer")
            {
                HoldsUnfinished = true,
                Attributes =
                [
                    new AttributeRule("name", Pattern: Name),
                    new AttributeRule("path", IsRequired: false, Path),
                    new AttributeRule("signature", IsRequired: false),
                    new AttributeRule("secret", IsRequired: false),
                    new AttributeRule("keys", IsRequired: false),
                    new AttributeRule("client", IsRequired: false),
                    new AttributeRule("prefix", IsRequired: false, Prefix),
                    Acknowledged,
                ],
                Children =
                [
                    new ElementRule(Catalogue.Include.Name) { Attributes = [.. Catalogue.Include.Attributes, new AttributeRule("handlers", IsRequired: false, ConsumedEventElement.HandlerName)] },
                    ConsumedEventElement.Rule,
                ],
            },
            new ElementRule("ingestion")
            {
                Attributes =
                [
                    new AttributeRule("path", Pattern: Path),
                    new AttributeRule("authentication"),
                    new AttributeRule("secret", IsRequired: false),
                    new AttributeRule("header", IsRequired: false, Header),
                    new AttributeRule("resource", IsRequired: false, AclFile.ResourceId),
                    Acknowledged,
                ],
            },
        ],
    };

    public static FileContent Read(XmlNode root, List<DiagnosticInfo> diagnostics) => new()
    {
        Consumers = root.Elements("consumer").Select(element => Consumer(element, diagnostics)).ToEquatableArray(),
        Ingestions = root.Elements("ingestion").Select(element => Ingestion(element, diagnostics)).OfType<IngestionDeclaration>().ToEquatableArray(),
    };

    private static ConsumerDeclaration Consumer(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        var name = element.Attribute("name");
        var signature = Signature(element, diagnostics);
        if (signature?.Value == None && !IsTrue(element.Attribute(Acknowledged.Name)))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.Unsafe, signature.Position, "signature", element.Attribute("path")?.Value ?? name?.Value ?? ""));
        return new ConsumerDeclaration(name?.Positioned ?? new Positioned("", element.Position), name is not null && Name.Matches(name.Value))
        {
            Path = Sound(element.Attribute("path"), Path),
            Signature = signature,
            Secret = Key(element, "secret", "Erp:WebhookSecret", diagnostics),
            Keys = Key(element, "keys", "AdobeIo:PublicKeys", diagnostics),
            Client = Key(element, "client", "AdobeIo:ClientId", diagnostics),
            Prefix = Sound(element.Attribute("prefix"), Prefix),
            Stated = element.Attributes.ConvertAll(attribute => attribute.Name).ToEquatableArray(),
            Events = Events(element, diagnostics).ToEquatableArray(),
        };
    }

    private static List<ConsumedEventDeclaration> Events(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        var events = new List<ConsumedEventDeclaration>();
        foreach (var include in element.Elements(Catalogue.Include.Name))
        {
            if (include.Attribute("catalog") is not { } catalogue)
                continue;
            if (Catalogue.Find(catalogue.Positioned, diagnostics) is not { } consumer)
                continue;

            // Malformed classes were reported; those of the catalogue then stand where they do by default.
            var declaration = new IncludeDeclaration(catalogue.Positioned, Sound(include.Attribute("handlers"), ConsumedEventElement.HandlerName));
            events.AddRange(consumer.At(catalogue.ValuePosition).Elements("event").Select(one => ConsumedEventElement.Read(one, diagnostics)).OfType<ConsumedEventDeclaration>().Select(one => one with { Include = declaration }));
        }

        events.AddRange(element.Elements("event").Select(one => ConsumedEventElement.Read(one, diagnostics)).OfType<ConsumedEventDeclaration>());
        return events;
    }

    private static Positioned? Signature(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        if (element.Attribute("signature") is not { } signature)
            return null;
        if (Signatures.ContainsKey(signature.Positioned.Value))
            return signature.Positioned;
        diagnostics.Add(DiagnosticInfo.Create(Descriptors.UnknownKind, signature.ValuePosition, "signature", signature.Value, ElementRule.Suggest(signature.Value, Signatures.Keys)));
        return null;
    }

    /// <summary>The declaration; null if something of it is not as it must be, since a route that lets in others than was meant is worse than none.</summary>
    private static IngestionDeclaration? Ingestion(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        var path = element.Attribute("path");
        var before = diagnostics.Count;
        var secret = Key(element, "secret", "Erp:IngestionSecret", diagnostics);
        if (path is null || element.Attribute("authentication") is not { } authentication)
            return null;
        var kind = authentication.Positioned.Value;
        var namesClass = kind.IndexOfAny(['.', '\\']) >= 0;
        if (namesClass && !ServiceElement.ClassName.Matches(kind))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.MalformedValue, authentication.ValuePosition, kind, ServiceElement.ClassName.Noun, ServiceElement.ClassName.Form));
        else if (!namesClass && !Authentications.Contains(kind, StringComparer.Ordinal))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.UnknownKind, authentication.ValuePosition, "authentication", kind, ElementRule.Suggest(kind, Authentications) + ", or the full name of an IIngestionAuthenticator"));
        if (kind == None && !IsTrue(element.Attribute(Acknowledged.Name)))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.Unsafe, authentication.ValuePosition, "authentication", path.Value));
        foreach (var needed in kind switch { Hmac => ["secret"], Bearer => ["resource"], _ => Array.Empty<string>() })
        {
            if (element.Attribute(needed) is null)
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.MissingAttribute, authentication.ValuePosition, element.Name, needed, $": authentication=\"{kind}\" is nothing without it"));
        }

        var header = Sound(element.Attribute("header"), Header);
        var resource = Sound(element.Attribute("resource"), AclFile.ResourceId);
        var isSound = diagnostics.Count == before && Path.Matches(path.Value) && header is null == element.Attribute("header") is null && resource is null == element.Attribute("resource") is null;
        return !isSound ? null : new IngestionDeclaration(path.Positioned, authentication.Positioned) { Secret = secret?.Value, Header = header?.Value, Resource = resource };
    }

    /// <summary>The key of the configuration that the attribute names. What is none may be the secret itself, so no message repeats it.</summary>
    public static Positioned? Key(XmlNode element, string name, string example, List<DiagnosticInfo> diagnostics)
    {
        if (element.Attribute(name) is not { } attribute)
            return null;
        if (ConfigurationKey.IsOne(attribute.Positioned.Value))
            return attribute.Positioned;
        diagnostics.Add(DiagnosticInfo.Create(Descriptors.SecretInXml, attribute.ValuePosition, name, element.Name, example));
        return null;
    }

    private static Positioned? Sound(XmlAttribute? attribute, ValuePattern pattern) => attribute is not null && pattern.Matches(attribute.Value) ? attribute.Positioned : null;

    /// <summary>Whether the attribute is there and says so.</summary>
    public static bool IsTrue(XmlAttribute? attribute) => attribute?.Value.Trim() == "true";
}
