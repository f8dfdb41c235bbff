namespace Declarative.Delivery;

/// <summary>What one receiver may be given at most. Bound from <c>Declarative:Delivery:Endpoints:&lt;any name&gt;</c>; each limit counts for each process.</summary>
public sealed class EndpointLimit
{
    /// <summary>Any URL of the receiver; scheme, host and port count.</summary>
    public string Url { get; set; } = "";

    /// <summary>Attempts at once; null for <see cref="DeliveryOptions.MaxInFlightPerEndpoint"/>.</summary>
    public int? MaxInFlight { get; set; }

    /// <summary>Attempts in a minute, spread evenly: at most a second's worth at once. Null for any number.</summary>
    public int? MaxPerMinute { get; set; }

    internal IEnumerable<string> Problems(string name)
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            yield return $"Declarative:Delivery:Endpoints:{name}:Url must be an http or https URL.";
        if (MaxInFlight < 1 || MaxPerMinute < 1)
            yield return $"Declarative:Delivery:Endpoints:{name}: MaxInFlight and MaxPerMinute must be at least 1.";
    }
}
