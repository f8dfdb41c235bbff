using System.Globalization;
using Declarative.Storage;
using Microsoft.Extensions.Logging;

namespace Declarative.PostgreSql;

/// <summary>
/// Tells other nodes that rows may be due. <c>NOTIFY</c> in a transaction makes all such commits of the database wait for each other, so it is done
/// apart, for all that came within some milliseconds together. A notice that is lost costs the other nodes their back-stop, no more.
/// </summary>
internal sealed class Notices(PostgreSqlStore store, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _signal = new(0);
    private readonly CancellationTokenSource _stop = new();
    private Task _sending = Task.CompletedTask;
    private int _waiting;

    /// <summary>Names this process, so that it knows its own notices.</summary>
    public string Node { get; } = Guid.CreateVersion7().ToString("N");

    public string Text(StoreChanges changes) => Text(Node, changes);

    /// <summary>What is sent: by whom, and the changes.</summary>
    public static string Text(string node, StoreChanges changes) => string.Create(CultureInfo.InvariantCulture, $"{node}:{(int)changes}");

    public void Start() => _sending = Task.Run(SendAsync);

    public void Tell(StoreChanges changes)
    {
        if (changes != StoreChanges.None && Interlocked.Or(ref _waiting, (int)changes) == 0)
            _signal.Release();
    }

    public async Task StopAsync()
    {
        if (!_stop.IsCancellationRequested)
            await _stop.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
    }

    /// <summary>Once it has stopped. The signal holds nothing, and who was late may still set it.</summary>
    public void Dispose() => _stop.Dispose();

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync(_stop.Token).ConfigureAwait(false);
                await SendOnceAsync().ConfigureAwait(false);
                await Task.Delay(Pause, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // What this node released when it stopped is for the others.
            await SendOnceAsync().ConfigureAwait(false);
        }
    }

    private async Task SendOnceAsync()
    {
        var changes = (StoreChanges)Interlocked.Exchange(ref _waiting, 0);
        if (changes == StoreChanges.None)
            return;
        try
        {
            await store.SendAsync(changes).ConfigureAwait(false);
        }
        catch (StoreException exception)
        {
            // Whoever works on the store tells of an outage; here nothing was lost that the back-stop doesn't find.
            logger.NoticeNotSent(exception);
        }
    }
}
