namespace Declarative;

/// <summary>
/// Declares a REST route that calls the method: the counterpart of a <c>route</c> element in <c>etc/webapi.xml</c>, checked by the same rules. On an
/// interface's method it is that interface's implementation in the container that is called.
/// </summary>
/// <param name="method">The HTTP method: GET, PUT, POST or DELETE.</param>
/// <param name="url">The URL below <c>/rest</c>, e.g. <c>/V1/orders/:id</c>; a segment <c>:id</c> is the parameter <c>id</c>.</param>
/// <param name="resources">What a caller needs: ids of ACL resources, <c>self</c> for a signed-in customer, or <c>anonymous</c> for anybody.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public sealed class RestRouteAttribute(string method, string url, params string[] resources) : Attribute
{
    /// <summary>The HTTP method.</summary>
    public string Method { get; } = method;

    /// <summary>The URL below <c>/rest</c>.</summary>
    public string Url { get; } = url;

    /// <summary>What a caller needs.</summary>
    public string[] Resources { get; } = resources;

    /// <summary>Whether the route answers over HTTPS only.</summary>
    public bool IsSecure { get; set; }

    /// <summary>How many elements a list in the body may have; without it the host's limit holds.</summary>
    public int InputArraySizeLimit { get; set; }
}

/// <summary>
/// Gives an argument of the method's declared routes: the counterpart of a <c>parameter</c> in <c>etc/webapi.xml</c>. It holds for every
/// <see cref="RestRouteAttribute"/> on the method.
/// </summary>
/// <param name="name">The parameter, or a dotted path into it.</param>
/// <param name="value">A literal, or <c>%name%</c> for what the host gives, e.g. <c>%customer_id%</c>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public sealed class RouteParameterAttribute(string name, string value) : Attribute
{
    /// <summary>The parameter, or a dotted path into it.</summary>
    public string Name { get; } = name;

    /// <summary>Its value.</summary>
    public string Value { get; } = value;

    /// <summary>Whether it replaces what the caller sent; without it, it only stands in for what the caller left out.</summary>
    public bool IsForced { get; set; }
}
