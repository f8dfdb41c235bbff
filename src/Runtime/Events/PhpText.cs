using System.Buffers;
using System.Globalization;
using System.Text;

namespace Declarative.Events;

/// <summary>Text in a JSON string as PHP's <c>json_encode</c> writes it: <c>/</c> escaped, everything but ASCII as <c>\u</c> with lower-case digits.</summary>
internal static class PhpText
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x60).Select(static one => (byte)one).Where(static one => one is not ((byte)'"' or (byte)'\\' or (byte)'/'))]);

    /// <param name="utf8">The text; bytes that are no UTF-8 become the replacement character.</param>
    /// <param name="output">Where it goes, without quotes.</param>
    public static void Escape(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        Span<char> pair = stackalloc char[2];
        while (!utf8.IsEmpty)
        {
            var special = utf8.IndexOfAnyExcept(Plain);
            if (special < 0)
            {
                output.Write(utf8);
                return;
            }

            output.Write(utf8[..special]);
            utf8 = utf8[special..];
            Rune.DecodeFromUtf8(utf8, out var rune, out var length);
            utf8 = utf8[length..];
            if (Short(rune.Value) is { IsEmpty: false } escape)
                output.Write(escape);
            else
                Write(pair[..rune.EncodeToUtf16(pair)], output);
        }
    }

    private static ReadOnlySpan<byte> Short(int character) => character switch
    {
        '"' => "\\\""u8,
        '\\' => "\\\\"u8,
        '/' => "\\/"u8,
        '\b' => "\\b"u8,
        '\f' => "\\f"u8,
        '\n' => "\\n"u8,
        '\r' => "\\r"u8,
        '\t' => "\\t"u8,
        _ => [],
    };

    private static void Write(ReadOnlySpan<char> units, IBufferWriter<byte> output)
    {
        foreach (var unit in units)
        {
            var escape = output.GetSpan(6);
            "\\u"u8.CopyTo(escape);
            ((int)unit).TryFormat(escape[2..], out _, "x4", CultureInfo.InvariantCulture);
            output.Advance(6);
        }
    }
}
