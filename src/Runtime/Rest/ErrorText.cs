using System.Globalization;
using System.Text.Json.Nodes;

namespace Declarative.Rest;

/// <summary>The message of an error that a route answered, for people.</summary>
internal static class ErrorText
{
    /// <summary>The message with what stands for its placeholders beside it, by name or by place; null if the body is no route's error.</summary>
    public static string? Of(JsonNode? error)
    {
        if (error is not JsonObject || error["message"] is not JsonValue message || !message.TryGetValue<string>(out var text))
            return null;
        var named = error["parameters"] switch
        {
            JsonObject fields => fields.Select(static field => (field.Key, field.Value)),
            JsonArray values => values.Select(static (value, i) => ((i + 1).ToString(CultureInfo.InvariantCulture), value)),
            _ => [],
        };

        // The longest name first: %id must not be found in %idea.
        return named.OrderByDescending(static one => one.Item1.Length).Aggregate(text, static (filled, one) => filled.Replace("%" + one.Item1, one.Item2?.ToString(), StringComparison.Ordinal));
    }
}
