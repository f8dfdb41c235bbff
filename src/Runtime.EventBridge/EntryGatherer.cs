using System.Threading.Channels;
using Declarative.Delivery;

namespace Declarative.EventBridge;

/// <summary>
/// Sends entries that come at the same time in one request, 10 at most, which is AWS's limit. Nothing waits for more to come: while
/// requests are under way the next ones gather.
/// </summary>
internal sealed class EntryGatherer(EventBridgeClient client)
{
    private const int MaxEntries = 10;
    private const int MaxUnderWay = 2;

    private readonly Channel<Pending> _pending = Channel.CreateUnbounded<Pending>();
    private int _underWay;

    /// <summary>Sends an entry; gives what AWS answered for it.</summary>
    public async Task<NotifierResult> PutAsync(EventEntry entry, CancellationToken cancellationToken)
    {
        var pending = new Pending(entry, cancellationToken);
        _pending.Writer.TryWrite(pending);
        if (TryBegin())
            _ = SendAsync();
        return await pending.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool TryBegin()
    {
        if (Interlocked.Increment(ref _underWay) <= MaxUnderWay)
            return true;
        Interlocked.Decrement(ref _underWay);
        return false;
    }

    private async Task SendAsync()
    {
        while (true)
        {
            while (Gather() is { Count: > 0 } batch)
                await SendAsync(batch).ConfigureAwait(false);
            Interlocked.Decrement(ref _underWay);

            // One that came after the last look, and found no place, must not wait for the next.
            if (!_pending.Reader.TryPeek(out _) || !TryBegin())
                return;
        }
    }

    private List<Pending> Gather()
    {
        var batch = new List<Pending>(MaxEntries);
        var size = 0;
        lock (_pending)
        {
            while (batch.Count < MaxEntries && _pending.Reader.TryPeek(out var next) && size + next.Entry.Size <= EventEntry.MaxBytes)
            {
                _pending.Reader.TryRead(out _);
                if (next.Cancellation.IsCancellationRequested)
                    continue;
                batch.Add(next);
                size += next.Entry.Size;
            }
        }

        return batch;
    }

    /// <summary>A request that AWS refuses for good because of one entry is sent again entry by entry: only that one is at fault.</summary>
    private async Task SendAsync(List<Pending> batch)
    {
        try
        {
            var results = await client.PutAsync(batch.ConvertAll(static one => one.Entry)).ConfigureAwait(false);
            if (batch.Count > 1 && results.All(static one => one is { IsSuccess: false, IsRetryable: false, Status: not 200 }))
            {
                foreach (var one in batch)
                    one.TrySetResult((await client.PutAsync([one.Entry]).ConfigureAwait(false))[0]);
                return;
            }

            for (var i = 0; i < batch.Count; i++)
                batch[i].TrySetResult(results[i]);
        }
        catch (Exception exception)
        {
            foreach (var one in batch)
                one.TrySetException(exception);
        }
    }

    private sealed class Pending(EventEntry entry, CancellationToken cancellation) : TaskCompletionSource<NotifierResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public EventEntry Entry { get; } = entry;

        public CancellationToken Cancellation { get; } = cancellation;
    }
}
