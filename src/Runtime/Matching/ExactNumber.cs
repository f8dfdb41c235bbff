using System.Globalization;

namespace Declarative.Matching;

/// <summary>
/// A decimal number of any size as text says it: 0.DIGITS × 10^exponent. Rules compare by it instead of by
/// <see cref="double"/>, which takes 2^53 and 2^53 + 1 for the same.
/// </summary>
internal readonly ref struct ExactNumber : IComparable<ExactNumber>
{
    /// <summary>How many characters a <see cref="Key"/> has beside the digits, at most.</summary>
    public const int KeyOverhead = 24;

    /// <summary>Larger exponents don't fit on any wire; smaller ones count as this one does.</summary>
    private const long MaxExponent = 1_000_000_000_000;

    public ExactNumber(ReadOnlySpan<char> digits, long exponent, bool isNegative)
    {
        Digits = digits;
        Exponent = exponent;
        IsNegative = isNegative;
    }

    /// <summary>Without leading and trailing zeros; empty for zero.</summary>
    public ReadOnlySpan<char> Digits { get; }

    public long Exponent { get; }

    public bool IsNegative { get; }

    /// <summary>
    /// Reads what PHP's <c>floatval</c> reads: white space, then as much of a number as there is; 0 without any.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="digits">Where the digits are put; as long as the text at least.</param>
    /// <param name="isWhole">Whether the whole text is a number, which white space may surround.</param>
    public static ExactNumber Read(ReadOnlySpan<char> text, Span<char> digits, out bool isWhole)
    {
        var at = 0;
        while (at < text.Length && IsSpace(text[at]))
            at++;
        var isNegative = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is '-' or '+')
            at++;

        var count = 0;
        var exponent = 0L;
        var isAny = false;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
        {
            isAny = true;
            if (count > 0 || text[at] != '0')
            {
                digits[count++] = text[at];
                exponent++;
            }
        }

        if (at < text.Length && text[at] == '.' && (isAny || (at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))))
        {
            for (at++; at < text.Length && char.IsAsciiDigit(text[at]); at++)
            {
                isAny = true;
                if (count > 0 || text[at] != '0')
                    digits[count++] = text[at];
                else
                    exponent--;
            }
        }

        if (isAny && at < text.Length && text[at] is 'e' or 'E')
            exponent += ReadExponent(text, ref at);
        while (count > 0 && digits[count - 1] == '0')
            count--;
        while (at < text.Length && IsSpace(text[at]))
            at++;
        isWhole = isAny && at == text.Length;
        return count == 0 ? default : new ExactNumber(digits[..count], exponent, isNegative);
    }

    public int CompareTo(ExactNumber other)
    {
        var sign = Sign;
        if (sign != other.Sign)
            return sign.CompareTo(other.Sign);
        var magnitude = Exponent != other.Exponent ? Exponent.CompareTo(other.Exponent) : Digits.SequenceCompareTo(other.Digits);
        return sign < 0 ? -magnitude : magnitude;
    }

    /// <summary>A text that equal numbers share and different ones don't.</summary>
    /// <param name="room">As long as the digits and <see cref="KeyOverhead"/>.</param>
    public ReadOnlySpan<char> Key(Span<char> room)
    {
        room[0] = IsNegative ? '-' : '+';
        Exponent.TryFormat(room[1..], out var written, default, CultureInfo.InvariantCulture);
        room[written + 1] = ':';
        Digits.CopyTo(room[(written + 2)..]);
        return room[..(written + 2 + Digits.Length)];
    }

    /// <summary>
    /// The nearest double. Rounding keeps the order, so two numbers whose doubles differ are ordered as those are, and
    /// that is cheaper to find out.
    /// </summary>
    /// <param name="room">As long as the digits and <see cref="KeyOverhead"/>.</param>
    public double Approximate(Span<char> room)
    {
        if (Digits.IsEmpty)
            return 0;
        "0.".CopyTo(room);
        Digits.CopyTo(room[2..]);
        room[Digits.Length + 2] = 'E';
        Exponent.TryFormat(room[(Digits.Length + 3)..], out var written, default, CultureInfo.InvariantCulture);
        var magnitude = double.Parse(room[..(Digits.Length + 3 + written)], NumberStyles.Float, CultureInfo.InvariantCulture);
        return IsNegative ? -magnitude : magnitude;
    }

    private int Sign => Digits.IsEmpty ? 0 : IsNegative ? -1 : 1;

    private static long ReadExponent(ReadOnlySpan<char> text, ref int at)
    {
        var next = at + 1;
        var isNegative = next < text.Length && text[next] == '-';
        if (next < text.Length && text[next] is '-' or '+')
            next++;
        if (next >= text.Length || !char.IsAsciiDigit(text[next]))
            return 0;
        var exponent = 0L;
        for (; next < text.Length && char.IsAsciiDigit(text[next]); next++)
            exponent = Math.Min(MaxExponent, (exponent * 10) + (text[next] - '0'));
        at = next;
        return isNegative ? -exponent : exponent;
    }

    private static bool IsSpace(char one) => one is ' ' or '\t' or '\n' or '\r' or '\v' or '\f';
}
