using System.Diagnostics;
using System.Security.Cryptography;
using System.Threading.Channels;
using Declarative.Storage;
using Declarative.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Declarative.Work;

/// <summary>
/// A loop over due rows: claim under a lease, run in fair lanes, complete in batches. Claiming, running and completing
/// overlap; nobody waits for the slowest row of a batch.
/// </summary>
/// <remarks>
/// Failure policy: a row's own failure is its outcome and never ends the loop. A store that fails is tried again with a
/// growing pause and one log line per outage; outcomes are kept until they are stored, and if the lease ends before, the
/// token check drops them and the row is handled once more (at least once). On stop nothing more is claimed, rows that
/// were not started are released, running ones may finish until the host's time is nearly over and are then released too.
/// </remarks>
internal abstract class LeasedWorker<TKey, TRow, TOutcome>(
    string name,
    FairLanes<TKey, TRow> lanes,
    WakeSignal wake,
    LoopHealth health,
    WorkerClock clock,
    ILogger logger) : BackgroundService
    where TKey : notnull
{
    private const int CompletionBatch = 512;

    private readonly Channel<TOutcome> _completions = Channel.CreateUnbounded<TOutcome>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _abort = new();
    private readonly WakeSignal _idle = new();
    private Task _completing = Task.CompletedTask;

    /// <summary>The time.</summary>
    protected TimeProvider Time => clock.Time;

    /// <summary>The time that leases go by.</summary>
    protected DateTimeOffset Steady => clock.Steady;

    protected abstract Task<Claimed<TRow>> ClaimAsync(Claim<TKey> claim, CancellationToken cancellationToken);

    protected abstract TKey KeyOf(TRow row);

    /// <summary>Handles a row; must not throw but for a bug. <paramref name="abort"/> means: release it.</summary>
    protected abstract Task<TOutcome> RunAsync(TRow row, CancellationToken abort);

    protected abstract TOutcome Release(TRow row);

    /// <summary>The outcome of a row whose handling threw, which only a bug of ours does.</summary>
    protected abstract TOutcome Crashed(TRow row, Exception exception);

    /// <summary>Stores outcomes; afterwards tells whoever waits for them. True if rows may be due again soon.</summary>
    protected abstract Task<bool> CompleteAsync(IReadOnlyList<TOutcome> outcomes);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _completing = Task.Run(CompleteLoopAsync, CancellationToken.None);
        var slots = new Dictionary<TKey, int>();
        var outage = new Outage(name, logger);
        using var stopWakes = clock.Stopping.Register(wake.Set);
        while (!stoppingToken.IsCancellationRequested && !clock.IsStopping)
        {
            health.Beat(name);
            try
            {
                var began = clock.Time.GetTimestamp();
                var pause = await ClaimOnceAsync(slots, stoppingToken).ConfigureAwait(false);
                outage.End();
                await wake.WaitAsync(began, pause, clock.Time, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                await Task.Delay(outage.Failed(exception), clock.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        foreach (var row in lanes.Close())
            _completions.Writer.TryWrite(Release(row));
        health.Forget(name);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (lanes.Running > 0)
            {
                var left = clock.DrainTimeLeft();
                if (left <= TimeSpan.Zero)
                    break;
                await _idle.WaitAsync(clock.Time.GetTimestamp(), left, clock.Time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host's time is over: what runs is released below.
        }

        await _abort.CancelAsync().ConfigureAwait(false);

        // A claim under way ends first: nobody would release its rows.
        if (ExecuteTask is { } loop)
            await Task.WhenAny(loop, Task.Delay(clock.ReleaseTimeLeft() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero, clock.Time, CancellationToken.None)).ConfigureAwait(false);
        while (lanes.Running > 0 && clock.ReleaseTimeLeft() > TimeSpan.Zero)
            await _idle.WaitAsync(clock.Time.GetTimestamp(), clock.ReleaseTimeLeft(), clock.Time, CancellationToken.None).ConfigureAwait(false);
        _completions.Writer.TryComplete();
        await _completing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override void Dispose()
    {
        _abort.Dispose();
        _idle.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Claims and starts what it can; how long after its beginning to look again at the latest.</summary>
    private async Task<TimeSpan> ClaimOnceAsync(Dictionary<TKey, int> slots, CancellationToken stopping)
    {
        // Where slow lanes hold much, what is free would go to them in turn.
        var pause = lanes.IsCrowded ? await ClaimForAsync(slots, fastOnly: true, stopping).ConfigureAwait(false) : clock.BackStop;
        var pauseOfAll = await ClaimForAsync(slots, fastOnly: false, stopping).ConfigureAwait(false);
        return pause < pauseOfAll ? pause : pauseOfAll;
    }

    private async Task<TimeSpan> ClaimForAsync(Dictionary<TKey, int> slots, bool fastOnly, CancellationToken stopping)
    {
        var (now, steady) = (clock.Time.GetUtcNow(), clock.Steady);
        var room = lanes.Free(slots, fastOnly);
        if (room.Rows == 0)
            return clock.BackStop;
        var token = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        var claimed = await ClaimAsync(new Claim<TKey>(now, steady + clock.Lease, token, room.Rows, room.PerUnknown, slots) { LeaseNow = steady }, stopping).ConfigureAwait(false);
        foreach (var row in claimed.Rows)
            lanes.Add(KeyOf(row), row);
        Pump();
        return claimed.NextDue is { } due && due - now < clock.BackStop ? due - now : clock.BackStop;
    }

    private void Pump()
    {
        while (lanes.TryStart(out var key, out var row))
            _ = Task.Run(() => RunOneAsync(key, row), CancellationToken.None);
    }

    private async Task RunOneAsync(TKey key, TRow row)
    {
        // A row has a trace of its own, whatever the host was started in.
        Activity.Current = null;
        var started = Stopwatch.GetTimestamp();
        TOutcome outcome;
        try
        {
            outcome = await RunAsync(row, _abort.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            outcome = Release(row);
        }
        catch (Exception exception)
        {
            logger.RowCrashed(name, exception);
            outcome = Crashed(row, exception);
        }

        _completions.Writer.TryWrite(outcome);
        if (lanes.Finish(key, Stopwatch.GetElapsedTime(started)))
            wake.Set();
        _idle.Set();
        Pump();
    }

    private async Task CompleteLoopAsync()
    {
        var batch = new List<TOutcome>(CompletionBatch);
        var outage = new Outage(name + " completion", logger);
        while (await _completions.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < CompletionBatch && _completions.Reader.TryRead(out var outcome))
                batch.Add(outcome);
            while (true)
            {
                try
                {
                    if (await CompleteAsync(batch).ConfigureAwait(false))
                        wake.Set();
                    outage.End();
                    break;
                }
                catch (Exception exception)
                {
                    var pause = outage.Failed(exception);
                    if (clock.IsStopping && clock.ReleaseTimeLeft() <= TimeSpan.Zero)
                        return;
                    await Task.Delay(pause, clock.Time, CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
    }
}
