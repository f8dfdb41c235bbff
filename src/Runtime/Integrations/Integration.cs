namespace Declarative.Integrations;

/// <summary>A third party with permissions, as it is stored. Its secrets are never part of it.</summary>
public sealed record Integration
{
    /// <summary>Its row.</summary>
    public required long Id { get; init; }

    /// <summary>Its name, unique ignoring case, at least 2 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Whom to write to; null if unset.</summary>
    public string? Email { get; init; }

    /// <summary>The third party's callback page, to which the credentials are posted; null if unset.</summary>
    public string? EndpointUrl { get; init; }

    /// <summary>The third party's log-in page, opened in a popup; null if unset.</summary>
    public string? IdentityLinkUrl { get; init; }

    /// <summary>Whether it may call.</summary>
    public required IntegrationStatus Status { get; init; }

    /// <summary>Who made it.</summary>
    public required IntegrationType Type { get; init; }

    /// <summary>Whether it holds every ACL resource, also those that modules declare later (<c>Magento_Backend::all</c>).</summary>
    public required bool HoldsEverything { get; init; }

    /// <summary>The ids of the ACL resources that it holds; empty if <see cref="HoldsEverything"/>.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>Its OAuth consumer key, 32 characters. No secret.</summary>
    public required string ConsumerKey { get; init; }

    /// <summary>How many access tokens there are.</summary>
    public required int AccessTokens { get; init; }

    /// <summary>The token exchange of the last activation; null if there was none, or it was cleared away.</summary>
    public IntegrationExchange? Exchange { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>Whether activating it exchanges tokens with the third party: both URLs are set. Else the tokens are shown to the administrator.</summary>
    public bool ExchangesTokens => EndpointUrl is not null && IdentityLinkUrl is not null;
}

/// <summary>Whether an integration may call. The numbers are stored; they are the original's.</summary>
public enum IntegrationStatus
{
    /// <summary>It may not: it was never activated, or was deactivated.</summary>
    Inactive = 0,

    /// <summary>It may.</summary>
    Active = 1,

    /// <summary>It may not: what a module declares of it in <c>integration.xml</c> has changed, and its tokens are gone. It must be activated anew.</summary>
    Recreated = 2,
}

/// <summary>Who made an integration. The numbers are stored; they are the original's.</summary>
public enum IntegrationType
{
    /// <summary>Made over REST or in the pages.</summary>
    Manual = 0,

    /// <summary>Declared by a module; only its activation can be changed.</summary>
    Config = 1,
}

/// <summary>How far a token exchange has come.</summary>
/// <param name="StartedAt">When the credentials were posted to the third party.</param>
/// <param name="ExpiresAt">Until when the third party may ask for its request token.</param>
/// <param name="Stage">What it has got.</param>
/// <param name="LastRefusal">Why its last call to a token endpoint was refused since then; null if none was, or this process doesn't know of it.</param>
public sealed record IntegrationExchange(DateTimeOffset StartedAt, DateTimeOffset ExpiresAt, ExchangeStage Stage, string? LastRefusal);

/// <summary>What a third party has got in a token exchange.</summary>
public enum ExchangeStage
{
    /// <summary>The consumer's credentials and the verifier.</summary>
    Verifier = 0,

    /// <summary>The request token too.</summary>
    RequestToken = 1,

    /// <summary>The access token: the integration is active.</summary>
    AccessToken = 2,
}
