namespace Declarative.Storage;

/// <summary>What eventing is configured with over REST: settings and event providers.</summary>
public interface IEventingRecords
{
    /// <summary>All of it.</summary>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<StoredEventing> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Stores settings, all or none; those that are not named stay.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task SaveAsync(IReadOnlyList<StoredSetting> settings, CancellationToken cancellationToken);

    /// <summary>Stores a new provider.</summary>
    /// <param name="provider">The provider; its id is not looked at.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>The row; null if there is one with the same provider id.</returns>
    Task<EventProviderRecord?> AddAsync(EventProviderRecord provider, CancellationToken cancellationToken);

    /// <summary>Replaces a provider by its row.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    /// <returns>False if there is no such row, or another one has the same provider id.</returns>
    Task<bool> ReplaceAsync(EventProviderRecord provider, CancellationToken cancellationToken);

    /// <summary>Removes a provider.</summary>
    /// <param name="id">Its row.</param>
    /// <param name="cancellationToken">Cancels only what was not handed to the database yet.</param>
    Task DeleteAsync(long id, CancellationToken cancellationToken);
}

/// <summary>Settings and providers as stored.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="Providers">The providers, by row.</param>
public sealed record StoredEventing(IReadOnlyList<StoredSetting> Settings, IReadOnlyList<EventProviderRecord> Providers);

/// <summary>A setting: a plain value, or an encrypted one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">The plain value.</param>
/// <param name="Secret">The encrypted value.</param>
public sealed record StoredSetting(string Name, string? Value, byte[]? Secret = null);

/// <summary>An event provider's row.</summary>
/// <param name="Id">The row; 0 before it is stored.</param>
/// <param name="ProviderId">The id that subscriptions name; unique.</param>
/// <param name="InstanceId">The instance that it belongs to.</param>
/// <param name="Label">Its label.</param>
/// <param name="Description">Its description.</param>
/// <param name="Workspace">The encrypted workspace configuration.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ModifiedAt">When it was last changed.</param>
public sealed record EventProviderRecord(
    long Id,
    string ProviderId,
    string InstanceId,
    string? Label,
    string? Description,
    byte[]? Workspace,
    DateTimeOffset CreatedAt,
    DateTimeOffset ModifiedAt);
