using Declarative.Events;
using Declarative.Storage;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Declarative.RabbitMq;

/// <summary>
/// Stores what was taken, then acknowledges it. While the store fails the messages stay with us, unacknowledged: giving them back
/// would use up their deliveries. Only one that fails while others can be stored is given back, until the broker's limit makes it
/// a dead letter.
/// </summary>
internal sealed class Storing(IChannel channel, EventIntake intake, DeadLetters deadLetters, RabbitMqOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Messages tried one by one before a store counts as failing altogether.</summary>
    private const int Probes = 8;

    private readonly GrowingPause _pause = new(time);

    /// <summary>Stores and acknowledges.</summary>
    /// <param name="batch">Messages, in any order.</param>
    /// <param name="last">The last tag that was handed over; with the batch everything up to it is handled.</param>
    /// <returns>True if all is acknowledged or given back; false if the store takes nothing.</returns>
    public async Task<bool> StoreAsync(List<Delivery> batch, ulong last)
    {
        try
        {
            if (batch.Count > 0)
                await AppendAsync(batch).ConfigureAwait(false);
        }
        catch (StoreException exception)
        {
            if (batch.Count == 1 || !await OneByOneAsync(batch).ConfigureAwait(false))
            {
                if (_pause.Failures == 0)
                    logger.StoreFailed(options.Queue, exception);
                return false;
            }
        }

        await channel.BasicAckAsync(last, multiple: true).ConfigureAwait(false);
        if (_pause.Failures > 0)
            logger.StoreRecovered(options.Queue, _pause.Failures);
        _pause.Reset();
        return true;
    }

    /// <summary>Waits before the next try; <paramref name="stoppingToken"/> ends that.</summary>
    public async Task PauseAsync(CancellationToken stoppingToken)
    {
        await _pause.WaitAsync(stoppingToken).ConfigureAwait(false);
        stoppingToken.ThrowIfCancellationRequested();
    }

    /// <summary>Finds out whether the store fails or a message. False if no message could be stored; those tried are last in the batch then.</summary>
    private async Task<bool> OneByOneAsync(List<Delivery> batch)
    {
        var failed = new List<(Delivery Delivery, string Reason)>();
        var hasStored = false;
        foreach (var one in batch)
        {
            try
            {
                await AppendAsync([one]).ConfigureAwait(false);
                hasStored = true;
            }
            catch (StoreException exception)
            {
                failed.Add((one, exception.Message));
                if (!hasStored && failed.Count == Probes)
                    break;
            }
        }

        if (!hasStored)
        {
            batch.RemoveRange(0, failed.Count);
            batch.AddRange(failed.Select(static one => one.Delivery));
            return false;
        }

        foreach (var (delivery, reason) in failed)
        {
            logger.MessageRefused(delivery.Message!.Id, delivery.Message.Name, reason, options.Queue);
            await channel.BasicNackAsync(delivery.Tag, multiple: false, requeue: true).ConfigureAwait(false);
        }

        return true;
    }

    private async Task AppendAsync(List<Delivery> batch)
    {
        IReadOnlyList<AppendResult> results;
        try
        {
            results = await intake.AppendAsync([.. batch.Select(static one => one.Message!)], CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not StoreException)
        {
            throw new StoreException(exception.Message, exception);
        }

        for (var i = 0; i < batch.Count; i++)
        {
            if (results[i].Outcome == AppendOutcome.Conflict)
                await deadLetters.SendAsync(batch[i].Message!, $"The idempotency key was used before for event '{batch[i].Message!.Name}' with other content.").ConfigureAwait(false);
        }
    }
}
