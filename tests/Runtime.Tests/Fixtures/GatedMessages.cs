using System.Collections.Concurrent;
using Declarative.Storage;

namespace Declarative.Tests.Fixtures;

/// <summary>A store of messages whose appends wait until a test answers them; nothing is ever due in it.</summary>
public sealed class GatedMessages : IMessageStore, IDisposable
{
    private readonly SemaphoreSlim _answers = new(0);
    private int _claims;

    /// <summary>What was handed over, in order.</summary>
    public ConcurrentQueue<IReadOnlyList<NewMessage>> Batches { get; } = [];

    /// <summary>What claims do before they find nothing.</summary>
    public Action Claiming { get; set; } = static () => { };

    public int Claims => _claims;

    public void Dispose() => _answers.Dispose();

    public void Answer(int batches = 1) => _answers.Release(batches);

    public async Task<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken)
    {
        Batches.Enqueue(messages);
        await _answers.WaitAsync(cancellationToken);
        return [.. messages.Select(static message => new AppendResult(message.Id, AppendOutcome.Stored))];
    }

    public Task<Claimed<ClaimedMessage>> ClaimAsync(Claim<string> claim, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _claims);
        Claiming();
        return Task.FromResult(new Claimed<ClaimedMessage>([], NextDue: null));
    }

    public Task<int> CompleteAsync(IReadOnlyList<MessageOutcome> outcomes, DateTimeOffset now, CancellationToken cancellationToken) => Task.FromResult(0);
}
