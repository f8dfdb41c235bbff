namespace Declarative.OAuth;

/// <summary>
/// The order of PHP's <c>strnatcmp</c>, in which the originals sort parameter names: runs of digits compare as numbers, so <c>p9</c>
/// comes before <c>p10</c>. RFC 5849 wants the order of bytes.
/// </summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static readonly NaturalOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var one = x.AsSpan();
        var other = y.AsSpan();
        while (!one.IsEmpty && !other.IsEmpty)
        {
            if (char.IsAsciiDigit(one[0]) && char.IsAsciiDigit(other[0]))
            {
                var (left, right) = (Digits(one), Digits(other));

                // A leading zero makes it a fraction: digit by digit from the left. Else the longer number is the larger one.
                var order = one[0] != '0' && other[0] != '0' && left != right
                    ? left - right
                    : one[..left].SequenceCompareTo(other[..right]);
                if (order != 0)
                    return order;
                one = one[left..];
                other = other[right..];
                continue;
            }

            if (one[0] != other[0])
                return one[0] - other[0];
            one = one[1..];
            other = other[1..];
        }

        return one.Length - other.Length;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
