using Declarative.Events;
using Declarative.Storage;
using Declarative.Telemetry;
using Declarative.Work;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Declarative.Outbox;

/// <summary>
/// Moves what was committed in the application's databases into the engine's store: stored first, under the same id, then removed. A crash in between repeats the
/// first, which its id makes harmless; so do two nodes that move the same.
/// </summary>
internal sealed class OutboxRelay(IEnumerable<IOutboxTable> tables, EventIntake intake, OutboxWake wake, LoopHealth health, TimeProvider time, ILogger<OutboxRelay> logger) : BackgroundService
{
    private const int Batch = 256;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly IOutboxTable[] _tables = [.. tables];

    public async Task OpenAsync(MigrationMode mode, CancellationToken cancellationToken)
    {
        foreach (var table in _tables)
            await table.OpenAsync(mode, cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_tables.Length == 0)
            return;
        var outages = _tables.Select(table => new Outage("outbox " + table.Name, logger)).ToArray();
        try
        {
            while (true)
            {
                health.Beat("outbox");
                var pause = Poll;
                for (var i = 0; i < _tables.Length; i++)
                {
                    if (await TryMoveAllAsync(_tables[i], outages[i], stoppingToken).ConfigureAwait(false) is { } longer && longer > pause)
                        pause = longer;
                }

                await wake.Relay.WaitAsync(time.GetTimestamp(), pause, time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            health.Forget("outbox");
        }
    }

    /// <summary>Null, or how long to wait after a failure.</summary>
    private async Task<TimeSpan?> TryMoveAllAsync(IOutboxTable table, Outage outage, CancellationToken stopping)
    {
        try
        {
            while (await MoveAsync(table, stopping).ConfigureAwait(false) == Batch)
                health.Beat("outbox");
            outage.End();
            return null;
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            return outage.Failed(exception);
        }
    }

    private async Task<int> MoveAsync(IOutboxTable table, CancellationToken stopping)
    {
        var messages = await table.ReadAsync(Batch, stopping).ConfigureAwait(false);
        if (messages.Count == 0)
            return 0;
        var results = await intake.AppendAsync(messages, stopping).ConfigureAwait(false);
        for (var i = 0; i < results.Count; i++)
        {
            if (results[i].Outcome == AppendOutcome.Conflict)
                logger.OutboxConflict(messages[i].Name, messages[i].Id, table.Name, messages[i].IdempotencyKey!);
        }

        await table.RemoveAsync([.. messages.Select(static message => message.Id)], stopping).ConfigureAwait(false);
        return messages.Count;
    }
}
