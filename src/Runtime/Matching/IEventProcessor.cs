using System.Text.Json.Nodes;

namespace Declarative.Matching;

/// <summary>
/// Changes what a subscription gets, once, after its fields were chosen and before the size is checked. Retries and
/// replays send what it gave. One instance serves all events.
/// </summary>
public interface IEventProcessor
{
    /// <summary>What is sent instead of <paramref name="data"/>; may be the same object. If it throws, the delivery becomes a dead letter.</summary>
    /// <param name="data">The chosen fields.</param>
    /// <param name="matched">What is being matched.</param>
    /// <param name="cancellationToken">The host stops, or the time is over.</param>
    ValueTask<JsonNode> ProcessAsync(JsonNode data, MatchedEvent matched, CancellationToken cancellationToken);
}
