using Declarative.Storage;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Acl;

internal sealed class AdminTokenService(
    LoginGate gate,
    ICallerStore store,
    Passwords passwords,
    IOptions<CallerOptions> options,
    ILogger<AdminTokenService> logger) : IAdminTokenService
{
    public Task<string> CreateAdminAccessTokenAsync(string username, string password, CancellationToken cancellationToken = default) =>
        gate.LogInAsync(
            CallerKind.Admin,
            username,
            password,
            async (key, isLast, cancellation) =>
            {
                var admin = key is null ? null : await store.FindAdminAsync(key, cancellation).ConfigureAwait(false);
                if (await passwords.VerifyAsync(admin, password, cancellation).ConfigureAwait(false) && admin!.IsActive)
                    return new ProvenCaller(CallerTokens.OwnerOf(admin), admin.PasswordHash);

                // Names that nobody has are not logged: they may be passwords in the wrong field.
                if (isLast && admin is not null)
                    logger.AdminLockedOut(admin.Name, options.Value.LockoutDuration, options.Value.MaxFailures);
                return null;
            },
            cancellationToken);
}
