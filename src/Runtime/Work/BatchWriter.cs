using System.Collections.Concurrent;

namespace Declarative.Work;

/// <summary>
/// Stores what comes at the same time together: while one batch is committed the next one gathers. Who added something gets its answer once
/// it is on the disk.
/// </summary>
/// <typeparam name="TItem">What is stored.</typeparam>
/// <typeparam name="TResult">What became of it.</typeparam>
internal abstract class BatchWriter<TItem, TResult>
{
    private const int MaxBatch = 512;

    private readonly ConcurrentQueue<Pending> _pending = new();
    private int _isWriting;

    /// <summary>Stores an item. It can't be cancelled: what is handed over may be written already.</summary>
    public Task<TResult> AddAsync(TItem item)
    {
        var pending = new Pending(item);
        _pending.Enqueue(pending);
        if (Interlocked.CompareExchange(ref _isWriting, 1, 0) == 0)
            _ = WriteAsync();
        return pending.Task;
    }

    /// <summary>Stores items in one transaction; what became of each, in their order.</summary>
    protected abstract Task<IReadOnlyList<TResult>> WriteAsync(IReadOnlyList<TItem> items);

    private async Task WriteAsync()
    {
        while (true)
        {
            // To the end of the thread pool's queue: requests that are ready to run bring their items along.
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
            var results = await WriteAsync(batch.ConvertAll(static pending => pending.Item)).ConfigureAwait(false);
            for (var i = 0; i < batch.Count; i++)
                batch[i].SetResult(results[i]);
        }
        catch (Exception exception)
        {
            foreach (var pending in batch)
                pending.TrySetException(exception);
        }
    }

    private sealed class Pending(TItem item) : TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TItem Item { get; } = item;
    }
}
