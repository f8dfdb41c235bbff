namespace Declarative.History;

/// <summary>What is kept and what is searched. Bound from <c>Declarative:History</c>.</summary>
public sealed class HistoryOptions
{
    /// <summary>
    /// For how many days finished events stay, with their deliveries and attempts; 0 keeps them for ever. 30 unless set, as in the
    /// async events module. Adobe Commerce keeps 3.
    /// </summary>
    public int RetentionDays { get; set; } = 30;

    /// <summary>
    /// For how many days the data of finished events stays; afterwards it is erased, and the log without it stays until <see cref="RetentionDays"/>. 0, unless
    /// set: as long as the log.
    /// </summary>
    public int PayloadRetentionDays { get; set; }

    /// <summary>For how many days the audit log stays; 0 keeps it for ever. 365 unless set.</summary>
    public int AuditRetentionDays { get; set; } = 365;

    /// <summary>
    /// Whether the whole payloads of events that a service method resolves are kept, so that they can be replayed for a subscription that comes later. False
    /// unless set: they stay as long as the event's data. What a publisher hands over itself is kept in any case.
    /// </summary>
    public bool Archive { get; set; }

    /// <summary>
    /// Fields whose values nobody sees when looking back, and which can't be searched for: names with dots between (<c>customer.email</c>), or a single
    /// name that counts at any depth (<c>email</c>). What is sent is not touched.
    /// </summary>
    public IList<string> RedactedFields { get; } = [];

    /// <summary>Whether payloads can be searched by their values. False unless set: each value of each payload is a row in the index.</summary>
    public bool Search { get; set; }

    internal IEnumerable<string> Problems()
    {
        if (RetentionDays is < 0 or > 36_500)
            yield return "Declarative:History:RetentionDays must be 0 to 36500.";
        if (PayloadRetentionDays is < 0 or > 36_500)
            yield return "Declarative:History:PayloadRetentionDays must be 0 to 36500.";
        if (AuditRetentionDays is < 0 or > 36_500)
            yield return "Declarative:History:AuditRetentionDays must be 0 to 36500.";
    }
}
