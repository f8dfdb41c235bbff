namespace Declarative.Storage;

/// <summary>How the store is used. Bound from <c>Declarative:Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>Whether a start may change the tables. <see cref="MigrationMode.Auto"/> by default.</summary>
    public MigrationMode Migrations { get; set; } = MigrationMode.Auto;

    /// <summary>
    /// The health check reports degraded when something has been due for longer than this. 5 minutes by default.
    /// </summary>
    public TimeSpan OldestDueAlarm { get; set; } = TimeSpan.FromMinutes(5);
}
