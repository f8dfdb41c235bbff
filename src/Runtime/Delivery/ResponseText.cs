using System.Buffers;
using System.Text;

namespace Declarative.Delivery;

/// <summary>
/// Reads as much of a response as is worth knowing: up to 64 KiB, so that the connection of an ordinary receiver can be
/// used again, of which 16 KiB are kept. A longer body is dropped with its connection.
/// </summary>
internal static class ResponseText
{
    public const int MaxRead = 64 * 1024;
    public const int MaxKept = 16 * 1024;

    public static async Task<(string Text, bool IsTruncated)> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength == 0)
            return ("", false);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            // What is kept, a byte that tells whether there was more, and as much again to read the rest over and over.
            const int Kept = MaxKept + 1;
            var buffer = ArrayPool<byte>.Shared.Rent(MaxKept * 2);
            try
            {
                var length = 0;
                while (length <= MaxRead)
                {
                    var read = await body.ReadAsync(buffer.AsMemory(Math.Min(length, Kept)), cancellationToken).ConfigureAwait(false);
                    if (read == 0)
                        break;
                    length += read;
                }

                return (Decode(buffer.AsSpan(0, Math.Min(length, Kept))), length > MaxKept);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>The text that is kept of any text, cut between characters.</summary>
    public static (string? Text, bool IsTruncated) Cut(string? text)
    {
        if (text is null || Encoding.UTF8.GetByteCount(text) <= MaxKept)
            return (text, false);
        return (Decode(Encoding.UTF8.GetBytes(text)), true);
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxKept)
        {
            var end = MaxKept;
            while (end > MaxKept - 4 && (bytes[end] & 0xC0) == 0x80)
                end--;
            bytes = bytes[..end];
        }

        // A NUL is legal in a body but not in every database's text.
        return Encoding.UTF8.GetString(bytes).Replace('\0', '\uFFFD');
    }
}
