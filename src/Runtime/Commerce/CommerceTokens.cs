using System.Text.Json;
using System.Text.Json.Serialization;
using Declarative.Integrations;
using Declarative.Secrets;
using Declarative.Storage;

namespace Declarative.Commerce;

/// <summary>What is kept of the store's credentials, encrypted on its way into the database and decrypted on its way out.</summary>
internal sealed class CommerceTokens(IIntegrationTokenStore store, SecretProtector protector, TimeProvider time)
{
    // The exchange decides within moments which of them are genuine; more than these are a flood.
    private const int MaxPosts = 16;

    private static readonly TimeSpan Activating = TimeSpan.FromHours(1);

    /// <summary>What calls are signed with, or null.</summary>
    public async Task<IntegrationTokens?> FindAsync(CancellationToken cancellationToken) =>
        await store.FindAsync(cancellationToken).ConfigureAwait(false) is { } link
            ? JsonSerializer.Deserialize(protector.Unprotect(link.Tokens), CommerceJson.Default.IntegrationTokens)
            : null;

    /// <summary>Keeps posted credentials until they are exchanged; false if too many wait.</summary>
    public Task<bool> AddPostAsync(PostedCredentials posted, CancellationToken cancellationToken) =>
        store.AddPostAsync(
            new IntegrationPostRecord
            {
                ConsumerKey = posted.ConsumerKey,
                Credentials = protector.Protect(JsonSerializer.Serialize(posted, CommerceJson.Default.PostedCredentials)),
                PostedAt = time.GetUtcNow(),
            },
            MaxPosts,
            cancellationToken);

    /// <summary>The credentials of a post.</summary>
    public PostedCredentials Read(IntegrationPostRecord post) => JsonSerializer.Deserialize(protector.Unprotect(post.Credentials), CommerceJson.Default.PostedCredentials)!;

    /// <summary>Calls are signed with these from now on; the post that they came of is done.</summary>
    public Task SaveAsync(long postId, IntegrationTokens tokens, CancellationToken cancellationToken) =>
        store.SaveAsync(
            postId,
            new IntegrationLinkRecord
            {
                ConsumerKey = tokens.ConsumerKey,
                Tokens = protector.Protect(JsonSerializer.Serialize(tokens, CommerceJson.Default.IntegrationTokens)),
                LinkedAt = time.GetUtcNow(),
            },
            cancellationToken);

    /// <summary>
    /// Whether the consumer is being activated: its post is being exchanged, or was within the last hour. A log-in is not tied later,
    /// by whoever leads somebody to the page.
    /// </summary>
    public async Task<bool> KnowsAsync(string consumerKey, CancellationToken cancellationToken) =>
        (await store.LoadPostsAsync(cancellationToken).ConfigureAwait(false)).Any(post => post.ConsumerKey == consumerKey)
        || (await store.FindAsync(cancellationToken).ConfigureAwait(false) is { } link && link.ConsumerKey == consumerKey && time.GetUtcNow() < link.LinkedAt + Activating);
}

/// <summary>What a store posted to the callback page. A class, so that no <c>ToString</c> shows it.</summary>
internal sealed class PostedCredentials
{
    public required string ConsumerKey { get; init; }

    public required string ConsumerSecret { get; init; }

    public required string Verifier { get; init; }
}

[JsonSerializable(typeof(IntegrationTokens))]
[JsonSerializable(typeof(PostedCredentials))]
internal sealed partial class CommerceJson : JsonSerializerContext;
