namespace Declarative.Generator.Declarations;

/// <summary>One <c>route</c> element of a <c>webapi.xml</c>, before any symbol is looked up.</summary>
/// <param name="Method">The HTTP method as written.</param>
/// <param name="Url">The URL in its one form: with a leading <c>/</c>, without a trailing one.</param>
/// <param name="IsValid">False if the method or the URL is malformed; such a route is not emitted.</param>
internal sealed record RouteDeclaration(string Method, Positioned Url, bool IsValid)
{
    /// <summary>The <c>:name</c> segments, with their colons.</summary>
    public EquatableArray<Positioned> Segments { get; init; } = EquatableArray<Positioned>.Empty;

    /// <summary>Whether there is a <c>service</c> element, well-formed or not.</summary>
    public bool StatesService { get; init; }

    /// <summary>The service; null if it is not stated, or malformed.</summary>
    public ServiceDeclaration? Service { get; init; }

    /// <summary>Whether there is a <c>resource</c> element, well-formed or not.</summary>
    public bool StatesResources { get; init; }

    /// <summary>What a caller needs, in order, each once.</summary>
    public EquatableArray<Positioned> Resources { get; init; } = EquatableArray<Positioned>.Empty;

    public bool? IsSecure { get; init; }

    public int? InputArraySizeLimit { get; init; }

    public EquatableArray<RouteDataDeclaration> Data { get; init; } = EquatableArray<RouteDataDeclaration>.Empty;

    /// <summary>Method and URL: what a route is known by.</summary>
    public string Key => Method + " " + Url.Value;
}

/// <summary>A <c>data/parameter</c>: an argument that the declaration gives.</summary>
/// <param name="Name">The parameter, or a dotted path into it.</param>
/// <param name="Value">A literal, or <c>%name%</c>; null where the file doesn't state one.</param>
/// <param name="IsForced">Whether it replaces what the caller sent; null where the file doesn't say.</param>
internal sealed record RouteDataDeclaration(Positioned Name, string? Value, bool? IsForced);
