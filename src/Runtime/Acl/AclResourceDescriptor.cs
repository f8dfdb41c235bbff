namespace Declarative.Acl;

/// <summary>One statement of a permission in one <c>acl.xml</c>, written by the generator.</summary>
/// <param name="Id">The resource's id, <c>Vendor_Module::name</c>.</param>
/// <param name="DeclaredIn">The project-relative file.</param>
public sealed record AclResourceDescriptor(string Id, string DeclaredIn)
{
    /// <summary>The id of the resource that it stands under in the file; null for a root.</summary>
    public string? Parent { get; init; }

    /// <summary>Its title for people, 3 to 50 characters; null where another file states it.</summary>
    public string? Title { get; init; }

    /// <summary>Its place among its siblings, smaller first; null where the file doesn't say (0 if no file does).</summary>
    public int? SortOrder { get; init; }

    /// <summary>Whether it is switched off with all below it; null where the file doesn't say.</summary>
    public bool? IsDisabled { get; init; }
}
