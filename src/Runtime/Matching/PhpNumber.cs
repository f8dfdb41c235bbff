using System.Globalization;

namespace Declarative.Matching;

/// <summary>Fractions as PHP makes text of them, which is what the originals' patterns were written for.</summary>
internal static class PhpNumber
{
    /// <summary>Numbers whose exponent is smaller or larger are written as <c>1.0E+25</c>.</summary>
    private const int MinExponent = -4;
    private const int MaxExponent = 14;

    public static string Format(ExactNumber number)
    {
        if (number.Digits.IsEmpty)
            return "0";
        var sign = number.IsNegative ? "-" : "";
        var digits = number.Digits.ToString();
        var exponent = number.Exponent - 1;
        if (exponent is < MinExponent or > MaxExponent)
        {
            var fraction = digits.Length == 1 ? "0" : digits[1..];
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}.{fraction}E{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}");
        }

        var point = (int)number.Exponent;
        if (point <= 0)
            return sign + "0." + new string('0', -point) + digits;
        return point >= digits.Length
            ? sign + digits.PadRight(point, '0')
            : sign + digits[..point] + "." + digits[point..];
    }
}
