using System.ComponentModel;

namespace Declarative.Modules;

/// <summary>One statement of a REST route by a module, for the generators of the assemblies that reference it.</summary>
/// <param name="method">The HTTP method.</param>
/// <param name="url">The path below <c>/rest</c>, e.g. <c>/V1/orders/:id</c>.</param>
/// <param name="declaredIn">The project-relative file.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class DeclaredRouteAttribute(string method, string url, string declaredIn) : Attribute
{
    /// <summary>The HTTP method.</summary>
    public string Method { get; } = method;

    /// <summary>The path below <c>/rest</c>.</summary>
    public string Url { get; } = url;

    /// <summary>Where it is stated.</summary>
    public string DeclaredIn { get; } = declaredIn;

    /// <summary>Whether the statement names the service method, rather than adding to another module's route.</summary>
    public bool HasService { get; set; }

    /// <summary>What a caller needs: ACL resource ids, <c>self</c>, <c>anonymous</c>.</summary>
    public string[] Resources { get; set; } = [];
}
