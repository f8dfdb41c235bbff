namespace Declarative.Acl;

/// <summary>
/// Says whether a customer's password is right. The customers are the host's: it registers one of these in its services, of
/// any lifetime, and the customer token routes work.
/// </summary>
/// <remarks>
/// Tries are counted by user name: two names count as one if their forms NFKC are the same ignoring case
/// (<see cref="StringComparison.OrdinalIgnoreCase"/>). The look-up must not be looser than that. One that also ignores accents or
/// white space, as the collations of some databases do, gives whoever guesses passwords new tries for each such spelling.
/// </remarks>
public interface ICustomerAuthenticator
{
    /// <summary>
    /// The id of the customer, or null if there is none of that name or the password is wrong; both should take as long. Tries
    /// are counted and limited by the caller. An exception counts as no try, also a time-out's <see cref="OperationCanceledException"/>
    /// as long as <paramref name="cancellationToken"/> isn't signalled.
    /// </summary>
    /// <param name="username">The name as given, not empty, at most 255 characters, none of them a control or format character.</param>
    /// <param name="password">The password as given, not empty.</param>
    /// <param name="cancellationToken">Signalled when the caller is gone.</param>
    Task<string?> AuthenticateAsync(string username, string password, CancellationToken cancellationToken);
}
