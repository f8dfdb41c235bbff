using Declarative.Acl;
using Declarative.Events;
using Declarative.Merging;
using Declarative.Modules;
using Declarative.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Integrations;

/// <summary>
/// The integrations that the active modules declare, merged, with what the configuration says otherwise. It builds on the
/// merged permissions; who installs integrations asks again when <see cref="Changed"/> tells.
/// </summary>
internal sealed class DeclaredIntegrations : IReloadable
{
    private readonly EventRegistry _registry;
    private readonly AclResources _resources;
    private readonly IOptionsMonitor<IntegrationOptions> _options;
    private readonly ILogger<DeclaredIntegrations> _logger;
    private volatile Snapshot _snapshot;

    public DeclaredIntegrations(EventRegistry registry, AclResources resources, IOptionsMonitor<IntegrationOptions> options, ILogger<DeclaredIntegrations> logger)
    {
        _registry = registry;
        _resources = resources;
        _options = options;
        _logger = logger;
        _snapshot = Build();
        WarnOfUnknown();
        HotReload.Watch(this);
    }

    /// <summary>Raised after a hot reload changed what is declared.</summary>
    public event EventHandler? Changed;

    /// <summary>
    /// The integrations, in order of first declaration, with all resources that they are given;
    /// <see cref="IntegrationDescriptor.DeclaredIn"/> names the file that said the last word, with its module.
    /// </summary>
    public IReadOnlyList<IntegrationDescriptor> All => _snapshot.All;

    /// <summary>What is wrong with the configuration of declared integrations; empty if they can be used.</summary>
    public IReadOnlyList<string> Problems => _snapshot.Problems;

    /// <summary>Registers it with what binds its options. Options that are configured in code afterwards go before the configuration.</summary>
    public static void Add(IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<IntegrationOptions>, IntegrationSections>());
        services.TryAddSingleton<DeclaredIntegrations>();
    }

    /// <summary>Reads the declarations again; if they are wrong now, the former ones stay.</summary>
    public void Reload()
    {
        var snapshot = Build();
        if (snapshot.Problems.Count > 0)
        {
            _logger.ReloadFailed(string.Join(' ', snapshot.Problems));
            return;
        }

        _snapshot = snapshot;
        WarnOfUnknown();
        Changed?.Invoke(this, EventArgs.Empty);
    }

    private Snapshot Build()
    {
        var problems = new List<string>();
        var merged = IntegrationMerge.Merge(_registry.Modules.SelectMany(static module => module.Integrations.Select(one => Statement(module, one))), _resources.Tree);
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var statement in merged)
        {
            if (!UserName.TryKey(statement.Name, out var key))
                problems.Add($"Integration '{statement.Name}' ({statement.DeclaredIn}): a name has 2 to 255 characters, none of them a control or format character.");
            else if (!keys.TryAdd(key, statement.Name))
                problems.Add($"Integration '{statement.Name}' ({statement.DeclaredIn}): the name reads like that of '{keys[key]}'. Write both alike, or choose another.");
        }

        return new Snapshot(merged.ConvertAll(statement => Descriptor(statement, problems)), problems);
    }

    private IntegrationDescriptor Descriptor(IntegrationStatement statement, List<string> problems)
    {
        var options = _options.Get(statement.Name);
        return new IntegrationDescriptor(statement.Name, statement.DeclaredIn)
        {
            Email = Configured(nameof(options.Email), options.Email, IntegrationValue.EmailFault) ?? statement.Email,
            EndpointUrl = Configured(nameof(options.EndpointUrl), options.EndpointUrl, IntegrationValue.UrlFault) ?? statement.EndpointUrl,
            IdentityLinkUrl = Configured(nameof(options.IdentityLinkUrl), options.IdentityLinkUrl, IntegrationValue.UrlFault) ?? statement.IdentityLinkUrl,
            Resources = statement.Resources,
            IsConsolidated = statement.IsConsolidated,
        };

        string? Configured(string key, string? value, Func<string, string?> fault)
        {
            if (value?.Trim() is not { Length: > 0 } stated)
                return null;

            // The value stays out of the message: a URL with a user may hold a password.
            if (fault(stated) is { } mend)
                problems.Add($"{IntegrationOptions.Section(statement.Name)}:{key} (in the configuration, or set in code) can't be used: {mend}.");
            return stated;
        }
    }

    /// <summary>Ids that no module declares are given all the same: they count once a module does.</summary>
    private void WarnOfUnknown()
    {
        foreach (var integration in All)
        {
            foreach (var id in integration.Resources)
            {
                if (id != IntegrationMerge.TopResource && _resources.ProblemOf(id) is { } problem)
                    _logger.IntegrationResourceUnknown(integration.Name, integration.DeclaredIn, id, problem);
            }
        }
    }

    private static IntegrationStatement Statement(ModuleManifest module, IntegrationDescriptor descriptor) => new(descriptor.Name, $"module {module.Name}, {descriptor.DeclaredIn}")
    {
        Email = descriptor.Email,
        EndpointUrl = descriptor.EndpointUrl,
        IdentityLinkUrl = descriptor.IdentityLinkUrl,
        Resources = descriptor.Resources,
        IsConsolidated = descriptor.IsConsolidated,
    };

    private sealed record Snapshot(IReadOnlyList<IntegrationDescriptor> All, IReadOnlyList<string> Problems);
}
