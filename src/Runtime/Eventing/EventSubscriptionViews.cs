using System.Text.Json;
using System.Text.Json.Serialization;
using Declarative.Subscriptions;

namespace Declarative.Eventing;

/// <summary>A subscription as callers of <c>eventSubscribe</c> send it; null for what they leave out.</summary>
internal sealed class EventInput
{
    public string? Name { get; init; }

    public string? Parent { get; init; }

    public IReadOnlyList<FieldInput>? Fields { get; init; }

    public IReadOnlyList<RuleInput>? Rules { get; init; }

    public string? Destination { get; init; }

    public bool? Priority { get; init; }

    public bool? HipaaAuditRequired { get; init; }

    public string? ProviderId { get; init; }
}

/// <summary>A field as callers send it.</summary>
internal sealed class FieldInput
{
    public string? Name { get; init; }

    public string? Converter { get; init; }

    public string? Source { get; init; }

    /// <summary>What a field doesn't have: a mistyped name must not silently give another subscription than was meant.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>A rule as callers send it.</summary>
internal sealed class RuleInput
{
    public string? Field { get; init; }

    public string? Operator { get; init; }

    public string? Value { get; init; }
}

/// <summary>A subscription as callers see it.</summary>
internal sealed record EventView(
    string Name,
    string? Parent,
    IReadOnlyList<FieldView> Fields,
    IReadOnlyList<SubscriptionRule>? Rules,
    string Destination,
    bool Priority,
    bool HipaaAuditRequired,
    string? ProviderId,
    long? SubscriptionId);

/// <summary>A field as callers see it.</summary>
internal sealed record FieldView(string Name, string? Converter, string? Source);
