using System.Collections.Concurrent;
using System.Text.Json;
using Declarative.Storage;

namespace Declarative.Testing;

/// <summary>Writes down what was stored, whoever published it.</summary>
internal sealed class CapturedMessages(IMessageStore store) : IMessageStore
{
    private readonly ConcurrentQueue<PublishedEvent> _events = new();

    public IReadOnlyList<PublishedEvent> Events => [.. _events];

    public async Task<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken)
    {
        var results = await store.AppendAsync(messages, cancellationToken).ConfigureAwait(false);
        foreach (var (message, result) in messages.Zip(results))
        {
            if (result.Outcome == AppendOutcome.Stored)
                _events.Enqueue(new PublishedEvent(message.Id, message.Name, JsonElement.Parse(message.Json), message.StoreId, message.IdempotencyKey));
        }

        return results;
    }

    public Task<Claimed<ClaimedMessage>> ClaimAsync(Claim<string> claim, CancellationToken cancellationToken) => store.ClaimAsync(claim, cancellationToken);

    public Task<int> CompleteAsync(IReadOnlyList<MessageOutcome> outcomes, DateTimeOffset now, CancellationToken cancellationToken) => store.CompleteAsync(outcomes, now, cancellationToken);
}
