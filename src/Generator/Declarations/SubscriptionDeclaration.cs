using System.Linq;
using Declarative.Merging;

namespace Declarative.Generator.Declarations;

/// <summary>One <c>event</c> element of an <c>io_events.xml</c>, before any symbol is looked up.</summary>
/// <param name="Name">Its name as written.</param>
/// <param name="IsValid">False if its name, its parent or a value of its own is malformed, or it has no field; such a one is not emitted.</param>
internal sealed record SubscriptionDeclaration(Positioned Name, bool IsValid)
{
    public Positioned? Parent { get; init; }

    public string? Destination { get; init; }

    public string? ProviderId { get; init; }

    public bool? IsPriority { get; init; }

    public bool? IsHipaaAuditRequired { get; init; }

    public EquatableArray<FieldDeclaration> Fields { get; init; } = EquatableArray<FieldDeclaration>.Empty;

    public EquatableArray<RuleDeclaration> Rules { get; init; } = EquatableArray<RuleDeclaration>.Empty;

    public EquatableArray<ProcessorDeclaration> Processors { get; init; } = EquatableArray<ProcessorDeclaration>.Empty;

    /// <summary>What rules over all modules look at: class names are as written, since they name nothing yet.</summary>
    public SubscriptionStatement Statement(string declaredIn) => new(EventName.Stored(Name.Value), declaredIn)
    {
        Parent = Parent is null ? null : EventName.Stored(Parent.Value),
        Fields = Fields.Select(field => new FieldStatement(field.Name.Value, field.Source?.Value, field.Converter?.Value)).ToList(),
        Rules = Rules.Select(rule => new RuleStatement(rule.Field.Value, rule.Operator.Value, rule.Value.Value)).ToList(),
    };
}

/// <summary>A <c>field</c>: what is sent.</summary>
internal sealed record FieldDeclaration(Positioned Name, Positioned? Source, Positioned? Converter)
{
    /// <summary>Where its value comes from.</summary>
    public Positioned From => Source ?? Name;
}

/// <summary>A <c>rule</c>: when it is sent.</summary>
/// <param name="Field">The field.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Value">The value, maybe empty; then its place is its element's.</param>
internal sealed record RuleDeclaration(Positioned Field, Positioned Operator, Positioned Value);

/// <summary>A <c>processor</c>: what the data goes through.</summary>
internal sealed record ProcessorDeclaration(Positioned Class, int? Priority);
