using System.Collections.Concurrent;
using Declarative.Storage;

namespace Declarative.Acl;

/// <summary>
/// Who the tokens in use speak for, in memory, so that a known token costs no query. What this process changes it forgets at
/// once, and all of it when another node changed something.
/// </summary>
internal sealed class CallerCache(TimeProvider time)
{
    private readonly ConcurrentDictionary<AccessToken, TokenOwner> _owners = new();
    private readonly Lock _changing = new();
    private int _changes;

    /// <summary>Most tokens that are kept; the memory of one is about 300 bytes.</summary>
    public int Capacity { get; init; } = 10_000;

    public int Count => _owners.Count;

    /// <summary>How often something was forgotten: read it before the store is read, and give it to <see cref="Keep"/>.</summary>
    public int Changes => Volatile.Read(ref _changes);

    public TokenOwner? Find(AccessToken token) =>
        _owners.TryGetValue(token, out var owner) && owner.ExpiresAt > time.GetUtcNow() ? owner : null;

    /// <summary>
    /// Keeps what the store said, unless something was forgotten meanwhile: the answer may be from before that change, and is
    /// good for the one request only that asked.
    /// </summary>
    public void Keep(AccessToken token, TokenOwner owner, int changes)
    {
        lock (_changing)
        {
            if (_changes != changes)
                return;
            if (_owners.Count >= Capacity)
                MakeRoom();
            _owners[token] = owner;
        }
    }

    /// <summary>Forgets the tokens that a change concerns. Call it after the change is stored.</summary>
    public void Forget(Func<AccessToken, TokenOwner, bool> isConcerned)
    {
        lock (_changing)
        {
            Volatile.Write(ref _changes, _changes + 1);
            foreach (var (token, owner) in _owners)
            {
                if (isConcerned(token, owner))
                    _owners.TryRemove(token, out _);
            }
        }
    }

    /// <summary>Drops what has expired, else any eighth: who is still there comes back by one query.</summary>
    private void MakeRoom()
    {
        var now = time.GetUtcNow();
        foreach (var (token, owner) in _owners)
        {
            if (owner.ExpiresAt <= now)
                _owners.TryRemove(token, out _);
        }

        var tooMany = _owners.Count - (Capacity - Math.Max(1, Capacity / 8));
        if (_owners.Count < Capacity)
            return;
        foreach (var token in _owners.Keys.Take(tooMany))
            _owners.TryRemove(token, out _);
    }
}
