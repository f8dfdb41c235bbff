namespace Declarative.Integrations;

/// <summary>An integration as callers send it.</summary>
internal sealed record IntegrationInput(string? Name, string? Email, string? EndpointUrl, string? IdentityLinkUrl, bool AllResources, IReadOnlyList<string>? Resources)
{
    public IntegrationData ToData() => new()
    {
        Name = Name ?? "",
        Email = Email,
        EndpointUrl = EndpointUrl,
        IdentityLinkUrl = IdentityLinkUrl,
        AllResources = AllResources,
        Resources = Resources ?? [],
    };
}

/// <summary>An integration as callers see it: status and type in words.</summary>
internal sealed record IntegrationView(
    long IntegrationId,
    string Name,
    string? Email,
    string? EndpointUrl,
    string? IdentityLinkUrl,
    string Status,
    string Type,
    bool AllResources,
    IReadOnlyList<string> Resources,
    string ConsumerKey,
    int AccessTokens,
    DateTimeOffset CreatedAt,
    DateTimeOffset ModifiedAt)
{
    public static IntegrationView Of(Integration one) => new(
        one.Id,
        one.Name,
        one.Email,
        one.EndpointUrl,
        one.IdentityLinkUrl,
        one.Status switch
        {
            IntegrationStatus.Active => "active",
            IntegrationStatus.Recreated => "recreated",
            _ => "inactive",
        },
        one.Type == IntegrationType.Config ? "config" : "manual",
        one.HoldsEverything,
        one.Resources,
        one.ConsumerKey,
        one.AccessTokens,
        one.CreatedAt,
        one.ModifiedAt);
}

/// <summary>What an activation led to.</summary>
internal sealed record ActivationView(IntegrationView Integration, TokensView? Tokens, string? IdentityLinkUrl)
{
    public static ActivationView Of(IntegrationActivation one) =>
        new(IntegrationView.Of(one.Integration), one.Tokens is { } tokens ? new TokensView(tokens) : null, one.IdentityLink?.AbsoluteUri);
}

/// <summary>New credentials, shown once. A class, so that no <c>ToString</c> shows them.</summary>
internal sealed class TokensView(IntegrationTokens tokens)
{
    public string ConsumerKey => tokens.ConsumerKey;

    public string ConsumerSecret => tokens.ConsumerSecret;

    public string AccessToken => tokens.AccessToken;

    public string AccessTokenSecret => tokens.AccessTokenSecret;
}
