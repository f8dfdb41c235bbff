namespace Declarative;

/// <summary>
/// Declares a permission: the counterpart of a <c>resource</c> element in <c>etc/acl.xml</c>, checked by the same rules. What it stands on says nothing;
/// a static class that holds all of a module's is a good place.
/// </summary>
/// <param name="id">The resource's id, <c>Vendor_Module::name</c>.</param>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class AclResourceAttribute(string id) : Attribute
{
    /// <summary>The resource's id.</summary>
    public string Id { get; } = id;

    /// <summary>Its title for people, 3 to 50 characters; each resource needs one in some module.</summary>
    public string? Title { get; set; }

    /// <summary>The id of the resource that it stands under; it stands at the top without one.</summary>
    public string? Parent { get; set; }

    /// <summary>Its place among its siblings, 0 by default.</summary>
    public int SortOrder { get; set; }

    /// <summary>Switches it off, with all below it.</summary>
    public bool IsDisabled { get; set; }
}
