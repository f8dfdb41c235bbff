using System.Globalization;
using Declarative.Storage;
using Microsoft.Extensions.Options;

namespace Declarative.Acl;

/// <summary>Makes, knows and revokes access tokens.</summary>
internal sealed class CallerTokens(ICallerStore store, CallerCache cache, IOptions<CallerOptions> options, TimeProvider time)
{
    /// <summary>What an admin user's tokens are owned by.</summary>
    public static string OwnerOf(AdminRecord admin) => admin.Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Who a token speaks for; null if it is none, or good no more. A token in use costs no query.</summary>
    public ValueTask<TokenOwner?> FindAsync(ReadOnlySpan<char> token, CancellationToken cancellationToken)
    {
        if (!AccessToken.TryParse(token, out var parsed))
            return default;
        return cache.Find(parsed) is { } owner ? new(owner) : new(LoadAsync(parsed, cancellationToken));
    }

    /// <summary>A new token; null if the user was switched off, or got another password, since the password was verified.</summary>
    /// <param name="kind">Who it is for.</param>
    /// <param name="owner">See <see cref="NewToken.Owner"/>.</param>
    /// <param name="nameKey">The key of the name that was logged in by.</param>
    /// <param name="passwordHash">What an admin's password was verified against.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    public async Task<string?> IssueAsync(CallerKind kind, string owner, string nameKey, string? passwordHash, CancellationToken cancellationToken)
    {
        var token = AccessToken.New();
        var now = time.GetUtcNow();
        var isStored = await store.AddTokenAsync(
            new NewToken
            {
                Hash = token.Hash(),
                Kind = kind,
                Owner = owner,
                NameKey = nameKey,
                PasswordHash = passwordHash,
                CreatedAt = now,
                ExpiresAt = now + options.Value.LifetimeOf(kind),
            },
            cancellationToken).ConfigureAwait(false);
        return isStored ? token.Reveal() : null;
    }

    public async Task<bool> RevokeAsync(CallerKind kind, string token, CancellationToken cancellationToken)
    {
        if (!AccessToken.TryParse(token, out var parsed))
            return false;
        try
        {
            return await store.RevokeTokenAsync(kind, parsed.Hash(), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            cache.Forget((one, _) => one == parsed);
        }
    }

    public async Task<int> RevokeAllAsync(CallerKind kind, string owner, CancellationToken cancellationToken)
    {
        try
        {
            return await store.RevokeTokensAsync(kind, owner, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Forget(kind, owner);
        }
    }

    /// <summary>The caller's tokens are read anew, since the store has other things to say of them.</summary>
    public void Forget(CallerKind kind, string owner) => cache.Forget((_, one) => one.Kind == kind && one.Owner == owner);

    private async Task<TokenOwner?> LoadAsync(AccessToken token, CancellationToken cancellationToken)
    {
        var changes = cache.Changes;
        var owner = await store.FindTokenAsync(token.Hash(), time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        if (owner is not null)
            cache.Keep(token, owner, changes);
        return owner;
    }
}
