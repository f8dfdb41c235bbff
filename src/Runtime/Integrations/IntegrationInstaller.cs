using Declarative.Acl;
using Declarative.OAuth;
using Declarative.Storage;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;

namespace Declarative.Integrations;

/// <summary>
/// Brings the stored integrations to what modules declare, at start and after a hot reload. Those of <c>etc/integration/</c> are made or
/// changed and keep status and tokens; those of <c>integration.xml</c> are made anew when anything of them changed, without tokens; as
/// the originals do. One that was made by hand and is declared now is made anew too. Those that nobody declares any more are deactivated. Nodes may do so at the same time: who comes second finds the
/// first one's row.
/// </summary>
internal sealed class IntegrationInstaller(DeclaredIntegrations declarations, IntegrationCache integrations, TimeProvider time, ILogger<IntegrationInstaller> logger)
{
    private bool _isWatching;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!_isWatching)
            declarations.Changed += OnReload;
        _isWatching = true;
        var declared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in declarations.All)
        {
            declared.Add(UserName.Key(one.Name, nameof(declarations)));
            await InstallAsync(one, cancellationToken).ConfigureAwait(false);
        }

        foreach (var entry in integrations.All.Where(entry => entry.Record.Type == IntegrationType.Config && !declared.Contains(entry.Record.NameKey)).ToList())
        {
            await integrations.ChangeAsync(
                entry.Record.Id,
                before => before.Record.Type == IntegrationType.Manual
                    ? null
                    : new IntegrationChange(before.Record with { Type = IntegrationType.Manual, Status = IntegrationStatus.Inactive, ModifiedAt = time.GetUtcNow() }, before.Credentials.With(exchange: null)),
                cancellationToken).ConfigureAwait(false);
            logger.IntegrationUndeclared(entry.Record.Name);
        }
    }

    private async Task InstallAsync(IntegrationDescriptor declared, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var record = new IntegrationRecord
        {
            Name = declared.Name,
            NameKey = UserName.Key(declared.Name, nameof(declared)),
            Email = declared.Email,
            EndpointUrl = declared.EndpointUrl,
            IdentityLinkUrl = declared.IdentityLinkUrl,
            Status = IntegrationStatus.Inactive,
            Type = IntegrationType.Config,
            Resources = declared.Resources,
            ConsumerKey = OAuthSecret.New(),
            Credentials = [],
            CreatedAt = now,
            ModifiedAt = now,
        };
        if (Stored(record.NameKey) is null && await integrations.AddAsync(record, IntegrationCredentials.New(), cancellationToken).ConfigureAwait(false) is not null)
        {
            logger.IntegrationInstalled(declared.Name, declared.DeclaredIn);
            return;
        }

        var isAnew = false;
        await integrations.ChangeAsync(
            Stored(record.NameKey)!.Record.Id,
            before =>
            {
                if (IsSame(before.Record, record))
                    return null;

                // Whoever made one by hand, by the name of one that a module declares later, may know its tokens: they must not
                // become the module's.
                isAnew = declared.IsConsolidated || before.Record.Type == IntegrationType.Manual;
                return isAnew
                    ? new IntegrationChange(record with { Id = before.Record.Id, Version = before.Record.Version, Status = IntegrationStatus.Recreated }, IntegrationCredentials.New())
                    : new IntegrationChange(Updated(before.Record, record));
            },
            cancellationToken).ConfigureAwait(false);
        if (isAnew)
            logger.IntegrationRecreated(declared.Name, declared.DeclaredIn);
    }

    /// <summary>What an administrator decided stays: status and tokens.</summary>
    private static IntegrationRecord Updated(IntegrationRecord before, IntegrationRecord declared) => before with
    {
        Name = declared.Name,
        Email = declared.Email,
        EndpointUrl = declared.EndpointUrl,
        IdentityLinkUrl = declared.IdentityLinkUrl,
        Type = IntegrationType.Config,
        Resources = declared.Resources,
        ModifiedAt = declared.ModifiedAt,
    };

    private static bool IsSame(IntegrationRecord stored, IntegrationRecord declared) =>
        (stored.Name, stored.Email, stored.EndpointUrl, stored.IdentityLinkUrl, stored.Type) == (declared.Name, declared.Email, declared.EndpointUrl, declared.IdentityLinkUrl, declared.Type)
        && stored.Resources.ToHashSet(StringComparer.Ordinal).SetEquals(declared.Resources);

    private IntegrationEntry? Stored(string nameKey) => integrations.All.FirstOrDefault(entry => entry.Record.NameKey == nameKey);

    /// <summary>What an edit declared wrongly is logged; the stored integrations stay as they are.</summary>
    private void OnReload(object? sender, EventArgs e) => _ = Task.Run(async () =>
    {
        try
        {
            await RunAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            logger.StoreFailed("integrations", exception);
        }
    });
}
