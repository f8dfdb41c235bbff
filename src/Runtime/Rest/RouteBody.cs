using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Declarative.Rest;

/// <summary>The body of a request: read whole, up to a limit, and used where the server put it until it is released.</summary>
internal readonly struct RouteBody
{
    private readonly PipeReader? _reader;
    private readonly SequencePosition _end;

    private RouteBody(PipeReader reader, ReadOnlySequence<byte> body)
    {
        _reader = reader;
        _end = body.End;
        Bytes = body.IsSingleSegment ? body.First : body.ToArray();
    }

    /// <summary>The bytes; empty if there are none.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Reads the body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">The most bytes.</param>
    /// <param name="isAnyType">Whether its Content-Type is for others to judge.</param>
    /// <exception cref="RestException">The content type is not JSON (400), or there is too much of it (413).</exception>
    public static async ValueTask<RouteBody> ReadAsync(HttpContext context, long limit, bool isAnyType = false)
    {
        var request = context.Request;
        if (request.ContentLength == 0)
            return default;
        if (request.ContentLength > limit)
            throw TooLarge(limit);
        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (buffer.Length > limit)
            {
                reader.AdvanceTo(buffer.End);
                throw TooLarge(limit);
            }

            if (!result.IsCompleted)
            {
                reader.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            if (isAnyType || buffer.IsEmpty || IsJson(request.ContentType ?? ""))
                return new RouteBody(reader, buffer);
            reader.AdvanceTo(buffer.End);
            throw OtherType(request.ContentType ?? "");
        }
    }

    /// <summary>Gives the bytes back; the server can't go on to the connection's next request before.</summary>
    public void Release() => _reader?.AdvanceTo(_end);

    private static bool IsJson(string contentType) =>
        contentType is "application/json" or "application/json; charset=utf-8"
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)));

    private static InputException OtherType(string given) => new InputException("A body of the Content-Type '%contentType' can't be read; send application/json in UTF-8.", ("contentType", given));

    private static RestException TooLarge(long limit) => new("The body is larger than %max bytes.", StatusCodes.Status413PayloadTooLarge, ("max", limit));
}
