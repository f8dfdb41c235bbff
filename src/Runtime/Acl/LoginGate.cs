using Declarative.Rest;
using Declarative.Storage;
using Microsoft.Extensions.Options;

namespace Declarative.Acl;

/// <summary>Who a password proved to be of.</summary>
/// <param name="Owner">See <see cref="NewToken.Owner"/>.</param>
/// <param name="PasswordHash">What an admin's password was verified against; null for customers.</param>
internal sealed record ProvenCaller(string Owner, string? PasswordHash = null);

/// <summary>
/// The way from a name and a password to a token, the same for admins and customers. It fails closed: a try is counted before
/// the password is looked at, and whatever is wrong gets the same answer.
/// </summary>
internal sealed class LoginGate(ICallerStore store, CallerTokens tokens, IOptions<CallerOptions> options, TimeProvider time) : IDisposable
{
    // Tries by one name go one after another. Else a client that logs in many times at once with the right password would be
    // locked out, since all of its tries are counted before the first success clears the count. Each kind has turns of its
    // own, so that no admin waits for the host's customers.
    private readonly SemaphoreSlim[] _adminTurns = NewTurns();
    private readonly SemaphoreSlim[] _customerTurns = NewTurns();

    /// <summary>Gives a token for a name and a password.</summary>
    /// <param name="kind">Whose.</param>
    /// <param name="username">The name as given.</param>
    /// <param name="password">The password as given.</param>
    /// <param name="prove">
    /// Looks at the password. It gets the name's key, null if nobody can have the name, and whether this try is the last before
    /// the lock.
    /// </param>
    /// <param name="cancellationToken">Cancels waiting; a try that was counted stays counted.</param>
    /// <exception cref="AuthenticationException">The password is wrong, the user unknown, locked or switched off.</exception>
    /// <exception cref="InputException">The name or the password is empty.</exception>
    public async Task<string> LogInAsync(
        CallerKind kind,
        string? username,
        string? password,
        Func<string?, bool, CancellationToken, Task<ProvenCaller?>> prove,
        CancellationToken cancellationToken)
    {
        RequireFields(username, password);
        if (!UserName.TryKey(username, out var key))
        {
            // No row is kept for it, so that what is sent as a name can't fill the table.
            await prove(null, false, cancellationToken).ConfigureAwait(false);
            throw Refused();
        }

        var turns = kind == CallerKind.Admin ? _adminTurns : _customerTurns;
        var turn = turns[(uint)string.GetHashCode(key, StringComparison.Ordinal) % turns.Length];
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await TryAsync(kind, key, prove, cancellationToken).ConfigureAwait(false) ?? throw Refused();
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        foreach (var turn in _adminTurns.Concat(_customerTurns))
            turn.Dispose();
    }

    private static SemaphoreSlim[] NewTurns() => [.. Enumerable.Range(0, 64).Select(static _ => new SemaphoreSlim(1, 1))];

    private static AuthenticationException Refused() =>
        new("The user name or the password is wrong, or logging in is not possible for now. Try again later or ask whoever runs this system.");

    private static void RequireFields(string? username, string? password)
    {
        var errors = new List<RestError>();
        if (string.IsNullOrEmpty(username))
            errors.Add(Missing("username"));
        if (string.IsNullOrEmpty(password))
            errors.Add(Missing("password"));
        if (errors.Count > 0)
            throw InputException.Of("The log-in is incomplete.", errors);
    }

    private static RestError Missing(string field) => new("%fieldName is required; it must not be empty.", ("fieldName", field));

    private async Task<string?> TryAsync(CallerKind kind, string key, Func<string?, bool, CancellationToken, Task<ProvenCaller?>> prove, CancellationToken cancellationToken)
    {
        var (max, window) = (options.Value.MaxFailures, options.Value.LockoutDuration);
        var number = await store.CountLoginAsync(new LoginAttempt(kind, key, max, window, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        if (number == 0)
            return null;
        ProvenCaller? proven;
        try
        {
            proven = await prove(key, number == max, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Nobody looked at the password: an outage of the host's customers, a time-out too, must not lock them out. Who
            // hangs up learns nothing, but could guess on and on if that took the count back.
            await store.UncountLoginAsync(kind, key, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        return proven is null ? null : await tokens.IssueAsync(kind, proven.Owner, key, proven.PasswordHash, cancellationToken).ConfigureAwait(false);
    }
}
