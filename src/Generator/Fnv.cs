namespace Declarative.Generator;

/// <summary>FNV-1a in 64 bits: the same on every machine and in every process, unlike <c>GetHashCode</c>.</summary>
internal static class Fnv
{
    public const ulong Start = 14695981039346656037;

    private const ulong Prime = 1099511628211;

    public static ulong Add(ulong hash, ulong value) => unchecked((hash ^ value) * Prime);

    public static ulong Add(ulong hash, string text)
    {
        foreach (var character in text)
            hash = Add(hash, character);
        return Add(hash, ushort.MaxValue + 1UL);
    }

    /// <summary>Eight hexadecimal digits that tell names apart which look alike once simplified.</summary>
    public static string ShortHash(string text)
    {
        var hash = Add(Start, text);
        return ((uint)(hash ^ (hash >> 32))).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }
}
