namespace Declarative.Storage;

/// <summary>
/// Rows of integrations, and the nonces of their signed requests. Each change is one transaction.
/// <c>cancellationToken</c> cancels only what was not handed to the database yet.
/// </summary>
public interface IIntegrationStore
{
    /// <summary>All integrations, by name.</summary>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<IReadOnlyList<IntegrationRecord>> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Stores a new integration.</summary>
    /// <param name="integration">The integration; its id and version count for nothing.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>Its row; null, and nothing is stored, if there is one of that name or consumer key.</returns>
    Task<long?> AddAsync(IntegrationRecord integration, CancellationToken cancellationToken);

    /// <summary>Replaces an integration if it is still of the version that was read; its version counts on.</summary>
    /// <param name="integration">The integration, with the version that was read.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>False, and nothing is stored, if it was changed or removed meanwhile, or another one has its name or consumer key.</returns>
    Task<bool> ReplaceAsync(IntegrationRecord integration, CancellationToken cancellationToken);

    /// <summary>Removes an integration; its row is never given again. Its nonces go with their time.</summary>
    /// <param name="id">Its row.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>Whether it was there.</returns>
    Task<bool> DeleteAsync(long id, CancellationToken cancellationToken);

    /// <summary>Stores nonces; of equal ones, in this call or at the same time, one only is new.</summary>
    /// <param name="nonces">The nonces.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>For each whether it is new; false if it was used before.</returns>
    Task<IReadOnlyList<bool>> AddNoncesAsync(IReadOnlyList<IntegrationNonce> nonces, CancellationToken cancellationToken);

    /// <summary>Whether a nonce was used before.</summary>
    /// <param name="nonce">The nonce.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    Task<bool> HasNonceAsync(IntegrationNonce nonce, CancellationToken cancellationToken);

    /// <summary>Removes nonces of requests that are too old to be accepted again.</summary>
    /// <param name="timestamp">Those with an older timestamp, in Unix seconds.</param>
    /// <param name="limit">Most rows, so that nobody waits long for the writer.</param>
    /// <param name="cancellationToken">See above.</param>
    /// <returns>Whether there may be more.</returns>
    Task<bool> DeleteNoncesAsync(long timestamp, int limit, CancellationToken cancellationToken);
}
