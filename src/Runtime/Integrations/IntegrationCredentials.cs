using System.Text.Json;
using System.Text.Json.Serialization;
using Declarative.OAuth;

namespace Declarative.Integrations;

/// <summary>An integration's secrets. A class, so that no <c>ToString</c> shows them; stored encrypted as a whole.</summary>
internal sealed class IntegrationCredentials
{
    /// <summary>The consumer's secret.</summary>
    public required string ConsumerSecret { get; init; }

    /// <summary>The access tokens.</summary>
    public IReadOnlyList<SecretToken> AccessTokens { get; init; } = [];

    /// <summary>The last exchange; null if there was none since the tokens were revoked.</summary>
    public TokenExchange? Exchange { get; init; }

    /// <summary>New ones without any token.</summary>
    public static IntegrationCredentials New() => new() { ConsumerSecret = OAuthSecret.New() };

    /// <summary>The same consumer's secret with another exchange, and other access tokens if they are given.</summary>
    public IntegrationCredentials With(TokenExchange? exchange, IReadOnlyList<SecretToken>? accessTokens = null) =>
        new() { ConsumerSecret = ConsumerSecret, AccessTokens = accessTokens ?? AccessTokens, Exchange = exchange };

    /// <summary>The text that is encrypted.</summary>
    public string Write() => JsonSerializer.Serialize(this, CredentialsJson.Default.IntegrationCredentials);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static IntegrationCredentials Read(string text) => JsonSerializer.Deserialize(text, CredentialsJson.Default.IntegrationCredentials)!;
}

/// <summary>A token and its secret. A class for the same reason.</summary>
internal sealed class SecretToken
{
    /// <summary>The token.</summary>
    public required string Token { get; init; }

    /// <summary>Its secret.</summary>
    public required string Secret { get; init; }

    /// <summary>A new one.</summary>
    public static SecretToken New() => new() { Token = OAuthSecret.New(), Secret = OAuthSecret.New() };
}

/// <summary>
/// A token exchange. In the originals one row changes from verifier to request token to access token; here all three stay until the
/// next exchange, so that who asks again within the time can be given the same answer.
/// </summary>
internal sealed class TokenExchange
{
    /// <summary>When the credentials were posted.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>What was posted with them.</summary>
    public required string Verifier { get; init; }

    /// <summary>The request token, once it was asked for.</summary>
    public SecretToken? RequestToken { get; init; }

    /// <summary>The access token, once it was asked for.</summary>
    public SecretToken? AccessToken { get; init; }

    /// <summary>How far it has come.</summary>
    [JsonIgnore]
    public ExchangeStage Stage => AccessToken is not null ? ExchangeStage.AccessToken : RequestToken is not null ? ExchangeStage.RequestToken : ExchangeStage.Verifier;

    /// <summary>The exchange one step further.</summary>
    public TokenExchange With(SecretToken requestToken, SecretToken? accessToken = null) =>
        new() { StartedAt = StartedAt, Verifier = Verifier, RequestToken = requestToken, AccessToken = accessToken };
}

[JsonSerializable(typeof(IntegrationCredentials))]
internal sealed partial class CredentialsJson : JsonSerializerContext;
