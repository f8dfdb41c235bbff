namespace Declarative.OAuth;

/// <summary>How integrations sign and get their tokens. Bound from <c>Declarative:OAuth</c>.</summary>
public sealed class OAuthOptions
{
    /// <summary>
    /// How long a third party may take from being sent its credentials to asking for its request token, and within how long it gets the
    /// same answers again if it asks again; 1 minute to 1 day. 5 minutes by default, as in the originals.
    /// </summary>
    public TimeSpan ExchangePeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How far a request's timestamp may be from this host's clock, to either side; 30 seconds to 1 hour. Nonces are kept for as long.
    /// 10 minutes by default, which is the originals' limit for the future; they have none for the past.
    /// </summary>
    public TimeSpan TimestampTolerance { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether signatures by HMAC-SHA1 are accepted, for old clients. Off by default, as in the originals since 2.4.6.</summary>
    public bool AcceptSha1 { get; set; }

    /// <summary>
    /// Whether an integration may send its access token as <c>Authorization: Bearer</c>, unsigned. Off by default, as in the originals
    /// since 2.4.4: who reads one request has the token for good.
    /// </summary>
    public bool AccessTokenAsBearer { get; set; }

    internal IEnumerable<string> Problems()
    {
        if (ExchangePeriod < TimeSpan.FromMinutes(1) || ExchangePeriod > TimeSpan.FromDays(1))
            yield return "Declarative:OAuth:ExchangePeriod must be 00:01:00 to 1.00:00:00.";
        if (TimestampTolerance < TimeSpan.FromSeconds(30) || TimestampTolerance > TimeSpan.FromHours(1))
            yield return "Declarative:OAuth:TimestampTolerance must be 00:00:30 to 01:00:00.";
    }
}
