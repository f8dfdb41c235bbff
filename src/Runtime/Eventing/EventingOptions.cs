namespace Declarative.Eventing;

/// <summary>Eventing, as Adobe Commerce has it. Bound from <c>Declarative:Eventing</c>; what is set over REST goes before.</summary>
public sealed class EventingOptions
{
    /// <summary>Whether event messages are matched and delivered; else they stay queued. True unless set.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The id of the default event provider. Without one nobody can subscribe to events by <c>eventSubscribe</c>.</summary>
    public string? ProviderId { get; set; }

    /// <summary>The default provider's instance; letters, digits, <c>_</c> and <c>-</c>.</summary>
    public string? InstanceId { get; set; }

    /// <summary>The default provider's label.</summary>
    public string? Label { get; set; }

    /// <summary>The default provider's description.</summary>
    public string? Description { get; set; }

    /// <summary>The merchant, the first part of <c>source</c> in the data of CloudEvents; letters, digits and <c>_</c>.</summary>
    public string? MerchantId { get; set; }

    /// <summary>The environment, its second part.</summary>
    public string? EnvironmentId { get; set; }

    /// <summary>Whether the data of all named subscriptions is kept from logs, search and pages. False unless set.</summary>
    public bool HipaaAuditRequired { get; set; }

    /// <summary>The largest data of one event after fields and processors, in bytes, at least 1024. 65,536 unless set, as in Adobe Commerce.</summary>
    public int MaxDataBytes { get; set; } = 65_536;

    /// <summary><c>commerceEdition</c> in the metadata of CloudEvents. <c>Declarative</c> unless set.</summary>
    public string CommerceEdition { get; set; } = "Declarative";

    /// <summary><c>commerceVersion</c> in the metadata of CloudEvents; the package's version unless set.</summary>
    public string? CommerceVersion { get; set; }

    /// <summary>Website and store group of stores by their ids, for the metadata of CloudEvents. Those that are not named have 0 and 0.</summary>
    public IDictionary<int, StorePlace> Stores { get; } = new Dictionary<int, StorePlace>();

    internal IEnumerable<string> Problems()
    {
        if (MaxDataBytes < 1024)
            yield return "Declarative:Eventing:MaxDataBytes must be at least 1024.";
        foreach (var problem in new[]
        {
            EventingFormats.ProblemOfId("Declarative:Eventing:MerchantId", MerchantId),
            EventingFormats.ProblemOfId("Declarative:Eventing:EnvironmentId", EnvironmentId),
            EventingFormats.ProblemOfInstance("Declarative:Eventing:InstanceId", InstanceId),
        })
        {
            if (problem is not null)
                yield return problem;
        }
    }
}

/// <summary>Where a store stands.</summary>
public sealed class StorePlace
{
    /// <summary>The website's id.</summary>
    public int WebsiteId { get; set; }

    /// <summary>The store group's id.</summary>
    public int StoreGroupId { get; set; }
}
