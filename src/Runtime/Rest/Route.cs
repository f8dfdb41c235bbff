using System.Text.Json.Serialization.Metadata;
using Declarative.Json;
using Declarative.Merging;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Declarative.Rest;

/// <summary>One route as all modules together declare it, with everything about it that doesn't change between requests.</summary>
internal sealed class Route
{
    /// <summary>The name under which the store's code stands in route values; no declared URL can hold it.</summary>
    public const string StoreKey = "store code";

    private readonly WireJson _json;
    private readonly Lazy<bool[]> _takesIds;
    private readonly Lazy<bool[]> _isScalar;

    /// <param name="descriptor">The merged declaration; it has a service.</param>
    /// <param name="module">The module that declared it first.</param>
    /// <param name="json">Tells the contracts of the parameters.</param>
    /// <param name="requirements">What a caller needs; empty for everybody.</param>
    public Route(RouteDescriptor descriptor, string module, WireJson json, IReadOnlyList<IAuthorizationRequirement> requirements)
    {
        _json = json;
        Descriptor = descriptor;
        Module = module;
        Requirements = requirements;
        ResourceList = string.Join(", ", descriptor.Resources);
        HasBody = descriptor.Method is "POST" or "PUT";
        Path = [.. Segments(descriptor.Url).Where(IsName).Select(segment => (segment[1..], IndexOf(segment.AsSpan(1))))];
        Pattern = PatternOf(hasStore: false);
        StorePattern = PatternOf(hasStore: true);
        _takesIds = new Lazy<bool[]>(FindIds);
        _isScalar = new Lazy<bool[]>(() => [.. Descriptor.Parameters.Select(parameter => _json.Input.GetTypeInfo(parameter.Type).Kind == JsonTypeInfoKind.None)]);
    }

    public RouteDescriptor Descriptor { get; }

    public string Module { get; }

    public IReadOnlyList<IAuthorizationRequirement> Requirements { get; }

    /// <summary>What a caller needs, as error bodies list it.</summary>
    public string ResourceList { get; }

    /// <summary>Whether requests carry their arguments in a body.</summary>
    public bool HasBody { get; }

    /// <summary>The path's names, in order, each with the position of its parameter; -1 if it only stands for an id in the body.</summary>
    public IReadOnlyList<(string Name, int Index)> Path { get; }

    /// <summary>Position of the parameter that a name in a path, query or declaration means; -1 if there is none.</summary>
    public int IndexOf(ReadOnlySpan<char> name)
    {
        var parameters = Descriptor.Parameters;
        for (var i = 0; i < parameters.Count; i++)
        {
            if (WireName.AreAlike(name, parameters[i].Name))
                return i;
        }

        return -1;
    }

    /// <summary>Whether values of the path replace ids inside the parameter's JSON: on PUT, if its contract has their names.</summary>
    public bool TakesIds(int parameter) => _takesIds.Value[parameter];

    /// <summary>Whether the parameter is one value, no object and no list.</summary>
    public bool IsScalar(int parameter) => _isScalar.Value[parameter];

    /// <summary>The pattern <c>/rest/V1/…</c>.</summary>
    public RoutePattern Pattern { get; }

    /// <summary>The pattern with the store's code before the version: <c>/rest/{store}/V1/…</c>.</summary>
    public RoutePattern StorePattern { get; }

    private RoutePattern PatternOf(bool hasStore)
    {
        var segments = new List<RoutePatternPathSegment> { RoutePatternFactory.Segment(RoutePatternFactory.LiteralPart("rest")) };
        if (hasStore)
            segments.Add(RoutePatternFactory.Segment(RoutePatternFactory.ParameterPart(StoreKey)));
        foreach (var segment in Segments(Descriptor.Url))
            segments.Add(RoutePatternFactory.Segment(IsName(segment) ? RoutePatternFactory.ParameterPart(segment[1..]) : RoutePatternFactory.LiteralPart(segment)));
        return RoutePatternFactory.Pattern((hasStore ? "/rest/{store}" : "/rest") + Template, segments);
    }

    /// <summary>The path as people and OpenAPI write it: <c>/V1/orders/{id}</c>.</summary>
    public string Template => string.Concat(Segments(Descriptor.Url).Select(static segment => "/" + (IsName(segment) ? "{" + segment[1..] + "}" : segment)));

    private static string[] Segments(string url) => url.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsName(string segment) => segment.Length > 1 && segment[0] == ':';

    private bool[] FindIds() =>
    [
        .. Descriptor.Parameters.Select(parameter =>
            Descriptor.Method == "PUT" && Path.Any(segment => JsonNames.Holds(_json.Input.GetTypeInfo(parameter.Type), segment.Name))),
    ];
}
