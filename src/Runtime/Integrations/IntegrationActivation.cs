namespace Declarative.Integrations;

/// <summary>What activating an integration led to: tokens to hand over, or a log-in page to open; neither if it had its tokens already.</summary>
public sealed record IntegrationActivation
{
    /// <summary>The integration as it is now.</summary>
    public required Integration Integration { get; init; }

    /// <summary>New credentials, to be shown this once; null where the third party fetches them itself, or has them.</summary>
    public IntegrationTokens? Tokens { get; init; }

    /// <summary>
    /// The third party's log-in page with <c>oauth_consumer_key</c> and <c>success_call_back</c>, for a popup; null where no tokens are
    /// exchanged.
    /// </summary>
    public Uri? IdentityLink { get; init; }
}

/// <summary>The four values that a third party signs its calls with. A class whose <see cref="ToString"/> hides them.</summary>
public sealed class IntegrationTokens
{
    /// <summary><c>oauth_consumer_key</c>.</summary>
    public required string ConsumerKey { get; init; }

    /// <summary>The consumer's secret.</summary>
    public required string ConsumerSecret { get; init; }

    /// <summary><c>oauth_token</c>.</summary>
    public required string AccessToken { get; init; }

    /// <summary>The access token's secret.</summary>
    public required string AccessTokenSecret { get; init; }

    /// <summary>Not the tokens.</summary>
    public override string ToString() => "(secret)";
}
