namespace Declarative.Consumers;

/// <summary>Limits of consumers and ingestion routes; bound from <c>Declarative:Consumers</c>.</summary>
public sealed class ConsumerOptions
{
    /// <summary>The most bytes that a request's body may have, 1 to 1 GiB; more is answered with 413. 1 MiB unless set.</summary>
    public long MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>The most events of one request in CloudEvents' batched mode, at least 1; more are answered with 413. 100 unless set.</summary>
    public int MaxBatch { get; set; } = 100;

    /// <summary>How long the ids of handled events are kept, against repeats: 1 minute to 30 days. 10 minutes unless set.</summary>
    public TimeSpan InboxRetention { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether ids of handled events are kept at all. True unless set; without, each repeat is handled again.</summary>
    public bool Inbox { get; set; } = true;

    /// <summary>
    /// The application's event prefix for consumers that state none: with <c>acme</c> the event <c>observer.x</c> comes as
    /// <c>com.adobe.commerce.acme.observer.x</c>. None unless set.
    /// </summary>
    public string? EventPrefix { get; set; }

    /// <summary>
    /// Hosts besides those of <c>adobe.io</c> whose <c>validationUrl</c> is fetched when they ask whether a consumer takes their events. None unless set.
    /// </summary>
    public IList<string> ValidationHosts { get; set; } = [];

    internal IEnumerable<string> Problems()
    {
        if (MaxBodyBytes is < 1 or > 1L << 30)
            yield return "Declarative:Consumers:MaxBodyBytes must be between 1 and 1073741824.";
        if (MaxBatch < 1)
            yield return "Declarative:Consumers:MaxBatch must be at least 1.";
        if (InboxRetention < TimeSpan.FromMinutes(1) || InboxRetention > TimeSpan.FromDays(30))
            yield return "Declarative:Consumers:InboxRetention must be between 00:01:00 and 30.00:00:00.";
    }
}
