using System.Linq;
using Declarative.Merging;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>A module in a referenced assembly, as its assembly attributes tell.</summary>
internal sealed record ReferencedModule(string Assembly, string Name, string GeneratorVersion, int FormatVersion, string? Manifest, EquatableArray<string> Sequence)
{
    public EquatableArray<ReferencedEvent> Events { get; init; } = EquatableArray<ReferencedEvent>.Empty;

    public EquatableArray<ReferencedResource> Resources { get; init; } = EquatableArray<ReferencedResource>.Empty;

    public EquatableArray<ReferencedRoute> Routes { get; init; } = EquatableArray<ReferencedRoute>.Empty;

    public EquatableArray<ReferencedSubscription> Subscriptions { get; init; } = EquatableArray<ReferencedSubscription>.Empty;

    public EquatableArray<ReferencedIntegration> Integrations { get; init; } = EquatableArray<ReferencedIntegration>.Empty;

    public EquatableArray<ReferencedConsumer> Consumers { get; init; } = EquatableArray<ReferencedConsumer>.Empty;

    /// <summary>Names of the assemblies that it uses, and so knew when it was built.</summary>
    public EquatableArray<string> Uses { get; init; } = EquatableArray<string>.Empty;

    /// <summary>Whether it is the runtime's own module, which comes before all others and which the runtime adds by itself.</summary>
    public bool IsRuntime => Assembly == Binding.Manifest.RuntimeAssembly;

    /// <summary>A place in the module, as messages name it: nobody can click on a reference.</summary>
    public string Where(string declaredIn) => $"the module {Name} (assembly {Assembly}, {declaredIn})";

    /// <summary>The module, or null if the assembly is none.</summary>
    public static ReferencedModule? Of(IAssemblySymbol assembly)
    {
        var attributes = assembly.GetAttributes().Where(attribute => attribute.AttributeClass?.ContainingNamespace is { Name: "Modules" }).ToList();
        var declaration = attributes.Find(attribute => Is(attribute, Binding.Manifest.ModuleAttribute));
        if (declaration?.Argument<string>(0) is not { } name || declaration.ConstructorArguments.Length != 2 || declaration.ConstructorArguments[1].Value is not int formatVersion)
            return null;
        var manifest = declaration.Named("Manifest").Value as INamedTypeSymbol;
        var module = new ReferencedModule(
            assembly.Name,
            name,
            declaration.Named("GeneratorVersion").Value as string ?? "",
            formatVersion,
            manifest?.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            declaration.Named("Sequence").Texts());
        if (formatVersion != Binding.Manifest.FormatVersion)
            return module;
        return module with
        {
            Uses = assembly.Modules.SelectMany(one => one.ReferencedAssemblies).Select(one => one.Name).ToEquatableArray(),
            Events = attributes.FindAll(attribute => Is(attribute, Binding.Manifest.AsyncEventAttribute)).Select(ReferencedEvent.Of).OfType<ReferencedEvent>().ToEquatableArray(),
            Resources = attributes.FindAll(attribute => Is(attribute, Binding.Manifest.AclResourceAttribute)).Select(ReferencedResource.Of).OfType<ReferencedResource>().ToEquatableArray(),
            Routes = attributes.FindAll(attribute => Is(attribute, Binding.Manifest.RouteAttribute)).Select(ReferencedRoute.Of).OfType<ReferencedRoute>().ToEquatableArray(),
            Subscriptions = attributes.FindAll(attribute => Is(attribute, Binding.Manifest.SubscriptionAttribute)).Select(ReferencedSubscription.Of).OfType<ReferencedSubscription>().ToEquatableArray(),
            Consumers = attributes.FindAll(attribute => Is(attribute, Binding.Manifest.ConsumerAttribute)).Select(ReferencedConsumer.Of).OfType<ReferencedConsumer>().ToEquatableArray(),
            Integrations = attributes.FindAll(attribute => Is(attribute, Binding.Manifest.IntegrationAttribute)).Select(ReferencedIntegration.Of).OfType<ReferencedIntegration>().ToEquatableArray(),
        };
    }

    // A name is only written out for what may be it: there are as many attributes as declarations.
    private static bool Is(AttributeData attribute, string name) =>
        attribute.AttributeClass is { } type && name.EndsWith(type.Name, System.StringComparison.Ordinal) && type.ToDisplayString() == name;
}

/// <summary>An async event that a referenced module declares.</summary>
internal sealed record ReferencedEvent(string Name, string DeclaredIn, EquatableArray<string> ParameterNames, EquatableArray<string> ParameterTypes, EquatableArray<string> Resources)
{
    /// <summary>The payload's type as a documentation reference id; null if it is not told.</summary>
    public string? PayloadId { get; init; }

    /// <summary>The parameters as people read them, and as overrides are compared.</summary>
    public string Parameters => string.Join(", ", ParameterTypes.Zip(ParameterNames, (type, name) => type + " " + name));

    public static ReferencedEvent? Of(AttributeData attribute)
    {
        if (attribute.Argument<string>(0) is not { } name || attribute.Argument<string>(1) is not { } declaredIn)
            return null;
        var types = attribute.Named("ParameterTypes");
        var typeNames = types is { Kind: TypedConstantKind.Array, IsNull: false }
            ? types.Values.Select(value => (value.Value as ITypeSymbol)?.ToDisplayString() ?? "?").ToEquatableArray()
            : EquatableArray<string>.Empty;
        return new ReferencedEvent(name, declaredIn, attribute.Named("ParameterNames").Texts(), typeNames, attribute.Named("Resources").Texts())
        {
            PayloadId = attribute.Named("Payload").Value is ITypeSymbol payload ? DocumentationCommentId.CreateReferenceId(payload) : null,
        };
    }
}

/// <summary>One statement of an ACL resource by a referenced module.</summary>
internal sealed record ReferencedResource(string Id, string DeclaredIn, string? ParentId, string? Title, bool? IsDisabled)
{
    /// <summary>The statement, as far as an attribute tells: no sort order, and no taking back of what another module switched off.</summary>
    public AclStatement Statement => new(Id, ParentId, Title, SortOrder: null, IsDisabled);

    public static ReferencedResource? Of(AttributeData attribute) =>
        attribute.Argument<string>(0) is { } id && attribute.Argument<string>(1) is { } declaredIn
            ? new ReferencedResource(id, declaredIn, attribute.Named("Parent").Text(), attribute.Named("Title").Text(), attribute.Named("IsDisabled").Value is true ? true : attribute.Named("IsEnabled").Value is true ? false : null)
            : null;
}

/// <summary>One statement of a route by a referenced module.</summary>
internal sealed record ReferencedRoute(string Method, string Url, string DeclaredIn, bool HasService, EquatableArray<string> Resources)
{
    public static ReferencedRoute? Of(AttributeData attribute) =>
        attribute.Argument<string>(0) is { } method && attribute.Argument<string>(1) is { } url && attribute.Argument<string>(2) is { } declaredIn
            ? new ReferencedRoute(method, url, declaredIn, attribute.Named("HasService").Value is true, attribute.Named("Resources").Texts())
            : null;
}

/// <summary>One statement of a subscription by a referenced module.</summary>
internal sealed record ReferencedSubscription(string Name, string DeclaredIn, string? Parent, EquatableArray<string> Fields, EquatableArray<string> RuleFields, EquatableArray<string> RuleOperators)
{
    /// <summary>The statement, as far as an attribute tells.</summary>
    public SubscriptionStatement Statement => new(Name, DeclaredIn)
    {
        Parent = Parent,
        Fields = Fields.Select(path => new FieldStatement(path, null, null)).ToList(),
        Rules = RuleFields.Zip(RuleOperators, (path, operation) => new RuleStatement(path, operation, "")).ToList(),
    };

    public static ReferencedSubscription? Of(AttributeData attribute) =>
        attribute.Argument<string>(0) is { } name && attribute.Argument<string>(1) is { } declaredIn
            ? new ReferencedSubscription(name, declaredIn, attribute.Named("Parent").Text(), attribute.Named("Fields").Texts(), attribute.Named("RuleFields").Texts(), attribute.Named("RuleOperators").Texts())
            : null;
}

/// <summary>One statement of an integration by a referenced module.</summary>
internal sealed record ReferencedIntegration(string Name, string DeclaredIn, bool HasEmail, EquatableArray<string> Resources, bool IsConsolidated)
{
    /// <summary>The statement, as far as an attribute tells: that there is an e-mail address, not which.</summary>
    public IntegrationStatement Statement => new(Name, DeclaredIn) { Email = HasEmail ? "" : null, Resources = Resources, IsConsolidated = IsConsolidated };

    public static ReferencedIntegration? Of(AttributeData attribute) =>
        attribute.Argument<string>(0) is { } name && attribute.Argument<string>(1) is { } declaredIn
            ? new ReferencedIntegration(name, declaredIn, attribute.Named("HasEmail").Value is true, attribute.Named("Resources").Texts(), attribute.Named("IsConsolidated").Value is true)
            : null;
}

/// <summary>One statement of a consumer, or of an ingestion route, by a referenced module.</summary>
/// <param name="Name">The consumer's name; null for an ingestion route.</param>
/// <param name="Path">The path; null where the file doesn't state one.</param>
/// <param name="DeclaredIn">The file.</param>
internal sealed record ReferencedConsumer(string? Name, string? Path, string DeclaredIn)
{
    public static ReferencedConsumer? Of(AttributeData attribute) =>
        attribute.Argument<string>(0) is { } name && attribute.Argument<string>(1) is { } path && attribute.Argument<string>(2) is { } declaredIn
            ? new ReferencedConsumer(name.Length == 0 ? null : name, path.Length == 0 ? null : path, declaredIn)
            : null;
}
