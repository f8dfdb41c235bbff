using System.Globalization;
using Declarative.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Declarative.PostgreSql;

/// <summary>
/// A connection of its own that waits for what nodes tell. When it is lost it is made anew, after a growing pause and with one line in the log per
/// outage; everything may have changed meanwhile.
/// </summary>
internal sealed class ChangeListener(string connectionString, string place, string node, Action<StoreChanges> changed, ILogger logger) : IDisposable
{
    public const string Channel = "declarative";

    private readonly CancellationTokenSource _stop = new();
    private Task _listening = Task.CompletedTask;

    /// <summary>Listens when it completes, so that nothing that is read afterwards can be out of date unnoticed.</summary>
    /// <exception cref="StoreException">There is no connection to be had.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
            _listening = Task.Run(() => ListenAsync(connection), CancellationToken.None);
        }
        catch (NpgsqlException exception)
        {
            throw new StoreException($"The {place} gave no connection to listen on: {exception.Message}", exception);
        }
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(false);
    }

    public void Dispose() => _stop.Dispose();

    private async Task ListenAsync(NpgsqlConnection first)
    {
        var failures = 0;
        NpgsqlConnection? connection = first;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (connection is null)
                {
                    connection = await ConnectAsync(_stop.Token).ConfigureAwait(false);
                    changed(StoreChanges.All);
                }

                if (failures > 0)
                    logger.ListeningAgain(place, failures);
                failures = 0;
                while (true)
                    await connection.WaitAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException or InvalidOperationException or OperationCanceledException)
            {
                if (failures++ == 0)
                    logger.ListeningLost(place, exception);
            }

            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
            connection = null;
            await Task.Delay(Math.Min(5_000, 50 << Math.Min(failures, 10)), _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (connection is not null)
            await connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            connection.Notification += (_, notice) => Tell(notice.Payload);
            var command = new NpgsqlCommand("LISTEN " + Channel, connection);
            await using var ended = command.ConfigureAwait(false);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The text is <c>node:changes</c>; of a form that this version doesn't know it may mean anything. What a node changed itself it knows already.</summary>
    private void Tell(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon == node.Length && text.StartsWith(node, StringComparison.Ordinal))
            return;
        changed(colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (StoreChanges)number : StoreChanges.All);
    }
}
