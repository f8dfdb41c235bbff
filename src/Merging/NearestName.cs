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
        var limit = Math.Max(1, (name.Length + 2) / 3);
        string? nearest = null;
        var best = limit + 1;
        foreach (var candidate in candidates)
        {
            if (Math.Abs(candidate.Length - name.Length) > limit)
                continue;
            var distance = Distance(name, candidate);
            if (distance < best || (distance == best && nearest is not null && IsNearer(name, candidate, nearest)))
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
        while (length < a.Length && length < b.Length && Same(a[length], b[length]))
            length++;
        return length;
    }

    private static int Distance(string a, string b)
    {
        var beforeLast = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = Same(a[i - 1], b[j - 1]);
                var edits = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    edits = Math.Min(edits, beforeLast[j - 2] + 1);
                current[j] = edits;
            }

            (beforeLast, last, current) = (last, current, beforeLast);
        }

        return last[b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
