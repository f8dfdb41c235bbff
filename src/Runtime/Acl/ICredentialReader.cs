using Microsoft.AspNetCore.Http;

namespace Declarative.Acl;

/// <summary>Knows callers by one kind of credentials in <c>Authorization</c>.</summary>
internal interface ICredentialReader
{
    /// <summary>The caller; null if the request has no such credentials, or what it has may be another scheme's.</summary>
    /// <exception cref="Rest.RestException">The credentials are of this kind and wrong.</exception>
    ValueTask<CallerIdentity?> ReadAsync(HttpContext context);
}
