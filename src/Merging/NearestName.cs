using System;
using System.Collections.Generic;

namespace Declarative.Merging;

/// <summary>Finds what somebody most likely meant by a name that doesn't exist.</summary>
internal static class NearestName
{
    /// <summary>
    /// The candidate with the fewest edits (insert, delete, replace, swap of neighbours; case is free), if at most a
    /// third of the name would have to change; else null. Ties go to the one that begins alike for longest, then to the
    /// ordinally first.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        var best = Math.Max(1, (name.Length + 2) / 3);
        var lowerName = name.ToLowerInvariant();
        string? nearest = null;
        foreach (var candidate in candidates)
        {
            if (Math.Abs(candidate.Length - name.Length) > best)
                continue;
            var distance = Distance(lowerName, candidate.ToLowerInvariant(), best);
            if (distance < best || (distance == best && (nearest is null || IsNearer(name, candidate, nearest))))
            {
                best = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    private static bool IsNearer(string name, string candidate, string nearest)
    {
        var difference = CommonStart(name, candidate) - CommonStart(name, nearest);
        return difference > 0 || (difference == 0 && string.CompareOrdinal(candidate, nearest) < 0);
    }

    private static int CommonStart(string a, string b)
    {
        var length = 0;
        while (length < a.Length && length < b.Length && char.ToLowerInvariant(a[length]) == char.ToLowerInvariant(b[length]))
            length++;
        return length;
    }

    /// <summary>The number of edits; anything above the limit once it is clear that there are more.</summary>
    private static int Distance(string a, string b, int limit)
    {
        // What both begin and end with takes no edit, and most candidates share a long beginning.
        var start = 0;
        while (start < a.Length && start < b.Length && a[start] == b[start])
            start++;
        var (endOfA, endOfB) = (a.Length, b.Length);
        while (endOfA > start && endOfB > start && a[endOfA - 1] == b[endOfB - 1])
            (endOfA, endOfB) = (endOfA - 1, endOfB - 1);

        var width = endOfB - start;
        var beforeLast = new int[width + 1];
        var last = new int[width + 1];
        var current = new int[width + 1];
        for (var j = 0; j <= width; j++)
            last[j] = j;
        var fewestBefore = 0;
        for (var i = 1; i <= endOfA - start; i++)
        {
            current[0] = i;
            var fewest = i;
            for (var j = 1; j <= width; j++)
            {
                var (x, y) = (a[start + i - 1], b[start + j - 1]);
                var edits = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + (x == y ? 0 : 1));
                if (i > 1 && j > 1 && x == b[start + j - 2] && a[start + i - 2] == y)
                    edits = Math.Min(edits, beforeLast[j - 2] + 1);
                current[j] = edits;
                fewest = Math.Min(fewest, edits);
            }

            // A swap looks two rows back, so it takes two rows beyond the limit to be sure.
            if (fewest > limit && fewestBefore > limit)
                return limit + 1;
            fewestBefore = fewest;
            (beforeLast, last, current) = (last, current, beforeLast);
        }

        return last[width];
    }
}
