using System.Threading.Channels;
using Declarative.Storage;
using Declarative.Work;

namespace Declarative.Events;

/// <summary>
/// One way that publishes take: whatever waits is handed over together, and while that is on its way the next batch gathers. No delay is added,
/// so a lone publish pays for one commit and a crowd shares it.
/// </summary>
/// <param name="name">What the health check calls it.</param>
/// <param name="maxUnderWay">
/// Batches under way at once. A store takes one: several would be smaller, and commits cost more than what is in them. A broker's confirms take longer
/// than their sending, so there the next batch is begun before.
/// </param>
/// <param name="pending">What waits.</param>
/// <param name="append">Where it goes.</param>
/// <param name="signal">Wakes the worker.</param>
/// <param name="health">Sees a batch that gets no answer.</param>
/// <param name="outage">Told of failures.</param>
internal sealed class PublishLane(
    string name,
    int maxUnderWay,
    ChannelReader<PendingPublish> pending,
    Func<IReadOnlyList<NewMessage>, CancellationToken, Task<IReadOnlyList<AppendResult>>> append,
    MessageSignal signal,
    LoopHealth health,
    Outage outage)
{
    private const int Batch = 512;

    /// <summary>A batch is one statement, which a server must hold whole; one message may be larger.</summary>
    private const int BatchBytes = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private int _underWay;

    /// <summary>Ends when no more is accepted and all of it is answered.</summary>
    public async Task RunAsync()
    {
        using var places = new SemaphoreSlim(maxUnderWay);
        while (await pending.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            Begin();
            _ = AnswerAsync(Take(), places);
        }

        for (var ended = 0; ended < maxUnderWay; ended++)
            await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private List<PendingPublish> Take()
    {
        var batch = new List<PendingPublish>();
        for (long bytes = 0; batch.Count < Batch && pending.TryPeek(out var next); batch.Add(next))
        {
            bytes += next.Message.Json.Length + (next.Message.Original?.Length ?? 0);
            if ((batch.Count > 0 && bytes > BatchBytes) || !pending.TryRead(out next))
                break;
        }

        return batch;
    }

    /// <summary>A store that fails answers its publishers with its error: nothing is acknowledged that isn't durable, and the loop goes on.</summary>
    private async Task AnswerAsync(List<PendingPublish> batch, SemaphoreSlim places)
    {
        try
        {
            var results = await append(batch.ConvertAll(static one => one.Message), CancellationToken.None).ConfigureAwait(false);
            for (var i = 0; i < batch.Count; i++)
                batch[i].Answer(results[i]);
            signal.Set();
            outage.End();
        }
        catch (Exception exception)
        {
            outage.Failed(exception);
            foreach (var one in batch)
                one.TrySetException(new StoreException("The event could not be stored: " + exception.Message, exception));
        }

        End();
        places.Release();
    }

    private void Begin()
    {
        lock (_lock)
        {
            _underWay++;
            health.Beat(name);
        }
    }

    private void End()
    {
        lock (_lock)
        {
            if (--_underWay == 0)
                health.Forget(name);
        }
    }
}
