namespace Declarative.Generator.Declarations;

/// <summary>What the root element of one file declares: of the file's kind, everything else stays empty.</summary>
internal sealed record FileContent
{
    public static readonly FileContent Nothing = new();

    public ModuleDeclaration? Module { get; init; }

    public EquatableArray<AsyncEventDeclaration> AsyncEvents { get; init; } = EquatableArray<AsyncEventDeclaration>.Empty;

    /// <summary>The resources of an <c>acl.xml</c>, a parent before its children.</summary>
    public EquatableArray<AclResourceDeclaration> AclResources { get; init; } = EquatableArray<AclResourceDeclaration>.Empty;

    public EquatableArray<RouteDeclaration> Routes { get; init; } = EquatableArray<RouteDeclaration>.Empty;

    public EquatableArray<SubscriptionDeclaration> Subscriptions { get; init; } = EquatableArray<SubscriptionDeclaration>.Empty;

    public EquatableArray<IntegrationDeclaration> Integrations { get; init; } = EquatableArray<IntegrationDeclaration>.Empty;

    public EquatableArray<ConsumerDeclaration> Consumers { get; init; } = EquatableArray<ConsumerDeclaration>.Empty;

    public EquatableArray<IngestionDeclaration> Ingestions { get; init; } = EquatableArray<IngestionDeclaration>.Empty;
}
