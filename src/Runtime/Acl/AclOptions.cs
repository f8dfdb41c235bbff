namespace Declarative.Acl;

/// <summary>How permissions are understood. Bound from <c>Declarative:Acl</c>.</summary>
public sealed class AclOptions
{
    /// <summary>
    /// Whether a resource is held by holding one above it. False by default: the originals store every resource of a role by
    /// itself, so that a parent in a role doesn't give its children. Integrations never inherit: theirs are listed with all that they
    /// stand under.
    /// </summary>
    public bool Inherit { get; set; }
}
