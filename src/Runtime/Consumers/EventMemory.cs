using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Declarative.Storage;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Consumers;

/// <summary>
/// Which events were handled, which are being handled, and of which changes an echo is expected. What was handled lies in the database; what is being
/// handled is known here, so that an echo is known before its change is answered, and nothing is left of an attempt that a crash ended.
/// </summary>
internal sealed class EventMemory(IConsumerStore store, HandledWriter writer, IOptions<ConsumerOptions> options, TimeProvider time, ILogger<EventMemory> logger)
{
    private const int MaxId = 255;

    // Shorter than senders wait: Adobe I/O Events ten seconds, we fifteen.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<InboxKey, bool> _running = new();
    private readonly ConcurrentDictionary<string, EventTurn> _changing = new(StringComparer.Ordinal);

    /// <summary>Whether an event is to be handled now. If it is, nobody else handles it until the turn is disposed.</summary>
    public async ValueTask<EventTurn> BeginAsync(string consumer, string? id, Echo? echo, CancellationToken cancellationToken)
    {
        var key = options.Value.Inbox && id is not null ? new InboxKey(consumer, Bounded(id)) : null;
        var turn = new EventTurn(this, key, echo);
        if (key is null && echo is null)
            return turn;
        if (key is not null && !_running.TryAdd(key, true))
            return EventTurn.Over(EventVerdict.Running);
        try
        {
            if (echo is not null && await ClaimAsync(turn, echo, cancellationToken).ConfigureAwait(false) is { } verdict)
                return turn.End(verdict);
            var recalled = await store.RecallAsync(key, echo?.Key, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            return recalled.WasHandled ? turn.End(EventVerdict.Repeat)
                : recalled.Fingerprint is { } fingerprint && echo!.IsOf(fingerprint) ? turn.End(EventVerdict.Echo)
                : turn;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            turn.Dispose();
            throw;
        }
        catch (Exception exception)
        {
            // Closed: handling it again might do harm, sending it again does none.
            logger.MemoryUnavailable(consumer, id, exception);
            return turn.End(EventVerdict.Unavailable);
        }
    }

    /// <summary>
    /// Makes the change known as begun; null once it is. Where the same change is being made already, only its end tells whether this is the echo: it is
    /// waited for, but not for long, since who makes it may be waiting for our answer. One that tells of another change of the same thing takes its
    /// place: what comes last is what an echo will show.
    /// </summary>
    private async ValueTask<EventVerdict?> ClaimAsync(EventTurn turn, Echo echo, CancellationToken cancellationToken)
    {
        while (!_changing.TryAdd(echo.Key, turn))
        {
            if (!_changing.TryGetValue(echo.Key, out var other))
                continue;
            if (!echo.IsOf(other.Change!.Fingerprint))
            {
                if (_changing.TryUpdate(echo.Key, turn, other))
                    return null;
                continue;
            }

            try
            {
                if (await other.Ended.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false))
                    return EventVerdict.Echo;
            }
            catch (TimeoutException)
            {
                return EventVerdict.Running;
            }
        }

        return null;
    }

    /// <summary>Remembers that the event was handled. It was, so a failure is logged only: by contract a repeat does no harm.</summary>
    internal async Task CompleteAsync(InboxKey? key, Echo? echo)
    {
        if (key is null && echo is null)
            return;
        var now = time.GetUtcNow();
        try
        {
            await writer.AddAsync(new HandledEvent(key, now + options.Value.InboxRetention, echo?.Key, echo?.Fingerprint, now + (echo?.Lifetime ?? default))).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            logger.EventNotRemembered(key?.Consumer ?? "", key?.Id, exception);
        }
    }

    internal void End(EventTurn turn, InboxKey? key)
    {
        if (key is not null)
            _running.TryRemove(key, out _);
        if (turn.Change is { } echo)
            _changing.TryRemove(new KeyValuePair<string, EventTurn>(echo.Key, turn));
    }

    private static string Bounded(string id) => id.Length <= MaxId ? id : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}

/// <summary>What is to be done with an event.</summary>
internal enum EventVerdict
{
    /// <summary>It is handled.</summary>
    Handle,

    /// <summary>The same one is being handled.</summary>
    Running,

    /// <summary>The same one was handled.</summary>
    Repeat,

    /// <summary>It tells of a change that came from here.</summary>
    Echo,

    /// <summary>Nobody can tell now.</summary>
    Unavailable,
}

/// <summary>The time in which one event is handled.</summary>
internal sealed class EventTurn(EventMemory? memory, InboxKey? key, Echo? change) : IDisposable
{
    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isOver;

    public EventVerdict Verdict { get; private set; }

    /// <summary>The change that the event tells of.</summary>
    public Echo? Change { get; } = change;

    /// <summary>Ends with whether the event was handled.</summary>
    public Task<bool> Ended => _ended.Task;

    /// <summary>A turn that never began.</summary>
    public static EventTurn Over(EventVerdict verdict) => new(null, null, null) { Verdict = verdict };

    /// <summary>The event was handled: remembers it.</summary>
    public async Task CompleteAsync()
    {
        await memory!.CompleteAsync(key, Change).ConfigureAwait(false);
        _ended.TrySetResult(true);
    }

    /// <summary>Gives the event back unhandled.</summary>
    public EventTurn End(EventVerdict verdict)
    {
        Verdict = verdict;
        Dispose();
        return this;
    }

    public void Dispose()
    {
        if (_isOver)
            return;
        _isOver = true;

        // First it is no longer begun, then those who wait for its end look again.
        memory?.End(this, key);
        _ended.TrySetResult(false);
    }
}
