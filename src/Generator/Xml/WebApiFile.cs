using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;

namespace Declarative.Generator.Xml;

/// <summary><c>webapi.xml</c>: the REST routes that a module answers.</summary>
internal static class WebApiFile
{
    private const string Name = "[A-Za-z_][A-Za-z0-9_]*";

    // A segment of dots alone is resolved away before any server sees it.
    private const string Segment = ":" + Name + @"|(?!\.{1,2}(?:/|$))[A-Za-z0-9_.~+!$&'(),;=@-]+";

    private static readonly ValuePattern Url = new(
        "a URL",
        "write segments with '/' between them, each plain text or a :name, e.g. /V1/orders/:id",
        $"/?(?:{Segment})(?:/(?:{Segment}))*/?");

    private static readonly ValuePattern HttpMethod = new("an HTTP method", "write GET, PUT, POST or DELETE", "GET|PUT|POST|DELETE");

    private static readonly ValuePattern Switch = new("a switch", "write true or false", "true|false|1|0");

    private static readonly ValuePattern DataName = new("a parameter's name", "write the name, or a path into it with dots, e.g. customer.id", $@"{Name}(?:\.{Name})*");

    private static readonly ValuePattern Reference = new(
        "a resource reference",
        "write a resource id, 'self' or 'anonymous'; several with commas between them",
        @"[^,\s]+(?:\s*,\s*[^,\s]+)*");

    public static readonly ElementRule Root = new("routes")
    {
        Children =
        [
            new ElementRule("route")
            {
                Attributes =
                [
                    new AttributeRule("url", Pattern: Url),
                    new AttributeRule("method", Pattern: HttpMethod),
                    new AttributeRule("secure", IsRequired: false, Switch),
                    new AttributeRule("soapOperation", IsRequired: false),
                ],
                Children =
                [
                    ServiceElement.Rule,
                    new ElementRule("resources")
                    {
                        Children = [new ElementRule("resource") { Attributes = [new AttributeRule("ref", Pattern: Reference)] }],
                    },
                    new ElementRule("data")
                    {
                        Attributes = [new AttributeRule("input-array-size-limit", IsRequired: false, new ValuePattern("a limit", "write a whole number of at most nine digits", "[0-9]{1,9}"))],
                        Children =
                        [
                            new ElementRule("parameter")
                            {
                                Attributes = [new AttributeRule("name", Pattern: DataName), new AttributeRule("force", IsRequired: false, Switch)],
                                Text = new ValuePattern("a parameter's value", "write a literal, or %name% for what the host gives, of at most 1000 characters", @"[\s\S]*"),
                            },
                        ],
                    },
                ],
            },
        ],
    };

    public static FileContent Read(XmlNode root, List<DiagnosticInfo> diagnostics)
    {
        var routes = new List<RouteDeclaration>();
        var stated = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var element in root.Elements("route"))
        {
            if (element.Attribute("url") is not { } url || element.Attribute("method") is not { } method)
                continue;
            var segments = url.Split('/').Where(segment => segment.Value[0] == ':').ToList();
            var isValid = Url.Matches(url.Value) & HttpMethod.Matches(method.Value);
            if (isValid && string.Equals(url.Split('/').First().Value, "rest", StringComparison.OrdinalIgnoreCase))
            {
                isValid = false;
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.MalformedValue, url.ValuePosition, url.Value, Url.Noun, "all routes lie under /rest; leave it out, e.g. /V1/orders/:id"));
            }
            else if (isValid && segments.Find(segment => segments.Find(other => string.Equals(other.Value, segment.Value, StringComparison.OrdinalIgnoreCase)) != segment) is { } repeated)
            {
                isValid = false;
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.MalformedValue, repeated.Position, url.Value, Url.Noun, $"'{repeated.Value}' stands in it twice"));
            }

            var declaration = new RouteDeclaration(method.Positioned.Value, url.Positioned with { Value = "/" + url.Value.Trim().Trim('/') }, isValid)
            {
                Segments = isValid ? segments.ToEquatableArray() : EquatableArray<Positioned>.Empty,
                StatesService = element.Elements("service").Any(),
                Service = ServiceElement.Read(element, diagnostics),
                StatesResources = References(element).Any(),
                Resources = Resources(element, diagnostics),
                IsSecure = Bool(element.Attribute("secure")),
                InputArraySizeLimit = element.Elements("data").Select(data => Number(data.Attribute("input-array-size-limit"))).LastOrDefault(limit => limit is not null),
                Data = Data(element, diagnostics),
            };
            if (isValid && !stated.Add(declaration.Key))
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, url.ValuePosition, $"The route '{declaration.Key}'", "later"));
            routes.Add(declaration);
        }

        return new FileContent { Routes = routes.ToEquatableArray() };
    }

    private static IEnumerable<XmlNode> References(XmlNode route) => route.Elements("resources").SelectMany(list => list.Elements("resource"));

    private static EquatableArray<Positioned> Resources(XmlNode route, List<DiagnosticInfo> diagnostics)
    {
        var resources = new List<Positioned>();
        foreach (var reference in References(route).Select(resource => resource.Attribute("ref")).OfType<XmlAttribute>().SelectMany(attribute => attribute.Split(',')))
        {
            if (resources.Exists(known => known.Value == reference.Value))
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, reference.Position, $"The resource '{reference.Value}'", "first"));
            else
                resources.Add(reference);
        }

        return resources.ToEquatableArray();
    }

    private static EquatableArray<RouteDataDeclaration> Data(XmlNode route, List<DiagnosticInfo> diagnostics)
    {
        var data = new List<RouteDataDeclaration>();
        foreach (var parameter in route.Elements("data").SelectMany(list => list.Elements("parameter")))
        {
            if (parameter.Attribute("name") is not { } name || !DataName.Matches(name.Value))
                continue;
            var declaration = new RouteDataDeclaration(name.Positioned, parameter.Text.Length > 0 ? parameter.Text : null, Bool(parameter.Attribute("force")));
            var known = data.FindIndex(one => one.Name.Value == declaration.Name.Value);
            if (known < 0)
            {
                data.Add(declaration);
                continue;
            }

            diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, name.ValuePosition, $"The parameter '{declaration.Name.Value}'", "later"));
            data[known] = declaration with { Value = declaration.Value ?? data[known].Value, IsForced = declaration.IsForced ?? data[known].IsForced };
        }

        return data.ToEquatableArray();
    }

    private static bool? Bool(XmlAttribute? attribute) => attribute?.Value.Trim() switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => null,
    };

    private static int? Number(XmlAttribute? attribute) =>
        int.TryParse(attribute?.Value, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) ? number : null;
}
