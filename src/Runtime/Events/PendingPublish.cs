using Declarative.Storage;

namespace Declarative.Events;

/// <summary>A publish that waits to become durable.</summary>
internal sealed class PendingPublish(NewMessage message) : TaskCompletionSource<Guid>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public NewMessage Message { get; } = message;

    public void Answer(AppendResult result)
    {
        if (result.Outcome == AppendOutcome.Conflict)
            TrySetException(new IdempotencyConflictException(Message.Name, Message.IdempotencyKey!));
        else
            TrySetResult(result.Id);
    }
}
