using System;

namespace Declarative.Merging;

/// <summary>Names as they stand in URLs, queries, bodies and declarations.</summary>
internal static class WireName
{
    /// <summary>Whether two names differ in case and underscores only: <c>customer_id</c>, <c>customerId</c>.</summary>
    public static bool AreAlike(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        int i = 0, j = 0;
        while (true)
        {
            while (i < one.Length && one[i] == '_')
                i++;
            while (j < other.Length && other[j] == '_')
                j++;
            if (i == one.Length || j == other.Length)
                return i == one.Length && j == other.Length;
            if (char.ToLowerInvariant(one[i++]) != char.ToLowerInvariant(other[j++]))
                return false;
        }
    }
}
