using Declarative.Acl;

namespace Declarative.Storage;

/// <summary>A role's row.</summary>
public sealed record RoleRecord
{
    /// <summary>The row; 0 before it is stored.</summary>
    public long Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The name's form NFKC in upper case, which spellings share; unique.</summary>
    public required string NameKey { get; init; }

    /// <summary>The ids of the ACL resources that it holds, each once.</summary>
    public required IReadOnlyList<string> Resources { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }
}

/// <summary>An admin user's row. A class, not a record, so that no <c>ToString</c> shows the hash; it never leaves the engine.</summary>
public sealed class AdminRecord
{
    /// <summary>The row; 0 before it is stored.</summary>
    public long Id { get; init; }

    /// <summary>The user name.</summary>
    public required string Name { get; init; }

    /// <summary>The name's form NFKC in upper case, which spellings share; unique.</summary>
    public required string NameKey { get; init; }

    /// <summary>The password's salted hash, in the form of ASP.NET Core's password hasher.</summary>
    public required string PasswordHash { get; init; }

    /// <summary>The role's row.</summary>
    public required long RoleId { get; init; }

    /// <summary>Whether the user may log in.</summary>
    public required bool IsActive { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }
}

/// <summary>What is to change of an admin user; null stays as it is.</summary>
public sealed class AdminChange
{
    /// <summary>The new password's hash; revokes the user's tokens and forgets the failures.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Whether the user may log in; false revokes the user's tokens, true forgets the failures.</summary>
    public bool? IsActive { get; init; }

    /// <summary>The new role's row.</summary>
    public long? RoleId { get; init; }

    /// <summary>The time of the change.</summary>
    public required DateTimeOffset Now { get; init; }
}

/// <summary>A token to be stored: only its hash is.</summary>
public sealed class NewToken
{
    /// <summary>SHA-256 of the token.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Who it speaks for.</summary>
    public required CallerKind Kind { get; init; }

    /// <summary>The admin user's row in decimal, or the customer's id.</summary>
    public required string Owner { get; init; }

    /// <summary>The key of the name that was logged in by; its failures are forgotten.</summary>
    public required string NameKey { get; init; }

    /// <summary>The hash that an admin's password was verified against; null for customers.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is good no more.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>Who a token speaks for.</summary>
/// <param name="Kind">Admin or customer.</param>
/// <param name="Owner">The admin user's row in decimal, or the customer's id.</param>
/// <param name="Name">The admin user's name; the customer's id.</param>
/// <param name="RoleId">The admin user's role; null for customers.</param>
/// <param name="ExpiresAt">From when on the token is good no more.</param>
public sealed record TokenOwner(CallerKind Kind, string Owner, string Name, long? RoleId, DateTimeOffset ExpiresAt);

/// <summary>Somebody is about to try a password.</summary>
/// <param name="Kind">Admin or customer.</param>
/// <param name="NameKey">The user name's key, of a user or made up.</param>
/// <param name="MaxFailures">So many tries are let through.</param>
/// <param name="Window">How long tries add up from the first on, and how long the last one that is let through locks.</param>
/// <param name="Now">The time of the try.</param>
public sealed record LoginAttempt(CallerKind Kind, string NameKey, int MaxFailures, TimeSpan Window, DateTimeOffset Now);
