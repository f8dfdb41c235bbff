namespace Declarative.Generator.Binding;

/// <summary>The form of the manifest that assemblies carry: what this generator writes and what it reads of others.</summary>
internal static class Manifest
{
    /// <summary>Changes when an older generator or runtime could no longer read what is written.</summary>
    public const int FormatVersion = 1;

    public const string RuntimeAssembly = "Declarative.Runtime";

    public const string ModuleAttribute = "Declarative.Modules.DeclarativeModuleAttribute";

    public const string AsyncEventAttribute = "Declarative.Modules.DeclaredAsyncEventAttribute";

    public const string AclResourceAttribute = "Declarative.Modules.DeclaredAclResourceAttribute";

    public const string RouteAttribute = "Declarative.Modules.DeclaredRouteAttribute";

    public const string SubscriptionAttribute = "Declarative.Modules.DeclaredSubscriptionAttribute";

    public const string IntegrationAttribute = "Declarative.Modules.DeclaredIntegrationAttribute";

    public const string ConsumerAttribute = "Declarative.Modules.DeclaredConsumerAttribute";

    /// <summary>The package's version, which is this assembly's.</summary>
    public static string GeneratorVersion { get; } = typeof(Manifest).Assembly.GetName().Version.ToString(3);
}
