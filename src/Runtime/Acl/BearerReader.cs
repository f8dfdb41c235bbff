using System.Collections.Frozen;
using Declarative.Storage;
using Microsoft.AspNetCore.Http;

namespace Declarative.Acl;

/// <summary>
/// Reads <c>Authorization: Bearer</c>. What is not a good token of ours makes the caller a guest, as in the originals, never an
/// error: it may be the token of another scheme.
/// </summary>
internal sealed class BearerReader(CallerTokens tokens, RoleCache roles) : ICredentialReader
{
    private const string Prefix = "Bearer ";

    /// <summary>The caller that the request's token speaks for; null for a guest. A token in use costs no query.</summary>
    public ValueTask<CallerIdentity?> ReadAsync(HttpContext context)
    {
        var token = TokenOf(context.Request);
        if (token.IsEmpty)
            return default;
        var owner = tokens.FindAsync(token, context.RequestAborted);
        return owner.IsCompletedSuccessfully ? IdentityOf(owner.Result, context.RequestAborted) : AwaitAsync(owner, context.RequestAborted);
    }

    /// <summary>The token in the header; empty if there is none.</summary>
    public static ReadOnlySpan<char> TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        return header.Count == 1 && header[0] is { } value && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? value.AsSpan(Prefix.Length) : [];
    }

    private async ValueTask<CallerIdentity?> AwaitAsync(ValueTask<TokenOwner?> owner, CancellationToken cancellationToken) =>
        await IdentityOf(await owner.ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private ValueTask<CallerIdentity?> IdentityOf(TokenOwner? owner, CancellationToken cancellationToken)
    {
        if (owner?.RoleId is not { } role)
            return new(owner is null ? null : new CallerIdentity(owner, FrozenSet<string>.Empty));
        return roles.Find(role) is { } entry ? new(new CallerIdentity(owner, entry.Resources)) : RefreshAsync(owner, role, cancellationToken);
    }

    private async ValueTask<CallerIdentity?> RefreshAsync(TokenOwner owner, long role, CancellationToken cancellationToken)
    {
        await roles.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return new CallerIdentity(owner, roles.Find(role)?.Resources ?? []);
    }
}
