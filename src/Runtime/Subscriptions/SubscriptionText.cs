using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Declarative.Subscriptions;

/// <summary>Fields, rules and processors as text in the store.</summary>
internal static class SubscriptionText
{
    public static string? Write(IReadOnlyList<SubscriptionField> fields) => Write(fields, SubscriptionJson.Default.IReadOnlyListSubscriptionField);

    public static string? Write(IReadOnlyList<SubscriptionRule> rules) => Write(rules, SubscriptionJson.Default.IReadOnlyListSubscriptionRule);

    public static string? Write(IReadOnlyList<SubscriptionProcessor> processors) => Write(processors, SubscriptionJson.Default.IReadOnlyListSubscriptionProcessor);

    public static IReadOnlyList<SubscriptionField> Fields(string? text) => Read(text, SubscriptionJson.Default.IReadOnlyListSubscriptionField);

    public static IReadOnlyList<SubscriptionRule> Rules(string? text) => Read(text, SubscriptionJson.Default.IReadOnlyListSubscriptionRule);

    public static IReadOnlyList<SubscriptionProcessor> Processors(string? text) => Read(text, SubscriptionJson.Default.IReadOnlyListSubscriptionProcessor);

    private static string? Write<T>(IReadOnlyList<T> items, JsonTypeInfo<IReadOnlyList<T>> contract) =>
        items.Count == 0 ? null : JsonSerializer.Serialize(items, contract);

    private static IReadOnlyList<T> Read<T>(string? text, JsonTypeInfo<IReadOnlyList<T>> contract) =>
        text is null ? [] : JsonSerializer.Deserialize(text, contract) ?? [];
}

/// <summary>Their contracts. The names are stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<SubscriptionField>))]
[JsonSerializable(typeof(IReadOnlyList<SubscriptionRule>))]
[JsonSerializable(typeof(IReadOnlyList<SubscriptionProcessor>))]
internal sealed partial class SubscriptionJson : JsonSerializerContext;
