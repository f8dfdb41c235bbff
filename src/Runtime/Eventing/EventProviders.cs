using System.Globalization;
using Declarative.History;
using Declarative.Rest;
using Declarative.Secrets;
using Declarative.Storage;
using Declarative.Subscriptions;
using Microsoft.Extensions.Options;

namespace Declarative.Eventing;

/// <summary>
/// The records of who provides events (<c>eventProvider</c>). The default one comes from the configuration and can't be changed here. Whoever calls it has
/// checked that the person may; what is changed is in the audit log.
/// </summary>
public sealed class EventProviders
{
    private readonly EventingState _state;
    private readonly IEventingRecords _records;
    private readonly SubscriptionCache _subscriptions;
    private readonly SecretProtector _protector;
    private readonly IOptions<EventingOptions> _options;
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;

    internal EventProviders(EventingState state, IEventingRecords records, SubscriptionCache subscriptions, SecretProtector protector, IOptions<EventingOptions> options, AuditLog audit, TimeProvider time)
    {
        _state = state;
        _records = records;
        _subscriptions = subscriptions;
        _protector = protector;
        _options = options;
        _audit = audit;
        _time = time;
    }

    private const string Mask = "******";

    /// <summary>Makes a provider, or with an id changes that one.</summary>
    /// <param name="eventProvider">What it is; what is null stays as it is.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="InputException">Something of it can't be used, or it is in use and must stay what it is.</exception>
    /// <exception cref="NoSuchEntityException">There is no provider of that id.</exception>
    public Task<EventProvider> SaveAsync(EventProviderData eventProvider, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(eventProvider);
        return string.IsNullOrEmpty(eventProvider.Id) ? Create(eventProvider, cancellationToken) : Change(RequireRow(eventProvider.Id), eventProvider, cancellationToken);
    }

    /// <summary>Changes the provider of a provider id, or of a row.</summary>
    /// <param name="provider">The provider's id, or its row.</param>
    /// <param name="eventProvider">What it is; what is null stays as it is.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="InputException">As for <see cref="SaveAsync"/>, or two ids contradict each other.</exception>
    /// <exception cref="NoSuchEntityException">There is no such provider.</exception>
    public Task<EventProvider> UpdateAsync(string provider, EventProviderData eventProvider, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(eventProvider);
        var record = _state.Providers.FirstOrDefault(one => one.ProviderId == provider) ?? RequireRow(provider);
        if (!string.IsNullOrEmpty(eventProvider.Id) && eventProvider.Id != IdOf(record))
            throw new InputException("The path names the event provider %path and the body %body.", ("path", IdOf(record)), ("body", eventProvider.Id));
        return Change(record, eventProvider, cancellationToken);
    }

    /// <summary>All providers, the default one first.</summary>
    public IReadOnlyList<EventProvider> List() => [.. DefaultProvider(), .. _state.Providers.Select(View)];

    /// <summary>The provider of the id; a stored one before the default one.</summary>
    /// <param name="providerId">The provider's id.</param>
    /// <exception cref="NoSuchEntityException">There is no such provider.</exception>
    public EventProvider Get(string providerId) =>
        _state.Providers.FirstOrDefault(one => one.ProviderId == providerId) is { } record
            ? View(record)
            : DefaultProvider().FirstOrDefault(one => one.ProviderId == providerId) ?? throw Unknown(providerId);

    /// <summary>Removes a provider.</summary>
    /// <param name="providerId">The provider's id.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="InputException">Enabled subscriptions use it.</exception>
    /// <exception cref="NoSuchEntityException">There is no such provider, or it is the default one.</exception>
    public async Task<bool> DeleteAsync(string providerId, CancellationToken cancellationToken = default)
    {
        var record = _state.Providers.FirstOrDefault(one => one.ProviderId == providerId) ?? throw Unknown(providerId);
        RefuseIfUsed(record, "deleted");
        await _records.DeleteAsync(record.Id, cancellationToken).ConfigureAwait(false);
        await _state.ReloadAsync(CancellationToken.None).ConfigureAwait(false);
        await _audit.WriteAsync("provider.delete", providerId, null, CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    private async Task<EventProvider> Create(EventProviderData input, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(input.ProviderId))
            throw new InputException("provider_id is missing.");
        if (string.IsNullOrEmpty(input.InstanceId))
            throw new InputException("instance_id is missing.");
        if (_state.Providers.Any(one => one.ProviderId == input.ProviderId))
            throw Duplicate(input.ProviderId);
        var now = _time.GetUtcNow();
        var record = new EventProviderRecord(0, input.ProviderId, Instance(input.InstanceId), input.Label, input.Description, Workspace(input, null), now, now);
        var stored = await _records.AddAsync(record, cancellationToken).ConfigureAwait(false) ?? throw Duplicate(input.ProviderId);
        await _state.ReloadAsync(CancellationToken.None).ConfigureAwait(false);
        await _audit.WriteAsync("provider.create", stored.ProviderId, stored.Label, CancellationToken.None).ConfigureAwait(false);
        return View(stored);
    }

    private async Task<EventProvider> Change(EventProviderRecord record, EventProviderData input, CancellationToken cancellationToken)
    {
        var changed = record with
        {
            ProviderId = string.IsNullOrEmpty(input.ProviderId) ? record.ProviderId : input.ProviderId,
            InstanceId = string.IsNullOrEmpty(input.InstanceId) ? record.InstanceId : Instance(input.InstanceId),
            Label = input.Label ?? record.Label,
            Description = input.Description ?? record.Description,
            Workspace = Workspace(input, record.Workspace),
            ModifiedAt = _time.GetUtcNow(),
        };
        if (changed.ProviderId != record.ProviderId)
            RefuseIfUsed(record, "given another provider_id");
        if (!await _records.ReplaceAsync(changed, cancellationToken).ConfigureAwait(false))
            throw Duplicate(changed.ProviderId);
        await _state.ReloadAsync(CancellationToken.None).ConfigureAwait(false);
        await _audit.WriteAsync("provider.change", changed.ProviderId, null, CancellationToken.None).ConfigureAwait(false);
        return View(changed);
    }

    private IEnumerable<EventProvider> DefaultProvider()
    {
        if (_state.ProviderId is { } id)
            yield return new EventProvider(null, id, _state.InstanceId, _options.Value.Label, _options.Value.Description, _state.HasWorkspace ? Mask : "");
    }

    /// <summary>The rows that subscriptions in use refer to must stay what they are.</summary>
    private void RefuseIfUsed(EventProviderRecord record, string what)
    {
        var users = _subscriptions.All
            .Where(one => one.Record.Status == SubscriptionStatus.Active && one.Record.ProviderId == record.ProviderId && one.Record.Name is not null)
            .Select(static one => one.Record.Name!)
            .ToList();
        if (users.Count > 0)
            throw new InputException("The event provider %provider can't be " + what + ": these subscriptions use it: %subscriptions. Unsubscribe them first.", ("provider", record.ProviderId), ("subscriptions", string.Join(", ", users)));
    }

    private byte[]? Workspace(EventProviderData input, byte[]? stored)
    {
        if (string.IsNullOrEmpty(input.WorkspaceConfiguration) || EventingFormats.IsMask(input.WorkspaceConfiguration))
            return stored;
        return EventingFormats.ParseWorkspace(input.WorkspaceConfiguration, out var problem) is null
            ? throw new InputException("workspace_configuration is no JSON: %problem", ("problem", problem))
            : _protector.Protect(input.WorkspaceConfiguration);
    }

    private EventProviderRecord RequireRow(string id) =>
        _state.Providers.FirstOrDefault(one => IdOf(one) == id) ?? throw Unknown(id);

    private static string Instance(string instance) =>
        EventingFormats.ProblemOfInstance("instance_id", instance) is { } problem ? throw new InputException(problem) : instance;

    private static string IdOf(EventProviderRecord record) => record.Id.ToString(CultureInfo.InvariantCulture);

    private static NoSuchEntityException Unknown(string id) => new("There is no event provider %id.", ("id", id));

    private static InputException Duplicate(string id) => new("There is an event provider with the provider_id %provider already.", ("provider", id));

    private static EventProvider View(EventProviderRecord record) =>
        new(IdOf(record), record.ProviderId, record.InstanceId, record.Label, record.Description, record.Workspace is null ? "" : Mask);
}

/// <summary>What an event provider is to be; null for what stays. A class, so that no <c>ToString</c> shows the workspace.</summary>
public sealed class EventProviderData
{
    /// <summary>The row, as text or number; null for a new one.</summary>
    public string? Id { get; init; }

    /// <summary>The provider's id, unique.</summary>
    public string? ProviderId { get; init; }

    /// <summary>The instance: letters, digits, <c>_</c> and <c>-</c>.</summary>
    public string? InstanceId { get; init; }

    /// <summary>What people call it.</summary>
    public string? Label { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Adobe's workspace file, JSON; asterisks alone keep the stored one. It is kept encrypted.</summary>
    public string? WorkspaceConfiguration { get; init; }
}

/// <summary>An event provider as people see it.</summary>
/// <param name="Id">The row as text, as the originals' examples have it; null for the default one.</param>
/// <param name="ProviderId">The provider's id.</param>
/// <param name="InstanceId">The instance.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Description">What it is for.</param>
/// <param name="WorkspaceConfiguration">Asterisks if there is one; empty if there is none.</param>
public sealed record EventProvider(string? Id, string ProviderId, string? InstanceId, string? Label, string? Description, string WorkspaceConfiguration);
