using System;
using System.Collections.Generic;

namespace Declarative.Merging;

/// <summary>
/// The merge that all declarations share, after the originals' (an element is known by its id attributes): what is
/// stated again is combined with what was stated before and keeps its place, what is new is appended.
/// </summary>
internal static class KeyedMerge
{
    /// <summary>Merges items in load order; the result is in order of first appearance.</summary>
    /// <typeparam name="T">A declaration, or a child of one.</typeparam>
    /// <param name="items">The items, module by module and file by file.</param>
    /// <param name="key">What an item is known by.</param>
    /// <param name="combine">
    /// Gives the item that stands for an earlier and a later statement: what the later one states wins, what it leaves out
    /// stays, children are merged by the same means.
    /// </param>
    /// <param name="keys">How keys compare; ordinal unless given.</param>
    public static List<T> Merge<T>(IEnumerable<T> items, Func<T, string> key, Func<T, T, T> combine, IEqualityComparer<string>? keys = null)
    {
        var places = new Dictionary<string, int>(keys ?? StringComparer.Ordinal);
        var merged = new List<T>();
        foreach (var item in items)
        {
            if (places.TryGetValue(key(item), out var place))
            {
                merged[place] = combine(merged[place], item);
            }
            else
            {
                places.Add(key(item), merged.Count);
                merged.Add(item);
            }
        }

        return merged;
    }
}
