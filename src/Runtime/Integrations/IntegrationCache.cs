using Declarative.Rest;
using Declarative.Secrets;
using Declarative.Storage;

namespace Declarative.Integrations;

/// <summary>
/// All integrations in memory, there are few, so that a signed request costs no query but its nonce.
/// </summary>
internal sealed class IntegrationCache(IIntegrationStore store, SecretProtector protector) : IDisposable
{
    // Each try that fails means that somebody else's change succeeded.
    private const int MaxTries = 20;

    private readonly SemaphoreSlim _changes = new(1, 1);
    private volatile Snapshot _snapshot = Snapshot.Of([]);
    private volatile bool _isOpen;

    public IEnumerable<IntegrationEntry> All => _snapshot.All;

    public IntegrationEntry? Find(long id) => _snapshot.ById.GetValueOrDefault(id);

    /// <summary>The integration of a consumer key.</summary>
    public IntegrationEntry? FindConsumer(string key) => _snapshot.ByConsumerKey.GetValueOrDefault(key);

    /// <summary>The integration that an access token is of.</summary>
    public IntegrationEntry? FindToken(string token) => _snapshot.ByAccessToken.GetValueOrDefault(token);

    /// <summary>Reads the integrations again if a change left open what they are. Call it before looking.</summary>
    public ValueTask RefreshAsync(CancellationToken cancellationToken) => _isOpen ? new(ReloadAsync(cancellationToken)) : default;

    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await LoadAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Stores a new one.</summary>
    /// <returns>It, or null if its name is taken.</returns>
    public Task<IntegrationEntry?> AddAsync(IntegrationRecord record, IntegrationCredentials credentials, CancellationToken cancellationToken) =>
        ChangeInTurnAsync(
            async () =>
            {
                var id = await store.AddAsync(record with { Credentials = Protect(credentials) }, cancellationToken).ConfigureAwait(false);
                await LoadAsync(CancellationToken.None).ConfigureAwait(false);
                return id is { } row ? Find(row) : null;
            },
            cancellationToken);

    /// <summary>Changes one, again from what it has become if somebody else changed it meanwhile, on another node for example.</summary>
    /// <param name="id">Its row.</param>
    /// <param name="change">Gives what it shall be; null to leave it as it is.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="NoSuchEntityException">There is no such integration.</exception>
    public Task<IntegrationEntry> ChangeAsync(long id, Func<IntegrationEntry, IntegrationChange?> change, CancellationToken cancellationToken) =>
        ChangeInTurnAsync(
            async () =>
            {
                for (var tries = 0; ; tries++)
                {
                    var before = Find(id) ?? throw Unknown(id);
                    if (change(before) is not { } after)
                        return before;
                    var isStored = await store.ReplaceAsync(after.Record with { Credentials = after.Credentials is null ? before.Record.Credentials : Protect(after.Credentials) }, cancellationToken).ConfigureAwait(false);
                    await LoadAsync(CancellationToken.None).ConfigureAwait(false);
                    if (isStored)
                        return Find(id) ?? throw Unknown(id);
                    if (_snapshot.All.Any(other => other.Record.Id != id && other.Record.NameKey == after.Record.NameKey))
                        throw NameTaken(after.Record.Name);
                    if (tries == MaxTries)
                        throw new RestException("The integration %id is being changed by others all the time; try again.", 503, ("id", id));
                }
            },
            cancellationToken);

    /// <exception cref="NoSuchEntityException">There is no such integration.</exception>
    public Task DeleteAsync(long id, CancellationToken cancellationToken) =>
        ChangeInTurnAsync(
            async () =>
            {
                var wasThere = await store.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
                await LoadAsync(CancellationToken.None).ConfigureAwait(false);
                return wasThere ? true : throw Unknown(id);
            },
            cancellationToken);

    public void Dispose() => _changes.Dispose();

    public static NoSuchEntityException Unknown(long id) => new("There is no integration %id.", ("id", id));

    public static InputException NameTaken(string name) => new("There is an integration '%name' already (names are compared ignoring case). Choose another name.", ("name", name));

    private async Task<T> ChangeInTurnAsync<T>(Func<Task<T>> change, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isOpen)
                await LoadAsync(cancellationToken).ConfigureAwait(false);
            return await change().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not RestException)
        {
            // The change may be stored all the same, and take access away: nobody gets in until the rows are read again.
            _isOpen = true;
            _snapshot = Snapshot.Of([]);
            throw;
        }
        finally
        {
            _changes.Release();
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var known = _snapshot.ById;
        var records = await store.LoadAsync(cancellationToken).ConfigureAwait(false);
        _snapshot = Snapshot.Of(records.Select(record =>
            known.TryGetValue(record.Id, out var entry) && entry.Record.Version == record.Version
                ? entry
                : new IntegrationEntry(record, IntegrationCredentials.Read(protector.Unprotect(record.Credentials)))));
        _isOpen = false;
    }

    private byte[] Protect(IntegrationCredentials credentials) => protector.Protect(credentials.Write());

    private sealed record Snapshot(
        IReadOnlyList<IntegrationEntry> All,
        Dictionary<long, IntegrationEntry> ById,
        Dictionary<string, IntegrationEntry> ByConsumerKey,
        Dictionary<string, IntegrationEntry> ByAccessToken)
    {
        public static Snapshot Of(IEnumerable<IntegrationEntry> entries)
        {
            List<IntegrationEntry> all = [.. entries];
            return new Snapshot(
                all,
                all.ToDictionary(static entry => entry.Record.Id),
                all.ToDictionary(static entry => entry.Record.ConsumerKey, StringComparer.Ordinal),
                all.SelectMany(static entry => entry.AccessTokens, static (entry, token) => (token, entry)).ToDictionary(static pair => pair.token, static pair => pair.entry, StringComparer.Ordinal));
        }
    }
}

/// <summary>What an integration shall be.</summary>
/// <param name="Record">Its row.</param>
/// <param name="Credentials">Its secrets; null to keep them.</param>
internal sealed record IntegrationChange(IntegrationRecord Record, IntegrationCredentials? Credentials = null);
