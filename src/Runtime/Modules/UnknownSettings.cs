using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Declarative.Acl;
using Declarative.Commerce;
using Declarative.Consumers;
using Declarative.Delivery;
using Declarative.Eventing;
using Declarative.Events;
using Declarative.History;
using Declarative.Integrations;
using Declarative.Merging;
using Declarative.OAuth;
using Declarative.Rest;
using Declarative.Secrets;
using Declarative.Storage;
using Microsoft.Extensions.Configuration;

namespace Declarative.Modules;

/// <summary>Keys below <c>Declarative</c> that nothing reads. A misspelt one would change nothing, in silence.</summary>
internal sealed class UnknownSettings(IConfiguration configuration, EventRegistry registry)
{
    private const string Root = "Declarative";
    private const string Destinations = "Destinations";
    private const string Integrations = "Integrations";
    private const string Modules = "Modules";

    /// <summary>Each section with what its options hold.</summary>
    private static readonly Dictionary<string, string[]> Sections = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Acl"] = Names<AclOptions>(),
        ["Admin"] = Names<FirstAdminOptions>(),
        ["Callers"] = Names<CallerOptions>(),
        ["Commerce"] = Names<CommerceOptions>(),
        ["Consumers"] = Names<ConsumerOptions>(),
        ["Delivery"] = Names<DeliveryOptions>(),
        ["Eventing"] = Names<EventingOptions>(),
        ["History"] = Names<HistoryOptions>(),
        ["OAuth"] = Names<OAuthOptions>(),
        ["Onboarding"] = Names<OnboardingOptions>(),
        ["Publishing"] = Names<PublishingOptions>(),
        ["Rest"] = Names<RestOptions>(),
        ["Secrets"] = Names<SecretOptions>(),
        ["Storage"] = Names<StorageOptions>(),
    };

    // What other packages read is theirs to judge, whether they are there or not.
    private static readonly string[] OfPackages = ["EventBridge", "RabbitMq"];

    private static readonly string[] AllSections = [.. Sections.Keys, Destinations, Integrations, Modules, .. OfPackages];

    // Where secrets of consumers and inputs of handlers lie is the application's choice.
    private readonly List<string> _ofConsumers =
    [
        .. registry.Modules.SelectMany(static module => module.ConsumedEvents).SelectMany(static row => row.Event.Inputs?.Inputs ?? []).Select(static input => input.Key),
        .. registry.Modules.SelectMany(static module => module.Consumers.SelectMany(static one => new[] { one.Secret, one.Keys, one.Client }).Concat(module.Ingestions.Select(static one => one.Secret))).OfType<string>(),
    ];

    /// <summary>The keys, each with the one that was probably meant; null where none is similar.</summary>
    public IEnumerable<(string Key, string? Meant)> Find() =>
        All().Where(one => !_ofConsumers.Exists(path => $"{path}:".StartsWith($"{one.Key}:", StringComparison.OrdinalIgnoreCase)));

    private IEnumerable<(string Key, string? Meant)> All()
    {
        foreach (var section in configuration.GetSection(Root).GetChildren())
        {
            if (Sections.TryGetValue(section.Key, out var names))
            {
                foreach (var one in Unknown(section, names))
                    yield return one;
            }
            else if (Is(section, Destinations) || Is(section, Integrations))
            {
                var options = Is(section, Destinations) ? Names<DestinationOptions>() : Names<IntegrationOptions>();
                foreach (var one in section.GetChildren().SelectMany(named => Unknown(named, options)))
                    yield return one;
            }
            else if (Is(section, Modules))
            {
                foreach (var one in Unknown(section, [.. registry.Modules.Concat(registry.SwitchedOff).Select(static module => module.Name)]))
                    yield return one;
            }
            else if (!OfPackages.Contains(section.Key, StringComparer.OrdinalIgnoreCase))
            {
                yield return (section.Path, Meant(Root, section.Key, AllSections));
            }
        }
    }

    private static IEnumerable<(string Key, string? Meant)> Unknown(IConfigurationSection section, string[] known) =>
        section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)).Select(child => (child.Path, Meant(section.Path, child.Key, known)));

    private static string? Meant(string parent, string key, string[] known) => NearestName.Find(key, known) is { } nearest ? $"{parent}:{nearest}" : null;

    private static bool Is(IConfigurationSection section, string name) => string.Equals(section.Key, name, StringComparison.OrdinalIgnoreCase);

    private static string[] Names<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>() =>
        Array.ConvertAll(typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance), static property => property.Name);
}
