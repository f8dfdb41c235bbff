using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Declarative.Rest;

/// <summary>The store that a request's URL names: <c>/rest/{code}/V1/…</c>.</summary>
public static class StoreCodes
{
    private const string Default = "default";

    /// <summary>The id of the store, e.g. for <see cref="PublishOptions.StoreId"/>; the default store's if the URL names none.</summary>
    /// <param name="context">A request to a declared route.</param>
    /// <exception cref="NoSuchEntityException">There is no store of the code; see <see cref="RestOptions.Stores"/>.</exception>
    public static int GetStoreId(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return IdOf(context.GetRouteValue(Route.StoreKey) as string ?? Default, context.RequestServices.GetRequiredService<IOptions<RestOptions>>().Value);
    }

    /// <exception cref="NoSuchEntityException">The URL names a store that isn't there.</exception>
    internal static void Check(HttpContext context, RestOptions options)
    {
        if (context.Request.RouteValues[Route.StoreKey] is string code)
            _ = IdOf(code, options);
    }

    private static int IdOf(string code, RestOptions options) =>
        options.Stores.TryGetValue(code, out var id)
            ? id
            : throw new NoSuchEntityException("There is no store with the code %storeCode.", ("storeCode", code));
}
