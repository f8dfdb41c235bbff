using System.Collections.Frozen;
using Declarative.Merging;
using Declarative.Storage;

namespace Declarative.Acl;

/// <summary>A role as requests need it.</summary>
/// <param name="Record">The row.</param>
/// <param name="Resources">The ids that it holds.</param>
internal sealed record RoleEntry(RoleRecord Record, FrozenSet<string> Resources);

/// <summary>
/// All roles in memory. Callers refer to theirs by its row, so that a change of a role counts for the next request.
/// </summary>
internal sealed class RoleCache(ICallerStore store) : IDisposable
{
    private readonly SemaphoreSlim _changes = new(1, 1);
    private volatile Snapshot _snapshot = new([], [], IsWhole: true);

    public IEnumerable<RoleRecord> All => _snapshot.ByKey.Values.Select(static entry => entry.Record);

    public RoleEntry? Find(long id) => _snapshot.ById.GetValueOrDefault(id);

    public RoleEntry? Find(string nameKey) => _snapshot.ByKey.GetValueOrDefault(nameKey);

    /// <summary>Reads the roles again if a change left open what they are. Call it where a role is missing.</summary>
    public ValueTask RefreshAsync(CancellationToken cancellationToken) => _snapshot.IsWhole ? default : new(ReloadInTurnAsync(onlyIfOpen: true, cancellationToken));

    public async Task SaveAsync(RoleRecord role, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await store.SaveRoleAsync(role, cancellationToken).ConfigureAwait(false);
            await LoadAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            // The change may be stored all the same, and take rights away: nobody has the role until it is read again.
            Drop(role.NameKey);
            throw;
        }
        finally
        {
            _changes.Release();
        }
    }

    public Task ReloadAsync(CancellationToken cancellationToken) => ReloadInTurnAsync(onlyIfOpen: false, cancellationToken);

    public void Dispose() => _changes.Dispose();

    private async Task ReloadInTurnAsync(bool onlyIfOpen, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!onlyIfOpen || !_snapshot.IsWhole)
                await LoadAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _changes.Release();
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var entries = (await store.LoadRolesAsync(cancellationToken).ConfigureAwait(false))
            .Select(static role => new RoleEntry(role, role.Resources.Select(AclTree.Canonical).ToFrozenSet(StringComparer.Ordinal)))
            .ToList();
        _snapshot = Snapshot.Of(entries, isWhole: true);
    }

    private void Drop(string nameKey) => _snapshot = Snapshot.Of([.. _snapshot.ByKey.Values.Where(entry => entry.Record.NameKey != nameKey)], isWhole: false);

    /// <param name="ById">The roles by row.</param>
    /// <param name="ByKey">The same by key.</param>
    /// <param name="IsWhole">False if one may be missing.</param>
    private sealed record Snapshot(Dictionary<long, RoleEntry> ById, Dictionary<string, RoleEntry> ByKey, bool IsWhole)
    {
        public static Snapshot Of(IReadOnlyCollection<RoleEntry> entries, bool isWhole) => new(
            entries.ToDictionary(static entry => entry.Record.Id),
            entries.ToDictionary(static entry => entry.Record.NameKey, StringComparer.Ordinal),
            isWhole);
    }
}
