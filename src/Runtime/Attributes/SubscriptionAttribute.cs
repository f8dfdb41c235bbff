using Declarative.Matching;

namespace Declarative;

/// <summary>
/// Declares a subscription that the application can't do without: the counterpart of an <c>event</c> element in <c>etc/io_events.xml</c>, checked by the
/// same rules. It may stand on any class; the one that the subscription is about is a good place. <see cref="SubscriptionFieldAttribute"/>,
/// <see cref="SubscriptionRuleAttribute"/> and <see cref="SubscriptionProcessorAttribute"/> beside it hold for each subscription of that class.
/// </summary>
/// <param name="name">The event's name; with a <see cref="Parent"/> a name of the subscription's own.</param>
/// <param name="fields">What is sent of the payload: paths, e.g. <c>sku</c> or <c>items[].sku</c>, or <c>*</c> for everything.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class SubscriptionAttribute(string name, params string[] fields) : Attribute
{
    /// <summary>The event's name, or the subscription's own.</summary>
    public string Name { get; } = name;

    /// <summary>What is sent of the payload.</summary>
    public string[] Fields { get; } = fields;

    /// <summary>The event that it is for, where the name is its own; needed for rules.</summary>
    public string? Parent { get; set; }

    /// <summary>The key of the destination in the configuration (<c>Declarative:Destinations:…</c>), <c>default</c> without one.</summary>
    public string? Destination { get; set; }

    /// <summary>The id of the event provider that it belongs to.</summary>
    public string? ProviderId { get; set; }

    /// <summary>Whether its deliveries go before others.</summary>
    public bool IsPriority { get; set; }

    /// <summary>Whether what it sends is kept from searches, traces and logs.</summary>
    public bool IsHipaaAuditRequired { get; set; }
}

/// <summary>A field of the class's subscriptions that is sent under another name, or converted.</summary>
/// <param name="name">The name that it is sent by, or its path.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class SubscriptionFieldAttribute(string name) : Attribute
{
    /// <summary>The name that it is sent by.</summary>
    public string Name { get; } = name;

    /// <summary>Where its value comes from, if not from the path of its name: another path, or a context expression.</summary>
    public string? Source { get; set; }

    /// <summary>What makes the value that is sent, an <see cref="IFieldConverter"/>.</summary>
    public Type? Converter { get; set; }
}

/// <summary>A rule of the class's subscriptions: they get only events that all their rules hold for.</summary>
/// <param name="field">The field: a path, or a context expression.</param>
/// <param name="comparison">The operator: <c>equal</c>, <c>in</c>, <c>greaterThan</c>, <c>lessThan</c>, <c>regex</c> or <c>onChange</c>.</param>
/// <param name="value">What the field is compared with.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class SubscriptionRuleAttribute(string field, string comparison, string value) : Attribute
{
    /// <summary>The field.</summary>
    public string Field { get; } = field;

    /// <summary>The operator.</summary>
    public string Comparison { get; } = comparison;

    /// <summary>What the field is compared with.</summary>
    public string Value { get; } = value;
}

/// <summary>What the data of the class's subscriptions goes through before it is sent.</summary>
/// <param name="type">An <see cref="IEventProcessor"/>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class SubscriptionProcessorAttribute(Type type) : Attribute
{
    /// <summary>The processor.</summary>
    public Type Type { get; } = type;

    /// <summary>Its place among several, lower ones first.</summary>
    public int Priority { get; set; }
}
