namespace Declarative.Events;

/// <summary>How events are accepted. Bound from <c>Declarative:Publishing</c>.</summary>
public sealed class PublishingOptions
{
    /// <summary>How many publishes may wait in memory for the store, 1 to 1,000,000. 10,000 by default.</summary>
    public int QueueCapacity { get; set; } = 10_000;

    /// <summary>How long a publish waits for room before it fails with <see cref="EventQueueFullException"/>. 5 seconds by default; 0 fails at once.</summary>
    public TimeSpan QueueFullWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest JSON of one publish (arguments or payload), in bytes, 1 KiB to 256 MiB. 1 MiB by default.</summary>
    public int MaxMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>The largest payload that a service method may give, in bytes. 8 MiB by default.</summary>
    public int MaxPayloadBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>How long a service method may take, below <c>Declarative:Delivery:LeaseDuration</c>. 20 seconds by default.</summary>
    public TimeSpan ResolveTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How many service methods run at once, over all events. 64 by default.</summary>
    public int MaxResolves { get; set; } = 64;

    /// <summary>How many service methods run at once for one event. 16 by default.</summary>
    public int MaxResolvesPerEvent { get; set; } = 16;

    /// <summary>
    /// How long a call of a decorated service waits for its plugin event to be stored, above 0 and at most a minute. 5 seconds
    /// by default. The call then goes on, and the event is stored when the store answers.
    /// </summary>
    public TimeSpan PluginWait { get; set; } = TimeSpan.FromSeconds(5);

    internal IEnumerable<string> Problems(TimeSpan lease)
    {
        if (QueueCapacity is < 1 or > 1_000_000)
            yield return "Declarative:Publishing:QueueCapacity must be 1 to 1000000.";
        if (QueueFullWait < TimeSpan.Zero)
            yield return "Declarative:Publishing:QueueFullWait must not be negative.";
        if (MaxMessageBytes is < 1024 or > 256 * 1024 * 1024)
            yield return "Declarative:Publishing:MaxMessageBytes must be 1024 to 268435456.";
        if (MaxPayloadBytes < 1024)
            yield return "Declarative:Publishing:MaxPayloadBytes must be at least 1024.";
        if (ResolveTimeout <= TimeSpan.Zero || ResolveTimeout * 2 > lease)
            yield return "Declarative:Publishing:ResolveTimeout must be above 0 and at most half of Declarative:Delivery:LeaseDuration, else a slow service method is called twice at once.";
        if (PluginWait <= TimeSpan.Zero || PluginWait > TimeSpan.FromMinutes(1))
            yield return "Declarative:Publishing:PluginWait must be above 0 and at most 00:01:00.";
        if (MaxResolves < 1 || MaxResolvesPerEvent < 1)
            yield return "Declarative:Publishing:MaxResolves and MaxResolvesPerEvent must be at least 1.";
    }
}
