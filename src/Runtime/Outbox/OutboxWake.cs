using System.ComponentModel;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Declarative.Work;

namespace Declarative.Outbox;

/// <summary>Wakes those who wait for what a transaction of the application's brings. Used by the packages of databases.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class OutboxWake : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly ConditionalWeakTable<DbTransaction, object> _watched = [];
    private readonly MessageSignal _messages;

    internal OutboxWake(MessageSignal messages) => _messages = messages;

    internal WakeSignal Relay { get; } = new();

    /// <summary>Something was committed.</summary>
    public void Set()
    {
        _messages.Set();
        Relay.Set();
    }

    /// <summary>
    /// Wakes once the transaction has ended. No database's classes tell of a commit, but all of them let go of the connection then, so that is looked at, now and
    /// then ever more seldom; a lost wake-up costs the poll interval.
    /// </summary>
    /// <param name="transaction">The transaction.</param>
    public void After(DbTransaction transaction)
    {
        if (_watched.TryAdd(transaction, transaction))
            _ = WatchAsync(transaction);
    }

    /// <inheritdoc/>
    public void Dispose() => Relay.Dispose();

    private static bool IsOpen(DbTransaction transaction)
    {
        try
        {
            return transaction.Connection is not null;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task WatchAsync(DbTransaction transaction)
    {
        var pause = TimeSpan.FromMilliseconds(2);
        for (var looks = 0; looks < 1_000 && IsOpen(transaction); looks++)
        {
            await Task.Delay(pause).ConfigureAwait(false);
            pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
        }

        // Npgsql uses the objects of ended transactions again.
        _watched.Remove(transaction);
        Set();
    }
}
