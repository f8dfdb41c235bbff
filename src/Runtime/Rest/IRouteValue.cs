using Microsoft.AspNetCore.Http;

namespace Declarative.Rest;

/// <summary>
/// Gives the value of a placeholder in <c>data/parameter</c> declarations, e.g. of <c>%cart_id%</c>. <c>%customer_id%</c> is
/// built in; a host adds others by <see cref="DeclarativeBuilder.AddRouteValue{T}"/>.
/// </summary>
public interface IRouteValue
{
    /// <summary>The value for the current request as text; null if there is none, which leaves the argument out.</summary>
    /// <param name="context">The request; its user is the authorized caller.</param>
    ValueTask<string?> GetAsync(HttpContext context);
}
