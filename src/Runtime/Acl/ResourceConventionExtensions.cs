using Declarative.Acl;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace Declarative;

/// <summary>Permissions for endpoints of the host's own.</summary>
public static class ResourceConventionExtensions
{
    /// <summary>
    /// Lets only callers in who hold all of these ACL resources, authenticated by the host's default scheme or by the engine's
    /// (<see cref="CallerDefaults.AuthenticationScheme"/>).
    /// </summary>
    /// <typeparam name="TBuilder">What endpoints are configured by.</typeparam>
    /// <param name="builder">The endpoint, or a group.</param>
    /// <param name="ids">Resource ids, e.g. <c>Shop_Sales::orders</c>; <c>self</c> stands for any customer.</param>
    /// <exception cref="ArgumentException">No id is given, or one is empty or <c>anonymous</c>.</exception>
    public static TBuilder RequireResource<TBuilder>(this TBuilder builder, params string[] ids)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Length == 0 || ids.Any(static id => string.IsNullOrWhiteSpace(id) || id == ResourcePolicy.Anonymous))
            throw new ArgumentException("RequireResource needs at least one resource id, such as \"Shop_Sales::orders\". To let anybody in leave it out, or call AllowAnonymous().", nameof(ids));
        builder.Add(endpoint =>
        {
            // ASP.NET Core looks for this to notice a pipeline without UseAuthorization().
            if (!endpoint.Metadata.Any(static one => one is IAuthorizeData))
                endpoint.Metadata.Add(new AuthorizeAttribute());
            endpoint.Metadata.Add(ResourcePolicy.Build(endpoint.ApplicationServices, ids));
        });
        return builder;
    }
}
