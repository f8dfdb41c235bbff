using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Merging;

namespace Declarative.Generator.Xml;

/// <summary>An <c>event</c> of a consumer.</summary>
internal static class ConsumedEventElement
{
    private const int MaxSeconds = 86_400;

    /// <summary>A handler may not exist yet, so that its name must say where its namespace ends: no generic type, no <c>+</c>.</summary>
    public static readonly ValuePattern HandlerName = new(
        "a handler's class",
        @"write a full C# class name, e.g. BackOffice.Products.ProductCreated ('\' may stand for '.')",
        @"\\?[\p{L}_][\p{L}\p{Nd}_]*(?:[.\\][\p{L}_][\p{L}\p{Nd}_]*)*");

    private static readonly ValuePattern FieldPath = new("a field", "write its name, or a path into it with dots, e.g. customer.id", @"[^\s.,]+(?:\.[^\s.,]+)*");

    private static readonly ValuePattern FieldPaths = new("a list of fields", "write names, or paths with dots, with commas between them", @"[^\s.,]+(?:\.[^\s.,]+)*(?:\s*,\s*[^\s.,]+(?:\.[^\s.,]+)*)*");

    private static readonly ValuePattern Seconds = new("a time", "write whole seconds from 1 to 86400", "[1-9][0-9]{0,4}");

    public static readonly ElementRule Rule = new("event")
    {
        Attributes =
        [
            new AttributeRule("name", Pattern: AsyncEventsFile.EventName),
            new AttributeRule("handler", IsRequired: false, HandlerName),
            new AttributeRule("payload", IsRequired: false, ServiceElement.ClassName),
        ],
        Children =
        [
            PayloadElement.Rule,
            new ElementRule("split")
            {
                Attributes =
                [
                    new AttributeRule("first", Pattern: FieldPath),
                    new AttributeRule("second", Pattern: FieldPath),
                    new AttributeRule("created", Pattern: HandlerName),
                    new AttributeRule("updated", Pattern: HandlerName),
                ],
            },
            new ElementRule("loop")
            {
                Attributes =
                [
                    new AttributeRule("key", Pattern: FieldPath),
                    new AttributeRule("fingerprint", Pattern: FieldPaths),
                    new AttributeRule("group", IsRequired: false),
                    new AttributeRule("ttl", IsRequired: false, Seconds),
                ],
            },
            InputsElement.Rule,
        ],
    };

    /// <summary>The declaration; null if it can't be told which event it is for, or by what it is handled. What else is wrong is reported and left out.</summary>
    public static ConsumedEventDeclaration? Read(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        var handler = element.Attribute("handler");
        var splitElement = Only(element, "split", diagnostics);
        var split = splitElement is null ? null : Split(splitElement);
        var loopElement = Only(element, "loop", diagnostics);
        var payload = Only(element, PayloadElement.Rule.Name, diagnostics);
        var handlers = new[] { handler?.Positioned, split?.Created, split?.Updated }.OfType<Positioned>().ToList();
        var fields = payload is null ? null : PayloadElement.Read(payload, handlers.Select(one => PayloadName.Of(one.Value)), diagnostics);
        var inputs = Only(element, InputsElement.Rule.Name, diagnostics);
        if (splitElement is not null && handler is not null)
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.Contradiction, handler.NamePosition, "handler=\"…\"", "<split>, which names a handler for each part"));
        if (splitElement is null && handler is null)
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.MissingAttribute, element.Position, element.Name, "handler", ", or a <split>"));

        var payloadClass = element.Attribute("payload");
        if (payloadClass is not null && payload is not null)
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.Contradiction, payloadClass.NamePosition, "payload=\"…\"", "<payload>"));
        foreach (var part in fields is { IsList: true } ? new[] { splitElement, loopElement } : [])
        {
            if (part is not null)
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Contradiction, part.Position, $"<{part.Name}>", "<payload type=\"list\">, whose elements are not looked at one by one"));
        }

        if (element.Attribute("name") is not { } name || !AsyncEventsFile.EventName.Matches(name.Value))
            return null;
        var written = name.Positioned;
        if (written.Value.Any(char.IsUpper))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.UpperCaseEventName, written.Position, written.Value.ToLowerInvariant()));
        var declaration = new ConsumedEventDeclaration(written with { Value = EventName.Stored(written.Value) })
        {
            Handler = splitElement is null && handler is not null && HandlerName.Matches(handler.Value) ? handler.Positioned : null,
            Split = split,
            PayloadClass = payload is null && payloadClass is not null && ServiceElement.ClassName.Matches(payloadClass.Value) ? payloadClass.Positioned : null,
            Payload = fields,
            Loop = loopElement is null ? null : Loop(loopElement, diagnostics),
            Inputs = inputs is null ? EquatableArray<InputDeclaration>.Empty : InputsElement.Read(inputs, handlers.Select(one => InputsName.Of(one.Value)), diagnostics),
        };
        if (declaration.Loop is { } loop)
            CheckPaths(loop.Fingerprint.Concat([loop.Key]), declaration, diagnostics);
        if (declaration.Split is { } both)
            CheckPaths([both.First, both.Second], declaration, diagnostics);

        // A malformed payload is no payload of any shape.
        var isMalformed = payload is null && payloadClass is not null && declaration.PayloadClass is null;
        return isMalformed || declaration.Handler is null && declaration.Split is null ? null : declaration;
    }

    private static XmlNode? Only(XmlNode element, string name, List<DiagnosticInfo> diagnostics)
    {
        var all = element.Elements(name).ToList();
        foreach (var repeated in all.Skip(1))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, repeated.Position, $"<{name}>", "first"));
        return all.FirstOrDefault();
    }

    private static SplitDeclaration? Split(XmlNode element)
    {
        if (element.Attribute("first") is not { } first || element.Attribute("second") is not { } second || element.Attribute("created") is not { } created || element.Attribute("updated") is not { } updated)
            return null;
        return FieldPath.Matches(first.Value) && FieldPath.Matches(second.Value) && HandlerName.Matches(created.Value) && HandlerName.Matches(updated.Value)
            ? new SplitDeclaration(first.Positioned, second.Positioned, created.Positioned, updated.Positioned)
            : null;
    }

    private static LoopDeclaration? Loop(XmlNode element, List<DiagnosticInfo> diagnostics)
    {
        int? seconds = null;
        if (element.Attribute("ttl") is { } ttl && Seconds.Matches(ttl.Value))
        {
            seconds = int.Parse(ttl.Value, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
            if (seconds > MaxSeconds)
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.MalformedValue, ttl.ValuePosition, ttl.Value, Seconds.Noun, Seconds.Form));
        }

        return element.Attribute("key") is { } key && FieldPath.Matches(key.Value) && element.Attribute("fingerprint") is { } fingerprint && FieldPaths.Matches(fingerprint.Value)
            ? new LoopDeclaration(key.Positioned, fingerprint.Split(',').ToEquatableArray(), element.Attribute("group")?.Positioned.Value is { Length: > 0 } group ? group : null, seconds)
            : null;
    }

    /// <summary>Reports paths that lead to nothing in a payload that is declared by fields.</summary>
    private static void CheckPaths(IEnumerable<Positioned> paths, ConsumedEventDeclaration declaration, List<DiagnosticInfo> diagnostics)
    {
        if (declaration.Payload is not { IsList: false } payload)
            return;
        foreach (var path in paths)
        {
            IReadOnlyList<PayloadFieldDeclaration> fields = payload.Fields;
            foreach (var name in path.Value.Split('.'))
            {
                if (fields.FirstOrDefault(field => field.Name == name) is not { } found)
                {
                    diagnostics.Add(DiagnosticInfo.Create(Descriptors.NoSuchParameter, path.Position, name, "field", declaration.Name.Value, "; " + ElementRule.Suggest(name, fields.Select(field => field.Name))));
                    break;
                }

                // A list has no one value to go on into.
                fields = found.Kind == FieldKind.Object ? found.Fields : EquatableArray<PayloadFieldDeclaration>.Empty;
            }
        }
    }
}
