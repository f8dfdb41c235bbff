using Declarative.Integrations;

namespace Declarative.Storage;

/// <summary>An integration's row.</summary>
public sealed record IntegrationRecord
{
    /// <summary>The row; 0 before it is stored.</summary>
    public long Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The name's form NFKC in upper case, which spellings share; unique.</summary>
    public required string NameKey { get; init; }

    /// <summary>Whom to write to.</summary>
    public string? Email { get; init; }

    /// <summary>The callback page.</summary>
    public string? EndpointUrl { get; init; }

    /// <summary>The log-in page.</summary>
    public string? IdentityLinkUrl { get; init; }

    /// <summary>Whether it may call.</summary>
    public required IntegrationStatus Status { get; init; }

    /// <summary>Who made it.</summary>
    public required IntegrationType Type { get; init; }

    /// <summary>The ids of the ACL resources that it holds, each once; <c>Magento_Backend::all</c> alone for everything.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>The OAuth consumer key; unique.</summary>
    public required string ConsumerKey { get; init; }

    /// <summary>The consumer's secret, the access tokens and the exchange under way, encrypted together.</summary>
    public required byte[] Credentials { get; init; }

    /// <summary>Counts changes: 1, 2, ….</summary>
    public long Version { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }
}

/// <summary>
/// A signed request's nonce: unique among the requests of one integration with one timestamp (RFC 5849, 3.3). Who repeats a request
/// repeats its timestamp, since the signature covers it.
/// </summary>
/// <param name="IntegrationId">The integration's row.</param>
/// <param name="Nonce">The nonce as sent, at most 128 characters.</param>
/// <param name="Timestamp">The request's timestamp, in Unix seconds.</param>
public readonly record struct IntegrationNonce(long IntegrationId, string Nonce, long Timestamp);
