using Declarative.Rest;
using Declarative.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Consumers;

/// <summary>What every request to a consumer goes through: the body, whole and within its limit; the sender's signature over its bytes; which events it holds; then one after the other is handled.</summary>
internal sealed class ConsumerPipeline(EventHandling handling, AdobeChallenge challenge, Instruments instruments, IOptions<ConsumerOptions> options, ILogger<ConsumerPipeline> logger)
{
    private readonly ConsumerOptions _options = options.Value;

    public async Task HandleAsync(Consumer consumer, HttpContext context)
    {
        RouteBody body = default;
        try
        {
            body = await RouteBody.ReadAsync(context, _options.MaxBodyBytes, isAnyType: true).ConfigureAwait(false);
            await HandleAsync(consumer, context, body.Bytes).ConfigureAwait(false);
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // The sender is gone; nobody reads an answer.
        }
        catch (Exception exception) when (exception is RestException or BadHttpRequestException && !context.Response.HasStarted)
        {
            var status = exception is BadHttpRequestException bad ? ConsumerAnswer.StatusOf(bad) : ((RestException)exception).Status;
            await ConsumerAnswer.RefuseAsync(context, status, exception is RestException refused ? refused.Filled : "The request can't be read.").ConfigureAwait(false);
        }
        finally
        {
            body.Release();
        }
    }

    private async Task HandleAsync(Consumer consumer, HttpContext context, ReadOnlyMemory<byte> body)
    {
        // Adobe asks before it has a signature to show; what it gets is its own text.
        if (consumer.TakesChallenges && await challenge.AnswerAsync(context, body).ConfigureAwait(false))
            return;
        if (consumer.Verifier is { IsReady: false })
        {
            instruments.Received(consumer.Name, "", "", "unavailable");
            await ConsumerAnswer.WriteAsync(context, "", RetryableResult.Because("Senders can't be verified now; send it again.", TimeSpan.FromSeconds(10))).ConfigureAwait(false);
            return;
        }

        if ((consumer.Verifier is { } verifier ? verifier.Refusal(context.Request.Headers, body.Span) : "nobody is known to send here") is { } why)
        {
            logger.SenderRefused(consumer.Name, context.Connection.RemoteIpAddress, why);
            instruments.Received(consumer.Name, "", "", "refused");
            await ConsumerAnswer.RefuseAsync(context, StatusCodes.Status401Unauthorized, "The request is not signed by a sender known here.").ConfigureAwait(false);
            return;
        }

        if (logger.IsEnabled(LogLevel.Debug))
            logger.EventReceived(consumer.Name, SecretMask.Headers(context.Request.Headers), SecretMask.Json(body.Span));
        var incoming = EventReader.Read(context.Request, body, _options.MaxBatch);
        if (incoming.Problem is { } problem)
        {
            instruments.Received(consumer.Name, "", "", "invalid");
            await ConsumerAnswer.RefuseAsync(context, incoming.Status, problem).ConfigureAwait(false);
            return;
        }

        if (!incoming.IsBatch)
        {
            var result = await handling.HandleAsync(consumer, incoming.Events[0], isAlone: true, context.Request, context.RequestServices, context.RequestAborted).ConfigureAwait(false);
            await ConsumerAnswer.WriteAsync(context, incoming.Events[0].Type, result).ConfigureAwait(false);
            return;
        }

        var results = new List<EventResult>(incoming.Events.Count);
        foreach (var one in incoming.Events)
        {
            var scope = context.RequestServices.CreateAsyncScope();
            await using var _ = scope.ConfigureAwait(false);
            results.Add(await handling.HandleAsync(consumer, one, isAlone: false, context.Request, scope.ServiceProvider, context.RequestAborted).ConfigureAwait(false));
        }

        await ConsumerAnswer.WriteBatchAsync(context, incoming.Events, results).ConfigureAwait(false);
    }
}
