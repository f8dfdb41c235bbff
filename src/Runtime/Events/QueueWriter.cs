using System.Globalization;
using System.Threading.Channels;
using Declarative.Storage;
using Declarative.Work;
using Microsoft.Extensions.Hosting;

namespace Declarative.Events;

/// <summary>
/// The group commit: whatever waits is written in one transaction, and while that is on its way to the disk the next
/// batch gathers. No delay is added, so a lone publish pays for one commit and a crowd shares it.
/// </summary>
internal sealed class QueueWriter(EventQueue queue, IMessageStore store, IEnumerable<IMessageTransport> transports, MessageSignal signal, LoopHealth health) : BackgroundService
{
    private const int Batch = 512;

    /// <summary>Batches under way at once: one that is handed over while the store writes another can join its transaction.</summary>
    private const int MaxUnderWay = 8;

    private readonly IMessageTransport? _transport = transports.SingleOrDefault();

    /// <summary>A place for each batch under way, named, so that the health check sees each one that the store doesn't answer.</summary>
    private readonly Channel<string> _places = Channel.CreateUnbounded<string>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var place = 1; place <= MaxUnderWay; place++)
            _places.Writer.TryWrite(string.Create(CultureInfo.InvariantCulture, $"publish {place}"));
        while (await queue.Pending.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var place = await _places.Reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            health.Beat(place);
            var stored = new List<PendingPublish>();
            var carried = new List<PendingPublish>();
            while (stored.Count + carried.Count < Batch && queue.Pending.TryRead(out var one))
                (_transport?.Carries(one.Message.Name) == true ? carried : stored).Add(one);
            _ = WriteAsync(stored, carried, place);
        }

        for (var ended = 0; ended < MaxUnderWay; ended++)
            await _places.Reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Complete();
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteAsync(List<PendingPublish> stored, List<PendingPublish> carried, string place)
    {
        await Task.WhenAll(
            stored.Count == 0 ? Task.CompletedTask : AnswerAsync(stored, store.AppendAsync),
            carried.Count == 0 ? Task.CompletedTask : AnswerAsync(carried, _transport!.SendAsync)).ConfigureAwait(false);
        health.Forget(place);
        _places.Writer.TryWrite(place);
    }

    /// <summary>A store that fails answers its publishers with its error: nothing is acknowledged that isn't durable, and the loop goes on.</summary>
    private async Task AnswerAsync(List<PendingPublish> pending, Func<IReadOnlyList<NewMessage>, CancellationToken, Task<IReadOnlyList<AppendResult>>> append)
    {
        try
        {
            var results = await append(pending.ConvertAll(static one => one.Message), CancellationToken.None).ConfigureAwait(false);
            for (var i = 0; i < pending.Count; i++)
                pending[i].Answer(results[i]);
            signal.Set();
        }
        catch (Exception exception)
        {
            foreach (var one in pending)
                one.TrySetException(new StoreException("The event could not be stored: " + exception.Message, exception));
        }
    }
}
