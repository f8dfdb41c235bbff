using Declarative.Events;
using Declarative.Storage;
using Microsoft.Extensions.Options;

namespace Declarative.RabbitMq;

/// <summary>
/// The way through the broker, or, while that is down, into the buffer. Either is durable, so a publish succeeds either way. Whether an
/// idempotency key is a repeat is found out where the message is stored, after the publish.
/// </summary>
internal sealed class RabbitMqTransport(IOptions<RabbitMqOptions> options, SendGate gate, IBrokerBuffer buffer, EventIntake intake) : IMessageTransport, IDisposable
{
    /// <summary>All headers of a message go into one frame, and brokers end the connection over one above 128 KiB.</summary>
    private const int MaxOriginal = 64 * 1024;

    private readonly CarriedEvents _events = new(options.Value.Events);
    private readonly SemaphoreSlim _entry = new(1, 1);
    private Task _last = Task.CompletedTask;

    /// <summary>Ends when all that was begun is sent or kept.</summary>
    public Task LastAsync => Volatile.Read(ref _last);

    public bool Carries(string eventName) => _events.Contains(eventName);

    public async Task<IReadOnlyList<AppendResult>> SendAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken)
    {
        var large = messages.Where(static one => one.Original?.Length > MaxOriginal).ToList();
        if (large.Count == 0)
            return await SendFittingAsync(messages, cancellationToken).ConfigureAwait(false);

        // What doesn't fit goes past the broker.
        var stored = (await intake.AppendAsync(large, cancellationToken).ConfigureAwait(false)).Zip(large).ToDictionary(static one => one.Second.Id, static one => one.First);
        var fitting = messages.Where(one => !stored.ContainsKey(one.Id)).ToList();
        foreach (var sent in fitting.Count == 0 ? [] : await SendFittingAsync(fitting, cancellationToken).ConfigureAwait(false))
            stored[sent.Id] = sent;
        return [.. messages.Select(one => stored[one.Id])];
    }

    private async Task<IReadOnlyList<AppendResult>> SendFittingAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Publisher? publisher;
        Task<IReadOnlyList<NewMessage>> sending;
        Task earlier;

        // Batches begin one after the other, in the order in which they came.
        await _entry.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            publisher = await gate.EnterAsync().ConfigureAwait(false);
            sending = publisher?.PublishAsync(messages) ?? Task.FromResult(messages);
            earlier = _last;
            _last = done.Task;
        }
        finally
        {
            _entry.Release();
        }

        try
        {
            var left = await sending.ConfigureAwait(false);
            if (left.Count > 0)
            {
                if (publisher is not null)
                    gate.Fail(publisher);
                await KeepAsync(left, earlier).ConfigureAwait(false);
            }

            return [.. messages.Select(static one => new AppendResult(one.Id, AppendOutcome.Stored))];
        }
        finally
        {
            await earlier.ConfigureAwait(false);
            done.SetResult();
        }
    }

    public void Dispose() => _entry.Dispose();

    /// <summary>What came before is kept before; its sender knows by now too.</summary>
    private async Task KeepAsync(IReadOnlyList<NewMessage> messages, Task earlier)
    {
        try
        {
            await earlier.ConfigureAwait(false);
            await buffer.AddAsync(messages, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            gate.Kept();
        }
    }
}
