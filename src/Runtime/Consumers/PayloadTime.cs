namespace Declarative.Consumers;

/// <summary>Days and moments as senders write them.</summary>
internal static class PayloadTime
{
    /// <summary>Reads <c>2026-01-31</c> (RFC 3339, full-date).</summary>
    public static bool TryReadDay(ReadOnlySpan<byte> text, out DateOnly day)
    {
        day = default;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-')
            return false;
        var year = Digits(text[..4]);
        var month = Digits(text[5..7]);
        var date = Digits(text[8..]);
        if (year < 1 || month is < 1 or > 12 || date < 1 || date > DateTime.DaysInMonth(year, month))
            return false;
        day = new DateOnly(year, month, date);
        return true;
    }

    /// <summary>
    /// Reads <c>2026-01-31T10:00:00.5+01:00</c> (RFC 3339, but no leap second, and offsets of 14 hours at most, which is .NET's limit),
    /// or <c>2026-01-31 10:00:00</c> in UTC, as Adobe Commerce writes it. What is finer than 100 ns is dropped.
    /// </summary>
    public static bool TryReadMoment(ReadOnlySpan<byte> text, out DateTimeOffset moment)
    {
        moment = default;
        if (text.Length < 19 || !TryReadDay(text[..10], out var day) || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ') || text[13] != ':' || text[16] != ':')
            return false;
        var hour = Digits(text[11..13]);
        var minute = Digits(text[14..16]);
        var second = Digits(text[17..19]);
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59)
            return false;
        var rest = text[19..];
        if (!TryReadFraction(ref rest, out var fraction) || !TryReadOffset(rest, mayBeMissing: text[10] == ' ', out var offset))
            return false;
        var ticks = day.ToDateTime(new TimeOnly(hour, minute, second)).Ticks + fraction;
        if (ticks - offset.Ticks < 0 || ticks - offset.Ticks > DateTimeOffset.MaxValue.Ticks)
            return false;
        moment = new DateTimeOffset(ticks, offset);
        return true;
    }

    private static bool TryReadFraction(ref ReadOnlySpan<byte> rest, out long ticks)
    {
        ticks = 0;
        if (rest.IsEmpty || rest[0] != '.')
            return true;
        var end = 1;
        var unit = TimeSpan.TicksPerSecond;
        for (; end < rest.Length && char.IsAsciiDigit((char)rest[end]); end++)
        {
            unit /= 10;
            ticks += (rest[end] - '0') * unit;
        }

        rest = rest[end..];
        return end > 1;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, bool mayBeMissing, out TimeSpan offset)
    {
        offset = default;
        if (text.IsEmpty)
            return mayBeMissing;
        if (text.Length == 1)
            return text[0] is (byte)'Z' or (byte)'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':')
            return false;
        var hours = Digits(text[1..3]);
        var minutes = Digits(text[4..]);
        if (hours < 0 || minutes is < 0 or > 59 || (hours * 60) + minutes > 14 * 60)
            return false;
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    /// <summary>The number; -1 if there is anything but digits.</summary>
    private static int Digits(ReadOnlySpan<byte> text)
    {
        var number = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
                return -1;
            number = (number * 10) + digit - '0';
        }

        return number;
    }
}
