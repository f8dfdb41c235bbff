using System;
using System.Collections.Generic;

namespace Declarative.Merging;

/// <summary>
/// The order in which modules are loaded and merged. It is Magento's, pass by pass, because any other valid topological
/// order would let another module win where two declare the same thing.
/// </summary>
internal static class ModuleOrder
{
    /// <summary>
    /// Sorts module names: by ordinal name, those containing <c>Magento_</c> first, then each module behind the modules
    /// of its sequence. Sequence entries that are not among the names count for nothing.
    /// </summary>
    /// <param name="sequences">For each module the names it must come after.</param>
    /// <exception cref="CircularSequenceException">A module comes, by itself or through others, after itself.</exception>
    public static List<string> Sort(IReadOnlyDictionary<string, IReadOnlyList<string>> sequences)
    {
        var names = new List<string>(sequences.Keys);
        names.Sort(StringComparer.Ordinal);
        var ordered = new List<string>(names.Count);
        ordered.AddRange(names.FindAll(name => name.IndexOf("Magento_", StringComparison.Ordinal) >= 0));
        ordered.AddRange(names.FindAll(name => name.IndexOf("Magento_", StringComparison.Ordinal) < 0));

        var closures = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var name in ordered)
            CloseOver(name, sequences, closures, new List<string>());

        // One bubble pass as the original makes it: quadratic, and on purpose not a textbook sort.
        for (var i = 0; i < ordered.Count - 1; i++)
        {
            for (var j = i; j < ordered.Count; j++)
            {
                if (closures[ordered[i]].Contains(ordered[j]))
                    (ordered[i], ordered[j]) = (ordered[j], ordered[i]);
            }
        }

        return ordered;
    }

    private static HashSet<string> CloseOver(
        string name,
        IReadOnlyDictionary<string, IReadOnlyList<string>> sequences,
        Dictionary<string, HashSet<string>> closures,
        List<string> path)
    {
        if (closures.TryGetValue(name, out var known))
            return known;
        var closure = new HashSet<string>(StringComparer.Ordinal);
        if (sequences.TryGetValue(name, out var sequence))
        {
            path.Add(name);
            foreach (var before in sequence)
            {
                var start = path.IndexOf(before);
                if (start >= 0)
                    throw new CircularSequenceException(path.GetRange(start, path.Count - start));
                closure.Add(before);
                closure.UnionWith(CloseOver(before, sequences, closures, path));
            }

            path.RemoveAt(path.Count - 1);
        }

        closures[name] = closure;
        return closure;
    }
}

/// <summary>Modules that wait for each other in a circle.</summary>
/// <param name="cycle">The modules of the circle, each coming after the next, the last after the first.</param>
internal sealed class CircularSequenceException(IReadOnlyList<string> cycle)
    : Exception("Circular sequence: " + string.Join(" -> ", cycle) + " -> " + cycle[0] + ".")
{
    /// <summary>The modules of the circle.</summary>
    public IReadOnlyList<string> Cycle { get; } = cycle;
}
