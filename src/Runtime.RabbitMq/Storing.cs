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

    /// <summary>Returns when all is acknowledged or given back.</summary>
    /// <param name="batch">Messages in the order of their tags.</param>
    /// <param name="last">The last tag; everything up to it is handled when the batch is.</param>
    /// <param name="stoppingToken">Ends waiting for a store that fails.</param>
    public async Task StoreAsync(List<Delivery> batch, ulong last, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                if (batch.Count > 0)
                    await AppendAsync(batch).ConfigureAwait(false);
                await channel.BasicAckAsync(last, multiple: true, stoppingToken).ConfigureAwait(false);
                Recovered();
                return;
            }
            catch (StoreException exception)
            {
                if (_pause.Failures == 0)
                    logger.StoreFailed(options.Queue, exception);
            }

            await _pause.WaitAsync(stoppingToken).ConfigureAwait(false);
            stoppingToken.ThrowIfCancellationRequested();
            if (batch.Count > 1 && await OneByOneAsync(batch).ConfigureAwait(false))
                batch.Clear();
        }
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

    private async Task AppendAsync(IReadOnlyList<Delivery> batch)
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

    private void Recovered()
    {
        if (_pause.Failures == 0)
            return;
        logger.StoreRecovered(options.Queue, _pause.Failures);
        _pause.Reset();
    }
}
