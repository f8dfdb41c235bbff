using System.Collections.Concurrent;
using Declarative.Storage;

namespace Declarative.Integrations;

/// <summary>
/// Stores the nonces of requests that come at the same time together: while one batch is committed the next one gathers. A request is
/// answered once its own is on the disk.
/// </summary>
internal sealed class NonceWriter(IIntegrationStore store)
{
    private const int MaxBatch = 512;

    private readonly ConcurrentQueue<Pending> _pending = new();
    private int _isWriting;

    /// <summary>Whether the nonce is new. It can't be cancelled: what is written counts as used.</summary>
    public Task<bool> AddAsync(IntegrationNonce nonce)
    {
        var pending = new Pending(nonce);
        _pending.Enqueue(pending);
        if (Interlocked.CompareExchange(ref _isWriting, 1, 0) == 0)
            _ = WriteAsync();
        return pending.Task;
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            // To the end of the thread pool's queue: requests that are ready to run bring their nonces along.
            await Task.Yield();
            var batch = new List<Pending>();
            while (batch.Count < MaxBatch && _pending.TryDequeue(out var pending))
                batch.Add(pending);
            if (batch.Count > 0)
            {
                await WriteAsync(batch).ConfigureAwait(false);
                continue;
            }

            // Who enqueued before this saw that somebody writes; so look once more after saying that nobody does.
            Interlocked.Exchange(ref _isWriting, 0);
            if (_pending.IsEmpty || Interlocked.CompareExchange(ref _isWriting, 1, 0) != 0)
                return;
        }
    }

    private async Task WriteAsync(List<Pending> batch)
    {
        try
        {
            var areNew = await store.AddNoncesAsync(batch.ConvertAll(static pending => pending.Nonce), CancellationToken.None).ConfigureAwait(false);
            for (var i = 0; i < batch.Count; i++)
                batch[i].SetResult(areNew[i]);
        }
        catch (Exception exception)
        {
            foreach (var pending in batch)
                pending.TrySetException(exception);
        }
    }

    private sealed class Pending(IntegrationNonce nonce) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public IntegrationNonce Nonce { get; } = nonce;
    }
}
