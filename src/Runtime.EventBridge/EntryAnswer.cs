using System.Text.Json;
using Declarative.Delivery;

namespace Declarative.EventBridge;

/// <summary>Reads what <c>PutEvents</c> answers, for a request and for each of its entries.</summary>
internal static class EntryAnswer
{
    /// <summary>
    /// Codes by which an entry is at fault, so that sending it again can't help. All others may pass: throttling and failures inside of
    /// AWS by themselves, a missing permission or bus when somebody mends it.
    /// </summary>
    private static readonly HashSet<string> Final = new(StringComparer.OrdinalIgnoreCase)
    {
        "ValidationException", "ValidationError", "SerializationException", "InvalidArgument", "InvalidParameterValue", "MalformedDetail", "MalformedQueryString",
        "RequestEntityTooLargeException", "NotAuthorizedForSourceException", "NotAuthorizedForDetailTypeException",
    };

    /// <summary>The entries' results, in their order.</summary>
    /// <param name="count">How many were sent.</param>
    /// <param name="status">The status.</param>
    /// <param name="text">The body.</param>
    public static IReadOnlyList<NotifierResult> Read(int count, int status, string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            if (status != 200)
                return All(count, Failure(status, Code(json.RootElement), text));
            var entries = json.RootElement.GetProperty("Entries");
            if (entries.GetArrayLength() == count)
                return [.. entries.EnumerateArray().Select(static one => Entry(one))];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return All(count, Failure(status, code: null, text));
        }

        return All(count, NotifierResult.Failure("protocol", "AWS answered for another number of entries: " + text));
    }

    /// <summary>The same for each.</summary>
    public static IReadOnlyList<NotifierResult> All(int count, NotifierResult result) => [.. Enumerable.Repeat(result, count)];

    private static NotifierResult Entry(JsonElement entry) =>
        entry.TryGetProperty("ErrorCode", out var code) && code.GetString() is { Length: > 0 } text
            ? Failure(200, text, entry.GetRawText())
            : new NotifierResult { IsSuccess = true, Status = 200, Response = entry.GetRawText() };

    private static NotifierResult Failure(int status, string? code, string text) => new()
    {
        IsSuccess = false,
        Status = StatusOf(status, code),
        Reason = code ?? "status",
        Response = text,
        IsRetryable = status != 413 && (code is null || !Final.Contains(code)),
    };

    /// <summary>
    /// AWS says 400 where it throttles, and entries fail in an answer of 200. What a subscription tries again goes by the status, so it gets the one that means the code.
    /// </summary>
    private static int StatusOf(int status, string? code) => code switch
    {
        null => status,
        _ when Final.Contains(code) => status == 200 ? 400 : status,
        _ when code.Contains("Throttl", StringComparison.OrdinalIgnoreCase) || code.Contains("LimitExceeded", StringComparison.OrdinalIgnoreCase) => 429,
        _ => status >= 500 ? status : 503,
    };

    /// <summary>The error's name without the name space in front or the address behind it.</summary>
    private static string? Code(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object || !(error.TryGetProperty("__type", out var type) || error.TryGetProperty("code", out type)))
            return null;
        var text = type.GetString() ?? "";
        return text[(text.LastIndexOf('#') + 1)..].Split(':')[0];
    }
}
