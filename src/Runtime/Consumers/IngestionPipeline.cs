using System.Security.Claims;
using Declarative.Acl;
using Declarative.Events;
using Declarative.Json;
using Declarative.Rest;
using Declarative.Storage;
using Declarative.Telemetry;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Consumers;

/// <summary>
/// Events from callers who can't use a publisher: <c>POST {"data":{"uid","event","value"}}</c>, as the starter kit's ingestion webhook takes it. The event is durable
/// before the caller is answered; the <c>uid</c> is its idempotency key, so that a repeat within 24 hours gets the same answer and makes no second event.
/// </summary>
internal sealed class IngestionPipeline(EventPublisher publisher, EventRegistry registry, CallerReader callers, IOptions<ConsumerOptions> options, Instruments instruments, ILogger<IngestionPipeline> logger)
{
    // What PublishOptions.IdempotencyKey takes.
    private const int MaxUid = 255;

    private readonly ConsumerOptions _options = options.Value;

    public async Task HandleAsync(Ingestion ingestion, HttpContext context)
    {
        RouteBody body = default;
        try
        {
            body = await RouteBody.ReadAsync(context, _options.MaxBodyBytes, isAnyType: true).ConfigureAwait(false);
            if (ingestion.Verifier is { IsReady: false })
            {
                context.Response.Headers.RetryAfter = "10";
                await RefuseAsync(ingestion, context, StatusCodes.Status503ServiceUnavailable, "Callers can't be verified now; send it again.").ConfigureAwait(false);
                return;
            }

            if (await RefusalAsync(ingestion, context, body.Bytes).ConfigureAwait(false) is { } why)
            {
                logger.CallerRefused(ingestion.Descriptor.Path, context.Connection.RemoteIpAddress, why);
                context.Response.Headers.WWWAuthenticate = ingestion.Descriptor.Authentication == "bearer" ? "Bearer" : default(string);
                await RefuseAsync(ingestion, context, StatusCodes.Status401Unauthorized, "The caller may not hand in events here.").ConfigureAwait(false);
                return;
            }

            await PublishAsync(ingestion, context, body.Bytes).ConfigureAwait(false);
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // The caller is gone. If the event was stored, its uid finds it when the caller asks again.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var (status, error) = Explain(exception, context);
            await RefuseAsync(ingestion, context, status, error).ConfigureAwait(false);
        }
        finally
        {
            body.Release();
        }
    }

    /// <summary>Why the caller may not hand in events, for the log; null for one who may.</summary>
    private async ValueTask<string?> RefusalAsync(Ingestion ingestion, HttpContext context, ReadOnlyMemory<byte> body)
    {
        if (ingestion.Verifier is { } verifier)
            return verifier.Refusal(context.Request.Headers, body.Span);
        if (ingestion.Descriptor.Authenticator is { } type)
            return await ((IIngestionAuthenticator)ActivatorUtilities.GetServiceOrCreateInstance(context.RequestServices, type)).IsAllowedAsync(context.Request, body, context.RequestAborted).ConfigureAwait(false) ? null : $"{type.Name} says no";
        if (ingestion.Descriptor.Authentication == "none")
            return null;
        return await HoldsAsync(ingestion.Descriptor.Resource!, context).ConfigureAwait(false) ? null : $"its token is wrong, or lacks {ingestion.Descriptor.Resource}";
    }

    private async ValueTask<bool> HoldsAsync(string resource, HttpContext context)
    {
        try
        {
            if (context.User.Identity is not CallerIdentity && await callers.ReadAsync(context).ConfigureAwait(false) is { } caller)
                context.User = new ClaimsPrincipal(caller);
        }
        catch (RestException)
        {
            // Credentials of ours that are wrong; why, the caller isn't told.
            return false;
        }

        var authorization = context.RequestServices.GetRequiredService<IAuthorizationService>();
        return (await authorization.AuthorizeAsync(context.User, context, [ResourcePolicy.Requirement(resource)]).ConfigureAwait(false)).Succeeded;
    }

    private async Task PublishAsync(Ingestion ingestion, HttpContext context, ReadOnlyMemory<byte> body)
    {
        var handed = HandedIn.Read(body);
        if (handed.Problem is { } problem)
        {
            await RefuseAsync(ingestion, context, StatusCodes.Status400BadRequest, problem).ConfigureAwait(false);
            return;
        }

        if (handed.Uid!.Length > MaxUid)
        {
            await RefuseAsync(ingestion, context, StatusCodes.Status400BadRequest, $"data.uid may be {MaxUid} characters long at most.").ConfigureAwait(false);
            return;
        }

        if (registry.Find(handed.Event!) is not { } descriptor)
        {
            await RefuseAsync(ingestion, context, StatusCodes.Status400BadRequest, $"The event {ConsumerAnswer.Shortened(handed.Event!)} can't be published: no module here declares it.").ConfigureAwait(false);
            return;
        }

        // What a service method or a decorated service tells is for this application to say; a caller has no payload to give for it.
        if (!descriptor.CarriesPayload || descriptor.IsPlugin)
        {
            await RefuseAsync(ingestion, context, StatusCodes.Status400BadRequest, $"The event {ConsumerAnswer.Shortened(handed.Event!)} can't be handed in: its payload comes from a service of this application.").ConfigureAwait(false);
            return;
        }

        await publisher.PublishAsync(descriptor, handed.Value.ToArray(), new PublishOptions { IdempotencyKey = handed.Uid }, context.RequestAborted).ConfigureAwait(false);
        instruments.Received(ingestion.Descriptor.Path, descriptor.Name, "", "success");
        await ConsumerAnswer.WriteAsync(context, handed.Event!, EventResult.Success("Event published successfully")).ConfigureAwait(false);
    }

    private (int Status, string Error) Explain(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case RestException refused:
                return (refused.Status, refused.Filled);
            case BadHttpRequestException bad:
                return (ConsumerAnswer.StatusOf(bad), "The request can't be read.");
            case EventArgumentsException arguments:
                return (StatusCodes.Status400BadRequest, arguments.Message);
            case IdempotencyConflictException:
                return (StatusCodes.Status409Conflict, "Another event was handed in with this uid. Give each event its own.");
            case EventQueueFullException or StoreException:
                context.Response.Headers.RetryAfter = "1";
                return (StatusCodes.Status503ServiceUnavailable, "The event can't be stored now; try again.");
        }

        var report = "ingestion-" + Guid.CreateVersion7().ToString("N");
        logger.IngestionFailed(report, exception);
        return (StatusCodes.Status500InternalServerError, $"The event could not be published. The log has the details under the report ID {report}.");
    }

    private Task RefuseAsync(Ingestion ingestion, HttpContext context, int status, string error)
    {
        instruments.Received(ingestion.Descriptor.Path, "", "", status == StatusCodes.Status401Unauthorized ? "refused" : status < 500 ? "invalid" : "failed");
        return ConsumerAnswer.RefuseAsync(context, status, error);
    }
}
