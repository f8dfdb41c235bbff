using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;

namespace Declarative.Generator.Binding;

/// <summary>One statement of a subscription, bound: everything the emitter needs as text, and no position.</summary>
internal sealed record SubscriptionModel(string Name)
{
    public string? Parent { get; init; }

    public string? Destination { get; init; }

    public string? ProviderId { get; init; }

    public bool? IsPriority { get; init; }

    public bool? IsHipaaAuditRequired { get; init; }

    public EquatableArray<FieldModel> Fields { get; init; } = EquatableArray<FieldModel>.Empty;

    public EquatableArray<RuleModel> Rules { get; init; } = EquatableArray<RuleModel>.Empty;

    public EquatableArray<ProcessorModel> Processors { get; init; } = EquatableArray<ProcessorModel>.Empty;
}

/// <summary>A field.</summary>
/// <param name="Name">Where it stands in what is sent.</param>
/// <param name="Source">Where it comes from, if elsewhere.</param>
/// <param name="Converter">The converter's type with <c>global::</c>, or null.</param>
internal sealed record FieldModel(string Name, string? Source, string? Converter);

/// <summary>A rule.</summary>
internal sealed record RuleModel(string Field, string Operator, string Value);

/// <summary>A processor.</summary>
/// <param name="Type">Its type with <c>global::</c>.</param>
/// <param name="Priority">Its place among the others; null where the file doesn't say.</param>
internal sealed record ProcessorModel(string Type, int? Priority);

/// <summary>What one file's subscriptions became; those that are wrong were reported and are not among the models.</summary>
internal sealed record BoundSubscriptions(SubscriptionTable Table, EquatableArray<PluginModel> Plugins, EquatableArray<DiagnosticInfo> Diagnostics);

/// <summary>The subscriptions that one output is made of.</summary>
internal sealed record SubscriptionTable(string Source, EquatableArray<SubscriptionModel> Models);

/// <summary>A file with what else its binding depends on. The pipeline keeps the object until one of both changes, so that what was bound is remembered by it.</summary>
internal sealed class SubscriptionFile(FileDeclarations file, SubscriptionContext context) : System.IEquatable<SubscriptionFile>
{
    public FileDeclarations File { get; } = file;

    public SubscriptionContext Context { get; } = context;

    public bool Equals(SubscriptionFile? other) => other is not null && ReferenceEquals(File, other.File) && Context.Equals(other.Context);

    public override bool Equals(object? obj) => Equals(obj as SubscriptionFile);

    public override int GetHashCode() => File.GetHashCode();
}
