using System.Reflection;
using Declarative.Consumers;
using Declarative.Subscriptions;

namespace Declarative.Modules;

/// <summary>What this host is and declares, as the starter kit's info action tells it. Nothing of it is a secret, or leads to one: no destination's URL, no key of the configuration.</summary>
/// <param name="Version">The package's version.</param>
/// <param name="Application">The application's name.</param>
/// <param name="ApplicationVersion">The application's version.</param>
/// <param name="Modules">Names of the active modules in the order in which they merge.</param>
/// <param name="Consumers">Where events come in.</param>
/// <param name="Ingestions">Where events are handed in.</param>
/// <param name="Subscriptions">What modules subscribe to.</param>
internal sealed record HostInfo(
    string Version,
    string Application,
    string? ApplicationVersion,
    IReadOnlyList<string> Modules,
    IReadOnlyList<ConsumerInfo> Consumers,
    IReadOnlyList<IngestionInfo> Ingestions,
    IReadOnlyList<SubscriptionInfo> Subscriptions)
{
    /// <summary>The version of a loaded assembly, without what a build adds to it.</summary>
    public static string? VersionOf(string assembly)
    {
        var loaded = Array.Find(AppDomain.CurrentDomain.GetAssemblies(), one => one.GetName().Name == assembly);
        return loaded?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
    }
}

/// <summary>A consumer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">The path at which it takes events.</param>
/// <param name="Signature">How senders prove who they are.</param>
/// <param name="Events">Its events.</param>
internal sealed record ConsumerInfo(string Name, string Path, string? Signature, IReadOnlyList<ConsumedEventInfo> Events)
{
    public static ConsumerInfo Of(Consumer consumer) => new(
        consumer.Name,
        consumer.Path,
        consumer.Descriptor.Signature,
        [.. consumer.Router.All.SelectMany(static route => route.Rows).Select(static row => new ConsumedEventInfo(row.Event.Name, row.Event.Handler, row.Handler is not null))]);
}

/// <summary>An event of a consumer; one that is split stands here twice.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Handler">The class that handles it.</param>
/// <param name="IsWritten">Whether there is such a class; else the event is answered with 501.</param>
internal sealed record ConsumedEventInfo(string Name, string Handler, bool IsWritten);

/// <summary>An ingestion route.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Authentication">Who may call.</param>
/// <param name="Resource">What a caller with a token needs.</param>
internal sealed record IngestionInfo(string Path, string Authentication, string? Resource);

/// <summary>A declared subscription.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parent">The event, if that isn't the name.</param>
/// <param name="Destination">The name of its destination.</param>
/// <param name="DeclaredIn">The module and the file.</param>
internal sealed record SubscriptionInfo(string Name, string? Parent, string Destination, string DeclaredIn)
{
    public static SubscriptionInfo Of(SubscriptionDescriptor one) => new(one.Name, one.Parent, one.Destination ?? Eventing.DestinationTable.Default, one.DeclaredIn);
}
