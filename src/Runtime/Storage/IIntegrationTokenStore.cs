namespace Declarative.Storage;

/// <summary>
/// The third party's side: credentials that a store posted and that are still to be exchanged, and the tokens that came of it. Each
/// change is one transaction. <c>cancellationToken</c> cancels only what was not handed to the database yet.
/// </summary>
public interface IIntegrationTokenStore
{
    /// <summary>The tokens that calls are signed with; null before the integration was activated.</summary>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IntegrationLinkRecord?> FindAsync(CancellationToken cancellationToken);

    /// <summary>What was posted and not exchanged yet, oldest first.</summary>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<IntegrationPostRecord>> LoadPostsAsync(CancellationToken cancellationToken);

    /// <summary>Keeps what was posted, besides what was posted before: which is genuine, the exchange tells.</summary>
    /// <param name="post">The post; its id counts for nothing.</param>
    /// <param name="limit">Most posts that may wait.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>False, and nothing is kept, if so many wait already.</returns>
    Task<bool> AddPostAsync(IntegrationPostRecord post, int limit, CancellationToken cancellationToken);

    /// <summary>Removes a post that came to nothing.</summary>
    /// <param name="id">Its row.</param>
    /// <param name="cancellationToken">See above.</param>
    Task DeletePostAsync(long id, CancellationToken cancellationToken);

    /// <summary>
    /// Stores the tokens of a post in place of those that were there, and removes the post. Who logged in for the same consumer, before
    /// or during the exchange, stays tied to it.
    /// </summary>
    /// <param name="postId">The post's row.</param>
    /// <param name="link">The tokens; its login counts for nothing.</param>
    /// <param name="cancellationToken">See above.</param>
    Task SaveAsync(long postId, IntegrationLinkRecord link, CancellationToken cancellationToken);

    /// <summary>Ties a consumer, of the tokens or of waiting posts, to who logged in.</summary>
    /// <param name="consumerKey">The consumer's key.</param>
    /// <param name="login">Who logged in, by the application's own name or id.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>False if there is no such consumer.</returns>
    Task<bool> TieAsync(string consumerKey, string login, CancellationToken cancellationToken);
}

/// <summary>What calls to the store are signed with.</summary>
public sealed record IntegrationLinkRecord
{
    /// <summary>The consumer's key, by which the store knows the integration.</summary>
    public required string ConsumerKey { get; init; }

    /// <summary>Consumer and access token with their secrets, encrypted together.</summary>
    public required byte[] Tokens { get; init; }

    /// <summary>Who logged in when the integration was activated, by the application's own name or id; null if nobody did yet.</summary>
    public string? Login { get; init; }

    /// <summary>When the tokens came.</summary>
    public required DateTimeOffset LinkedAt { get; init; }
}

/// <summary>Credentials that were posted, by a store or by somebody who says so.</summary>
public sealed record IntegrationPostRecord
{
    /// <summary>The row; 0 before it is stored.</summary>
    public long Id { get; init; }

    /// <summary>The consumer's key.</summary>
    public required string ConsumerKey { get; init; }

    /// <summary>The consumer's secret and the verifier, encrypted together.</summary>
    public required byte[] Credentials { get; init; }

    /// <summary>When they were posted.</summary>
    public required DateTimeOffset PostedAt { get; init; }
}
