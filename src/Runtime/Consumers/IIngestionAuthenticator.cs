using Microsoft.AspNetCore.Http;

namespace Declarative.Consumers;

/// <summary>Decides who may hand in events, where an <c>&lt;ingestion&gt;</c> names a class: the starter kit's <c>checkAuthentication</c>.</summary>
public interface IIngestionAuthenticator
{
    /// <summary>Whether the caller may; if not, it gets 401 without a reason. An exception is 500.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body, as it came.</param>
    /// <param name="cancellationToken">Cancelled when the caller is gone.</param>
    ValueTask<bool> IsAllowedAsync(HttpRequest request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}
