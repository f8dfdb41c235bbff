using Declarative.Storage;
using Declarative.Work;

namespace Declarative.Integrations;

/// <summary>Stores the nonces of requests that come at the same time together. A request is answered once it is known whether its own is new.</summary>
internal sealed class NonceWriter(IIntegrationStore store) : BatchWriter<IntegrationNonce, bool>
{
    protected override Task<IReadOnlyList<bool>> WriteAsync(IReadOnlyList<IntegrationNonce> items) => store.AddNoncesAsync(items, CancellationToken.None);
}
