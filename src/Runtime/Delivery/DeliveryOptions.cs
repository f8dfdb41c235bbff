using System.Net;
using Declarative.Storage;

namespace Declarative.Delivery;

/// <summary>How deliveries are made. Bound from <c>Declarative:Delivery</c>.</summary>
public sealed class DeliveryOptions
{
    /// <summary>Attempts that run at once, over all endpoints. 256 by default.</summary>
    public int MaxInFlight { get; set; } = 256;

    /// <summary>Attempts that run at once at one endpoint. 8 by default.</summary>
    public int MaxInFlightPerEndpoint { get; set; } = 8;

    /// <summary>How long connecting may take, TLS included. 5 seconds by default.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one attempt may take in all, the response's body included. 15 seconds by default.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a claimed row belongs to the worker that claimed it; afterwards it is due again. At least twice the
    /// attempt's time and 5 seconds more. 60 seconds by default.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest sleep of an idle worker. 30 seconds by default.</summary>
    public TimeSpan BackStop { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The retry schedule of subscriptions that name none. <c>standard</c> by default.</summary>
    public string DefaultRetry { get; set; } = "standard";

    /// <summary>
    /// Networks in CIDR notation (<c>127.0.0.0/8</c>, <c>fd00::/8</c>) that deliveries may reach although they are
    /// private. None by default: an address that is not public is refused when connecting.
    /// </summary>
    public IList<string> AllowedNetworks { get; set; } = [];

    /// <summary>Limits of single receivers, by any name. None by default.</summary>
    public IDictionary<string, EndpointLimit> Endpoints { get; } = new Dictionary<string, EndpointLimit>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// After so many failures in a row (no connection, no answer in time, 408, 429, 5xx) an endpoint's deliveries wait without attempts, but for a
    /// probe now and then; 0 for never. 10 by default.
    /// </summary>
    public int BreakerFailures { get; set; } = 10;

    /// <summary>How long they wait before the first probe; twice as long after each probe that fails. 30 seconds by default.</summary>
    public TimeSpan BreakerOpenFor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long they wait for a probe at most. 15 minutes by default.</summary>
    public TimeSpan BreakerOpenAtMost { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Whether subscriptions that keep failing are switched off, by Adobe I/O Events' rule: at least 10 attempts within 24 hours of which at least 80 % failed
    /// make one unstable, and 24 hours of that switch it off. True by default. What a module declares is only reported.
    /// </summary>
    public bool DisableFailing { get; set; } = true;

    internal BreakerRule Breaker => new(BreakerFailures, BreakerOpenFor, BreakerOpenAtMost);

    internal IEnumerable<string> Problems()
    {
        if (BreakerFailures < 0)
            yield return "Declarative:Delivery:BreakerFailures must be at least 1, or 0 to leave the breaker out.";
        if (BreakerOpenFor <= TimeSpan.Zero || BreakerOpenAtMost < BreakerOpenFor)
            yield return "Declarative:Delivery:BreakerOpenFor must be above 0, and BreakerOpenAtMost not less.";
        foreach (var wrong in Endpoints.SelectMany(static limit => limit.Value.Problems(limit.Key)))
            yield return wrong;
        if (MaxInFlight < 1 || MaxInFlightPerEndpoint < 1)
            yield return "Declarative:Delivery:MaxInFlight and MaxInFlightPerEndpoint must be at least 1.";
        if (ConnectTimeout <= TimeSpan.Zero || AttemptTimeout <= TimeSpan.Zero)
            yield return "Declarative:Delivery:ConnectTimeout and AttemptTimeout must be above 0.";
        if (LeaseDuration < (AttemptTimeout * 2) + TimeSpan.FromSeconds(5))
            yield return "Declarative:Delivery:LeaseDuration must be at least twice AttemptTimeout and 5 seconds more, else a slow receiver gets a delivery twice at once.";
        if (BackStop <= TimeSpan.Zero)
            yield return "Declarative:Delivery:BackStop must be above 0.";
        if (!RetrySchedule.TryParse(DefaultRetry, out _, out var problem))
            yield return "Declarative:Delivery:DefaultRetry: " + problem;
        foreach (var network in AllowedNetworks)
        {
            if (!IPNetwork.TryParse(network, out _))
                yield return $"Declarative:Delivery:AllowedNetworks: '{network}' is no network in CIDR notation such as 10.0.0.0/8.";
        }
    }
}
