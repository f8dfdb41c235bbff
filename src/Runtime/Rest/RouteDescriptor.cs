using Declarative.Modules;

namespace Declarative.Rest;

/// <summary>
/// One statement of a REST route in one <c>webapi.xml</c>: what it calls, how its arguments are bound, who may call it.
/// Written by the generator.
/// </summary>
/// <param name="Method">The HTTP method: GET, POST, PUT or DELETE.</param>
/// <param name="Url">The path below <c>/rest</c> with <c>:name</c> segments, e.g. <c>/V1/orders/:id</c>.</param>
/// <param name="DeclaredIn">The project-relative file.</param>
public sealed record RouteDescriptor(string Method, string Url, string DeclaredIn)
{
    /// <summary>The service that is called; null if the statement only adds to another module's route.</summary>
    public Type? Service { get; init; }

    /// <summary>The service method's name; null if the statement only adds to another module's route.</summary>
    public string? ServiceMethod { get; init; }

    /// <summary>The arguments of the service method, in its order.</summary>
    public IReadOnlyList<ServiceParameter> Parameters { get; init; } = [];

    /// <summary>What the service method gives, awaited; null if nothing.</summary>
    public Type? Result { get; init; }

    /// <summary>What a caller needs, all of it: ACL resource ids, <c>self</c>; or <c>anonymous</c> alone.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Whether plain HTTP is refused; null where the file doesn't say (no, if no file does).</summary>
    public bool? IsSecure { get; init; }

    /// <summary>The most elements that an array of objects in the input may have; null where the file doesn't say.</summary>
    public int? InputArraySizeLimit { get; init; }

    /// <summary>Arguments that the declaration gives.</summary>
    public IReadOnlyList<RouteData> Data { get; init; } = [];

    /// <summary>Binds the arguments, calls the service method and writes the answer.</summary>
    public Func<RouteCall, ValueTask>? Handle { get; init; }
}

/// <summary>A <c>data/parameter</c> of a route: an argument that the declaration gives.</summary>
/// <param name="Name">The parameter, or a path into it with dots: <c>customer.id</c>.</param>
/// <param name="Value">A literal, or <c>%name%</c> for what a <see cref="IRouteValue"/> of that name gives; null where the file doesn't state one.</param>
/// <param name="IsForced">
/// Whether it replaces what the caller sent; otherwise it stands in for what was left out. Null where the file doesn't say
/// (no, if no file does).
/// </param>
public sealed record RouteData(string Name, string? Value, bool? IsForced)
{
    /// <summary>The parameter's name: <see cref="Name"/> up to its first dot.</summary>
    internal string Parameter => Name.Split('.')[0];
}
