namespace Declarative.Generator;

/// <summary>The pipeline's stages by name; the caching tests ask for them.</summary>
internal static class TrackingNames
{
    public const string Files = nameof(Files);
    public const string Read = nameof(Read);
    public const string Attributes = nameof(Attributes);
    public const string AttributeFiles = nameof(AttributeFiles);
    public const string Declarations = nameof(Declarations);
    public const string Project = nameof(Project);
    public const string References = nameof(References);
    public const string Bound = nameof(Bound);
    public const string BoundAttributes = nameof(BoundAttributes);
    public const string BoundRoutes = nameof(BoundRoutes);
    public const string SubscriptionContext = nameof(SubscriptionContext);
    public const string BoundSubscriptions = nameof(BoundSubscriptions);
    public const string ForeignSubscriptions = nameof(ForeignSubscriptions);
    public const string Verdict = nameof(Verdict);
    public const string Models = nameof(Models);
    public const string AttributeModels = nameof(AttributeModels);
    public const string AclRows = nameof(AclRows);
    public const string Routes = nameof(Routes);
    public const string Subscriptions = nameof(Subscriptions);
    public const string Plugins = nameof(Plugins);
    public const string IntegrationRows = nameof(IntegrationRows);
    public const string IntegrationContainer = nameof(IntegrationContainer);
    public const string IntegrationClasses = nameof(IntegrationClasses);
    public const string Integrations = nameof(Integrations);
    public const string EarlyPayloads = nameof(EarlyPayloads);
    public const string ConsumerContext = nameof(ConsumerContext);
    public const string BoundConsumers = nameof(BoundConsumers);
    public const string PayloadVerdict = nameof(PayloadVerdict);
    public const string Consumers = nameof(Consumers);
    public const string Sources = nameof(Sources);
    public const string Sequence = nameof(Sequence);
    public const string Permissions = nameof(Permissions);
    public const string Constants = nameof(Constants);
    public const string Acl = nameof(Acl);
    public const string Module = nameof(Module);
    public const string Host = nameof(Host);
}
