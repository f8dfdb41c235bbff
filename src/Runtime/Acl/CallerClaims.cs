using System.Security.Claims;

namespace Declarative.Acl;

/// <summary>
/// The claims that permissions are read from. A host that authenticates callers by a scheme of its own (JWT, OpenID Connect,
/// cookies) gives its principals these. The engine's own admins answer <c>HasClaim(Resource, id)</c> from their role; the claims
/// themselves are not listed in their identity.
/// </summary>
public static class CallerClaims
{
    /// <summary>
    /// One claim per held ACL resource; its value is the id, e.g. <c>Shop_Sales::orders</c>. <c>Magento_Backend::all</c> holds
    /// everything.
    /// </summary>
    public const string Resource = "declarative:resource";

    /// <summary>Makes the caller a customer (<c>self</c>); its value is the customer's id, which <c>%customer_id%</c> stands for.</summary>
    public const string Customer = "declarative:customer";

    /// <summary>The id of the calling customer; null if the caller is none. Only identities that a scheme authenticated count.</summary>
    /// <param name="user">The caller.</param>
    public static string? CustomerOf(ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        foreach (var identity in user.Identities)
        {
            if (identity.IsAuthenticated && identity.FindFirst(static claim => claim.Type == Customer && claim.Value.Length > 0) is { } customer)
                return customer.Value;
        }

        return null;
    }
}
