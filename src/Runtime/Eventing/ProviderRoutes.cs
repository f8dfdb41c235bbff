using System.Globalization;
using Declarative.Rest;
using Declarative.Secrets;
using Declarative.Storage;
using Declarative.Subscriptions;
using Microsoft.Extensions.Options;

namespace Declarative.Eventing;

/// <summary><c>eventProvider</c>: the records of who provides events. The default one comes from the configuration and can't be changed here.</summary>
internal sealed class ProviderRoutes(EventingState state, IEventingRecords records, SubscriptionCache subscriptions, SecretProtector protector, IOptions<EventingOptions> options, TimeProvider time)
{
    private const string Mask = "******";

    /// <summary>Makes a provider, or with an id changes that one.</summary>
    public Task<ProviderView> Save(ProviderInput eventProvider, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(eventProvider.Id) ? Create(eventProvider, cancellationToken) : Change(RequireRow(eventProvider.Id), eventProvider, cancellationToken);

    /// <summary>Changes the provider that the path names by its provider id, or by its row.</summary>
    public Task<ProviderView> Update(string provider, ProviderInput eventProvider, CancellationToken cancellationToken)
    {
        var record = state.Providers.FirstOrDefault(one => one.ProviderId == provider) ?? RequireRow(provider);
        if (!string.IsNullOrEmpty(eventProvider.Id) && eventProvider.Id != IdOf(record))
            throw new InputException("The path names the event provider %path and the body %body.", ("path", IdOf(record)), ("body", eventProvider.Id));
        return Change(record, eventProvider, cancellationToken);
    }

    public IReadOnlyList<ProviderView> GetList() => [.. DefaultProvider(), .. state.Providers.Select(View)];

    /// <summary>The provider of the id; a stored one before the default one.</summary>
    public ProviderView Get(string providerId) =>
        state.Providers.FirstOrDefault(one => one.ProviderId == providerId) is { } record
            ? View(record)
            : DefaultProvider().FirstOrDefault(one => one.ProviderId == providerId) ?? throw Unknown(providerId);

    public async Task<bool> Delete(string providerId, CancellationToken cancellationToken)
    {
        var record = state.Providers.FirstOrDefault(one => one.ProviderId == providerId) ?? throw Unknown(providerId);
        RefuseIfUsed(record, "deleted");
        await records.DeleteAsync(record.Id, cancellationToken).ConfigureAwait(false);
        await state.ReloadAsync(CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    private async Task<ProviderView> Create(ProviderInput input, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(input.ProviderId))
            throw new InputException("provider_id is missing.");
        if (string.IsNullOrEmpty(input.InstanceId))
            throw new InputException("instance_id is missing.");
        if (state.Providers.Any(one => one.ProviderId == input.ProviderId))
            throw Duplicate(input.ProviderId);
        var now = time.GetUtcNow();
        var record = new EventProviderRecord(0, input.ProviderId, Instance(input.InstanceId), input.Label, input.Description, Workspace(input, null), now, now);
        var stored = await records.AddAsync(record, cancellationToken).ConfigureAwait(false) ?? throw Duplicate(input.ProviderId);
        await state.ReloadAsync(CancellationToken.None).ConfigureAwait(false);
        return View(stored);
    }

    private async Task<ProviderView> Change(EventProviderRecord record, ProviderInput input, CancellationToken cancellationToken)
    {
        var changed = record with
        {
            ProviderId = string.IsNullOrEmpty(input.ProviderId) ? record.ProviderId : input.ProviderId,
            InstanceId = string.IsNullOrEmpty(input.InstanceId) ? record.InstanceId : Instance(input.InstanceId),
            Label = input.Label ?? record.Label,
            Description = input.Description ?? record.Description,
            Workspace = Workspace(input, record.Workspace),
            ModifiedAt = time.GetUtcNow(),
        };
        if (changed.ProviderId != record.ProviderId)
            RefuseIfUsed(record, "given another provider_id");
        if (!await records.ReplaceAsync(changed, cancellationToken).ConfigureAwait(false))
            throw Duplicate(changed.ProviderId);
        await state.ReloadAsync(CancellationToken.None).ConfigureAwait(false);
        return View(changed);
    }

    private IEnumerable<ProviderView> DefaultProvider()
    {
        if (state.ProviderId is { } id)
            yield return new ProviderView(null, id, state.InstanceId, options.Value.Label, options.Value.Description, state.HasWorkspace ? Mask : "");
    }

    /// <summary>The rows that subscriptions in use refer to must stay what they are.</summary>
    private void RefuseIfUsed(EventProviderRecord record, string what)
    {
        var users = subscriptions.All
            .Where(one => one.Record.Status == SubscriptionStatus.Active && one.Record.ProviderId == record.ProviderId && one.Record.Name is not null)
            .Select(static one => one.Record.Name!)
            .ToList();
        if (users.Count > 0)
            throw new InputException("The event provider %provider can't be " + what + ": these subscriptions use it: %subscriptions. Unsubscribe them first.", ("provider", record.ProviderId), ("subscriptions", string.Join(", ", users)));
    }

    private byte[]? Workspace(ProviderInput input, byte[]? stored)
    {
        if (string.IsNullOrEmpty(input.WorkspaceConfiguration) || EventingFormats.IsMask(input.WorkspaceConfiguration))
            return stored;
        return EventingFormats.ParseWorkspace(input.WorkspaceConfiguration, out var problem) is null
            ? throw new InputException("workspace_configuration is no JSON: %problem", ("problem", problem))
            : protector.Protect(input.WorkspaceConfiguration);
    }

    private EventProviderRecord RequireRow(string id) =>
        state.Providers.FirstOrDefault(one => IdOf(one) == id) ?? throw Unknown(id);

    private static string Instance(string instance) =>
        EventingFormats.ProblemOfInstance("instance_id", instance) is { } problem ? throw new InputException(problem) : instance;

    private static string IdOf(EventProviderRecord record) => record.Id.ToString(CultureInfo.InvariantCulture);

    private static NoSuchEntityException Unknown(string id) => new("There is no event provider %id.", ("id", id));

    private static InputException Duplicate(string id) => new("There is an event provider with the provider_id %provider already.", ("provider", id));

    private static ProviderView View(EventProviderRecord record) =>
        new(IdOf(record), record.ProviderId, record.InstanceId, record.Label, record.Description, record.Workspace is null ? "" : Mask);
}

/// <summary>A provider as callers send it. A class, so that no <c>ToString</c> shows the workspace.</summary>
internal sealed class ProviderInput
{
    /// <summary>The row, as text or number.</summary>
    public string? Id { get; init; }

    public string? ProviderId { get; init; }

    public string? InstanceId { get; init; }

    public string? Label { get; init; }

    public string? Description { get; init; }

    public string? WorkspaceConfiguration { get; init; }
}

/// <summary>A provider as callers see it: the row as text, as the originals' examples have it, and its workspace configuration masked.</summary>
internal sealed record ProviderView(string? Id, string ProviderId, string? InstanceId, string? Label, string? Description, string WorkspaceConfiguration);
