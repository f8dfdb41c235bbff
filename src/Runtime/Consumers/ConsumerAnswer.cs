using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Declarative.Consumers;

/// <summary>What senders are told, in the starter kit's forms: <c>{"type", "response"}</c> after a success, else <c>{"error"}</c>.</summary>
internal static class ConsumerAnswer
{
    private static readonly JsonWriterOptions ForPeople = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static Task WriteAsync(HttpContext context, string type, EventResult result)
    {
        if (!result.IsSuccess)
            return RefuseAsync(context, result);
        return SendAsync(context, result.Status, writer =>
        {
            writer.WriteString("type"u8, type);
            WriteResponse(writer, result);
        });
    }

    public static Task RefuseAsync(HttpContext context, int status, string error) => RefuseAsync(context, EventResult.Failure(status, error));

    /// <summary>A body that came too slowly may come faster the next time, and 408 would not be sent again.</summary>
    public static int StatusOf(BadHttpRequestException exception) =>
        exception.StatusCode == StatusCodes.Status408RequestTimeout ? StatusCodes.Status503ServiceUnavailable : exception.StatusCode;

    /// <summary>What a sender called something, short enough for answers and logs.</summary>
    public static string Shortened(string text) => text.Length <= 100 ? text : text[..100] + "…";

    /// <summary>One status for all: that of an event which is to be sent again, else that of one which failed, else 200. Repeats of those that succeeded do no harm.</summary>
    public static Task WriteBatchAsync(HttpContext context, IReadOnlyList<IncomingEvent> events, IReadOnlyList<EventResult> results)
    {
        var whole = results.FirstOrDefault(static one => one.IsRetried) ?? results.FirstOrDefault(static one => !one.IsSuccess);
        SetRetryAfter(context, results.Max(static one => one.RetryAfter));
        return SendAsync(context, whole?.Status ?? StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartArray("results"u8);
            for (var i = 0; i < results.Count; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("type"u8, events[i].Type);
                writer.WriteString("id"u8, events[i].Id);
                writer.WriteNumber("status"u8, results[i].Status);
                WriteResponse(writer, results[i]);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static Task RefuseAsync(HttpContext context, EventResult result)
    {
        SetRetryAfter(context, result.RetryAfter);
        return SendAsync(context, result.Status, writer => writer.WriteString("error"u8, result.Text));
    }

    private static void WriteResponse(Utf8JsonWriter writer, EventResult result)
    {
        writer.WriteStartObject("response"u8);
        writer.WriteBoolean("success"u8, result.IsSuccess);
        writer.WriteString(result.IsSuccess ? "message"u8 : "error"u8, result.Text);
        writer.WriteEndObject();
    }

    private static void SetRetryAfter(HttpContext context, TimeSpan? wait)
    {
        if (wait is { } after)
            context.Response.Headers[HeaderNames.RetryAfter] = Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Answers with an object of the members that are written.</summary>
    public static async Task SendAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, ForPeople))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = buffer.WrittenCount;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        await response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
    }
}
