using Declarative.Storage;
using Declarative.Work;

namespace Declarative.Consumers;

/// <summary>Remembers events that are handled at the same time together. A sender is answered once its own is on the disk.</summary>
internal sealed class HandledWriter(IConsumerStore store) : BatchWriter<HandledEvent, bool>
{
    protected override async Task<IReadOnlyList<bool>> WriteAsync(IReadOnlyList<HandledEvent> items)
    {
        await store.RememberAsync(items, CancellationToken.None).ConfigureAwait(false);
        return [.. Enumerable.Repeat(true, items.Count)];
    }
}
