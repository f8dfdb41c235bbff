using System.Text.Json.Nodes;

namespace Declarative.Matching;

/// <summary>
/// Gives values that are not in the payload to fields and rules: <c>context_store.get_store.get_id</c> asks the context
/// <c>store</c> for the calls <c>get_store</c>, <c>get_id</c>. Registered by <c>AddEventContext</c>.
/// </summary>
public interface IEventContext
{
    /// <summary>
    /// The value after all calls, or null. Picks (<c>[id,name]</c>) are applied by the engine. If it throws, the value is
    /// null and the exception is logged.
    /// </summary>
    /// <param name="calls">What follows the context's name, at least one.</param>
    /// <param name="matched">What is being matched.</param>
    /// <param name="cancellationToken">The host stops, or the time is over.</param>
    ValueTask<JsonNode?> GetAsync(IReadOnlyList<ContextCall> calls, MatchedEvent matched, CancellationToken cancellationToken);
}

/// <summary>One call in a context expression.</summary>
/// <param name="Name">Its name as written, in snake case.</param>
/// <param name="Arguments">What stands in braces, <c>{a:b}</c>; empty without.</param>
public sealed record ContextCall(string Name, IReadOnlyList<string> Arguments);
