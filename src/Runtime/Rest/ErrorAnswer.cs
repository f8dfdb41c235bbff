using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Declarative.Events;
using Declarative.OAuth;
using Declarative.Storage;
using Declarative.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Declarative.Rest;

/// <summary>
/// What went wrong, as a status and a body of the originals' shape: <c>{"message", "parameters", "errors"}</c>, in Development
/// <c>trace</c> too. What nobody foresaw is 500 with a report id, under which the log has it.
/// </summary>
internal sealed class ErrorAnswer(IHostEnvironment environment, ILogger<ErrorAnswer> logger)
{
    /// <summary>Messages are read in terminals: an apostrophe stays one. The content type keeps browsers from taking it for a page.</summary>
    private static readonly JsonWriterOptions ForPeople = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers with the error; a caller who is gone gets nothing.</summary>
    public async Task WriteAsync(HttpContext context, Exception exception)
    {
        if (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
            return;
        var error = Of(context, exception);
        if (context.Response.HasStarted)
        {
            // Too late for an answer of another kind: a cut connection is what tells the caller.
            context.Abort();
            return;
        }

        context.Response.StatusCode = error.Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        if (error.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = OAuthHeader.IsOAuth(context.Request.Headers.Authorization) ? OAuthHeader.Scheme : "Bearer";
        if (error.Status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers[HeaderNames.RetryAfter] = "1";
        var body = Body(error, exception);
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private RestException Of(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case RestException error:
                return error;
            case BadHttpRequestException bad:
                return new RestException("The request can't be read.", bad.StatusCode) { Detail = bad.Message };
            case System.ComponentModel.DataAnnotations.ValidationException invalid:
                return new InputException(invalid.Message);
            case EventQueueFullException or StoreException:
                return new RestException("The store can't take it now; try again.", StatusCodes.Status503ServiceUnavailable) { Detail = exception.Message };
        }

        var report = "webapi-" + Guid.CreateVersion7().ToString("N");
        logger.RouteFailed(report, context.Request.Method, (context.GetEndpoint() as Microsoft.AspNetCore.Routing.RouteEndpoint)?.RoutePattern.RawText ?? "", exception);
        return new RestException(
            environment.IsDevelopment() ? exception.Message : "Internal error. The log has its details under the report ID: " + report,
            StatusCodes.Status500InternalServerError);
    }

    private byte[] Body(RestException error, Exception exception)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, ForPeople))
        {
            writer.WriteStartObject();
            writer.WriteString("message", error.Message);
            WriteParameters(writer, error.Parameters);
            if (error.Errors.Count > 0)
            {
                writer.WriteStartArray("errors");
                foreach (var one in error.Errors)
                {
                    writer.WriteStartObject();
                    writer.WriteString("message", one.Message);
                    WriteParameters(writer, one.Parameters);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }

            if (environment.IsDevelopment())
                writer.WriteString("trace", error.Detail ?? exception.ToString());
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteParameters(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> parameters)
    {
        if (parameters.Count == 0)
            return;
        writer.WriteStartObject("parameters");
        foreach (var (name, value) in parameters)
            writer.WriteString(name, value);
        writer.WriteEndObject();
    }
}
