using System.Text.Json.Nodes;
using Declarative.Rest;
using Microsoft.Extensions.Options;

namespace Declarative.Matching;

/// <summary>The built-in context <c>store</c>: <c>context_store.get_store.get_id</c> and <c>….get_code</c>, as in Adobe Commerce.</summary>
internal sealed class StoreContext(IOptionsMonitor<RestOptions> options) : IEventContext
{
    public const string Name = "store";

    public ValueTask<JsonNode?> GetAsync(IReadOnlyList<ContextCall> calls, MatchedEvent matched, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentNullException.ThrowIfNull(matched);
        return calls switch
        {
            [{ Name: "get_store" }, { Name: "get_id" or "get_store_id" }] => new(JsonValue.Create(matched.StoreId)),
            [{ Name: "get_store" }, { Name: "get_code" }] => new(Code(matched.StoreId)),
            _ => throw new NotSupportedException("The store context knows get_store.get_id and get_store.get_code."),
        };
    }

    private JsonValue? Code(int storeId)
    {
        string? code = null;
        foreach (var (name, id) in options.CurrentValue.Stores)
        {
            // Of several codes of one store always the same is given.
            if (id == storeId && (code is null || string.CompareOrdinal(name, code) < 0))
                code = name;
        }

        return code is null ? null : JsonValue.Create(code);
    }
}
