using System.ComponentModel;

namespace Declarative.Modules;

/// <summary>One statement of an ACL resource by a module, for the generators of the assemblies that reference it.</summary>
/// <param name="id">The resource's id.</param>
/// <param name="declaredIn">The project-relative file.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class DeclaredAclResourceAttribute(string id, string declaredIn) : Attribute
{
    /// <summary>The resource's id.</summary>
    public string Id { get; } = id;

    /// <summary>Where it is stated.</summary>
    public string DeclaredIn { get; } = declaredIn;

    /// <summary>The id of the resource that it stands under; empty for a root.</summary>
    public string Parent { get; set; } = "";

    /// <summary>Its title; empty where the file doesn't state one.</summary>
    public string Title { get; set; } = "";

    /// <summary>Whether the file switches it off.</summary>
    public bool IsDisabled { get; set; }

    /// <summary>Whether the file switches it on, by <c>disabled="false"</c>: an attribute's property can't be null where the file doesn't say.</summary>
    public bool IsEnabled { get; set; }
}
