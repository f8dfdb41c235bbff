namespace Declarative.Subscriptions;

/// <summary>One field that a subscription gets.</summary>
/// <param name="Name">
/// Where it stands in what is sent: a path such as <c>sku</c>, <c>customer.email</c> or <c>items[].sku</c>, or <c>*</c> for
/// everything but <c>_origData</c>. Without a source also where it comes from.
/// </param>
public sealed record SubscriptionField(string Name)
{
    /// <summary>Where it comes from, if elsewhere: another path, or a context expression such as <c>context_store.get_store.get_id</c>.</summary>
    public string? Source { get; init; }

    /// <summary>The class name of the converter that its values go through; null for none.</summary>
    public string? Converter { get; init; }
}

/// <summary>A condition on the payload. All rules of a subscription must hold.</summary>
/// <param name="Field">The path, or context expression, whose value is compared.</param>
/// <param name="Operator">One of <c>equal</c>, <c>greaterThan</c>, <c>lessThan</c>, <c>in</c>, <c>regex</c>, <c>onChange</c>.</param>
/// <param name="Value">What it is compared with; may be empty.</param>
public sealed record SubscriptionRule(string Field, string Operator, string Value);

/// <summary>A processor that the projected data goes through before it is sent.</summary>
/// <param name="Class">The processor's class name.</param>
/// <param name="Priority">Smaller ones run first, those without a priority before all.</param>
public sealed record SubscriptionProcessor(string Class, int? Priority = null);
