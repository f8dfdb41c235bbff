using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using Declarative.Generator.Tests.Harness;

namespace Declarative.Generator.Tests;

/// <summary>Keys of the configuration that documents name are keys that something reads.</summary>
public sealed partial class SettingsTests
{
    /// <summary>What each section is bound to; below some of them stands a name first.</summary>
    private static readonly Dictionary<string, (Type? Options, bool IsNamed)> Sections = new(StringComparer.Ordinal)
    {
        ["Publishing"] = (typeof(Events.PublishingOptions), false),
        ["Delivery"] = (typeof(Delivery.DeliveryOptions), false),
        ["Storage"] = (typeof(Storage.StorageOptions), false),
        ["Secrets"] = (typeof(Secrets.SecretOptions), false),
        ["Eventing"] = (typeof(Eventing.EventingOptions), false),
        ["History"] = (typeof(History.HistoryOptions), false),
        ["Rest"] = (typeof(Rest.RestOptions), false),
        ["Onboarding"] = (typeof(Commerce.OnboardingOptions), false),
        ["Commerce"] = (Runtime("Commerce.CommerceOptions"), false),
        ["Acl"] = (Runtime("Acl.AclOptions"), false),
        ["Callers"] = (Runtime("Acl.CallerOptions"), false),
        ["Admin"] = (Runtime("Acl.FirstAdminOptions"), false),
        ["OAuth"] = (Runtime("OAuth.OAuthOptions"), false),
        ["Consumers"] = (Runtime("Consumers.ConsumerOptions"), false),
        ["RabbitMq"] = (typeof(RabbitMq.RabbitMqOptions), false),
        ["EventBridge"] = (typeof(EventBridge.EventBridgeOptions), false),
        ["Destinations"] = (Runtime("Eventing.DestinationOptions"), true),
        ["Integrations"] = (Runtime("Integrations.IntegrationOptions"), true),
        ["Modules"] = (null, true),
    };

    private static Type? Runtime(string name) => typeof(DeclarativeBuilder).Assembly.GetType("Declarative." + name, throwOnError: true);

    [Fact]
    public void Keys_that_documents_name_are_read()
    {
        var unknown = new List<string>();
        foreach (var page in Document.Pages)
        {
            foreach (Match key in Key().Matches(Document.Text(page)))
            {
                var path = Regex.Split(key.Groups["path"].Value, ":|__", RegexOptions.None, TimeSpan.FromSeconds(1));
                if (!IsRead(path))
                    unknown.Add($"{page}: {key.Value}");
            }
        }

        unknown.ShouldBeEmpty();
    }

    /// <summary>What the runtime takes for unknown is told at start; a section that it doesn't know of would be told wrongly.</summary>
    [Fact]
    public void The_runtime_knows_every_section()
    {
        var known = (string[])Runtime("Modules.UnknownSettings")!.GetField("AllSections", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;

        known.ShouldBe(Sections.Keys, StringComparer.Ordinal, ignoreOrder: true);
    }

    private static bool IsRead(string[] path)
    {
        if (!Sections.TryGetValue(path[0], out var section))
            return false;
        var type = section.Options;
        foreach (var name in path.Skip(section.IsNamed ? 2 : 1))
        {
            if (type is null)
                return false;
            if (type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)))
                type = type.GetGenericArguments()[^1];
            else if (type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is { } property)
                type = property.PropertyType;
            else
                return false;
        }

        return true;
    }

    [GeneratedRegex(@"\bDeclarative(:|__)(?<path>[A-Z][A-Za-z]*((:|__)(<[a-z]+>|[A-Za-z0-9_]*[A-Za-z0-9]))*)(?![(.\w])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();
}
