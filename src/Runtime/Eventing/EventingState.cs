using Declarative.Secrets;
using Declarative.Storage;
using Declarative.Work;
using Microsoft.Extensions.Options;

namespace Declarative.Eventing;

/// <summary>How eventing is configured now: what was set over REST, else the host's configuration. Kept in memory, since every event asks.</summary>
internal sealed class EventingState(IEventingRecords records, SecretProtector protector, IOptions<EventingOptions> options, MessageSignal messages) : IDisposable
{
    private const string Prefix = "eventing.";

    private readonly SemaphoreSlim _reloads = new(1, 1);
    private volatile Snapshot _snapshot = new([], []);

    public bool IsEnabled => Value("enabled") is { } value ? value == "1" : options.Value.Enabled;

    /// <summary>The largest data of a named subscription, in bytes.</summary>
    public int MaxDataBytes => options.Value.MaxDataBytes;

    public string? MerchantId => Value("merchant_id") ?? options.Value.MerchantId;

    public string? EnvironmentId => Value("environment_id") ?? options.Value.EnvironmentId;

    public string? InstanceId => Value("instance_id") ?? options.Value.InstanceId;

    /// <summary>The default provider's id; null if there is none.</summary>
    public string? ProviderId => Value("provider_id") is { Length: > 0 } id ? id : options.Value.ProviderId is { Length: > 0 } configured ? configured : null;

    public bool HasWorkspace => _snapshot.Settings.ContainsKey("workspace_configuration");

    /// <summary>The stored providers, besides the default one.</summary>
    public IReadOnlyList<EventProviderRecord> Providers => _snapshot.Providers;

    public bool HasProvider(string id) => id == ProviderId || Providers.Any(provider => provider.ProviderId == id);

    /// <summary>One after the other, so that no older state comes after a newer one.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _reloads.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await LoadAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _reloads.Release();
        }
    }

    public void Dispose() => _reloads.Dispose();

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var stored = await records.LoadAsync(cancellationToken).ConfigureAwait(false);
        _snapshot = new Snapshot(
            stored.Settings.Where(static setting => setting.Name.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(static setting => setting.Name[Prefix.Length..], StringComparer.Ordinal),
            stored.Providers);
    }

    /// <summary>Stores what is not null, all or nothing. The caller has checked it.</summary>
    public async Task SaveAsync(ConfigurationInput configuration, CancellationToken cancellationToken)
    {
        var settings = new List<StoredSetting>();
        Add("enabled", configuration.Enabled is { } enabled ? enabled ? "1" : "0" : null);
        Add("merchant_id", configuration.MerchantId);
        Add("environment_id", configuration.EnvironmentId);
        Add("instance_id", configuration.InstanceId);
        Add("provider_id", configuration.ProviderId);
        if (configuration.WorkspaceConfiguration is { } workspace && !EventingFormats.IsMask(workspace))
            settings.Add(new StoredSetting(Prefix + "workspace_configuration", null, protector.Protect(workspace)));
        await records.SaveAsync(settings, cancellationToken).ConfigureAwait(false);
        await ReloadAsync(CancellationToken.None).ConfigureAwait(false);
        messages.Set();

        void Add(string name, string? value)
        {
            if (value is not null)
                settings.Add(new StoredSetting(Prefix + name, value));
        }
    }

    private string? Value(string name) => _snapshot.Settings.GetValueOrDefault(name)?.Value;

    private sealed record Snapshot(Dictionary<string, StoredSetting> Settings, IReadOnlyList<EventProviderRecord> Providers);
}
