using System.Security.Cryptography;
using Declarative.Storage;
using Microsoft.AspNetCore.Identity;

namespace Declarative.Acl;

/// <summary>Hashes and verifies admin passwords by ASP.NET Core's hasher with the framework's own settings, whatever the host's are for its users.</summary>
internal sealed class Passwords : IDisposable
{
    public const int MinLength = 8;
    public const int MaxLength = 128;

    private readonly IPasswordHasher<AdminRecord> _hasher;
    private readonly Lazy<string> _decoy;

    // A verification keeps a processor busy, and made-up names cost one each: all others of the host's work needs threads too.
    private readonly SemaphoreSlim _seats = new(Environment.ProcessorCount);

    public Passwords()
        : this(new PasswordHasher<AdminRecord>())
    {
    }

    internal Passwords(IPasswordHasher<AdminRecord> hasher)
    {
        _hasher = hasher;
        _decoy = new Lazy<string>(() => Hash(RandomNumberGenerator.GetHexString(32)));
    }

    /// <summary>What the password of nobody is verified against, made as all others are.</summary>
    public string Decoy => _decoy.Value;

    /// <summary>Why a password can't be used; null if it can.</summary>
    public static string? ProblemOf(string? password) => password is { Length: >= MinLength and <= MaxLength }
        ? null
        : "A password has 8 to 128 characters.";

    public string Hash(string password) => _hasher.HashPassword(null!, password);

    /// <summary>
    /// Whether the password is that of the user; for no user it takes as long and says no. Not more run at once than there are
    /// processors; the others wait without a thread.
    /// </summary>
    public async Task<bool> VerifyAsync(AdminRecord? admin, string password, CancellationToken cancellationToken)
    {
        await _seats.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var result = _hasher.VerifyHashedPassword(admin!, admin?.PasswordHash ?? Decoy, password);
            return admin is not null && result != PasswordVerificationResult.Failed;
        }
        finally
        {
            _seats.Release();
        }
    }

    public void Dispose() => _seats.Dispose();
}
