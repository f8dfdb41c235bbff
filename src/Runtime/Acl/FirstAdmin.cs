using Declarative.Merging;
using Declarative.Storage;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Acl;

/// <summary>Makes the first admin user from the configuration, once: where there is one, the configuration counts for nothing.</summary>
internal sealed class FirstAdmin(AdminUsers users, ICallerStore store, RoleCache roles, IOptions<FirstAdminOptions> options, ILogger<FirstAdmin> logger)
{
    private const string Role = "Administrators";

    /// <summary>Makes it; why it can't be made, if so.</summary>
    public async Task<IReadOnlyList<string>> CreateAsync(CancellationToken cancellationToken)
    {
        if ((await store.LoadAdminsAsync(cancellationToken).ConfigureAwait(false)).Count > 0)
            return [];
        var (username, password) = (options.Value.Username, options.Value.Password);
        if (string.IsNullOrEmpty(username) && string.IsNullOrEmpty(password))
        {
            logger.NoAdmin();
            return [];
        }

        var problems = ProblemsOf(username, password).ToList();
        if (problems.Count > 0)
            return problems;

        var held = UserName.TryKey(Role, out var key) ? roles.Find(key) : null;
        if (held is null || !held.Resources.Contains(AclTree.Everything))
            await users.SaveRoleAsync(Role, [.. held?.Resources ?? [], AclTree.Everything], cancellationToken).ConfigureAwait(false);

        // Null if another node was faster.
        if (await users.TryCreateAsync(username!, password!, Role, cancellationToken).ConfigureAwait(false) is not null)
            logger.FirstAdminCreated(username!, Role);
        return [];
    }

    private static IEnumerable<string> ProblemsOf(string? username, string? password)
    {
        if (string.IsNullOrEmpty(username))
            yield return "Declarative:Admin:Password is set, but Declarative:Admin:Username is not. Set both, to make the first admin user, or none.";
        else if (!UserName.TryKey(username, out _))
            yield return "Declarative:Admin:Username must have 1 to 255 characters, none of them a control or format character, and no white space at its ends.";
        if (string.IsNullOrEmpty(password))
            yield return "Declarative:Admin:Username is set, but Declarative:Admin:Password is not. Set both, to make the first admin user, or none.";
        else if (Passwords.ProblemOf(password) is not null)
            yield return "Declarative:Admin:Password must have 8 to 128 characters.";
    }
}
