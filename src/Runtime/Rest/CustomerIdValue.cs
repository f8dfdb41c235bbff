using Declarative.Acl;
using Microsoft.AspNetCore.Http;

namespace Declarative.Rest;

/// <summary><c>%customer_id%</c>: the calling customer's id.</summary>
internal sealed class CustomerIdValue : IRouteValue
{
    public ValueTask<string?> GetAsync(HttpContext context) => new(CallerClaims.CustomerOf(context.User));
}
