namespace Declarative.Acl;

/// <summary>Who a caller is. The numbers are stored; they are the originals' user types.</summary>
public enum CallerKind
{
    /// <summary>An integration: a third party that signs its requests by OAuth 1.0a.</summary>
    Integration = 1,

    /// <summary>An admin user, who may do what the role says.</summary>
    Admin = 2,

    /// <summary>A customer of the host.</summary>
    Customer = 3,
}
