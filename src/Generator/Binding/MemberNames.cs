using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Emitting;

namespace Declarative.Generator.Binding;

/// <summary>C# names for the members of one class.</summary>
internal static class MemberNames
{
    // A static class inherits these too; a member of such a name would hide one.
    private static readonly string[] Inherited = ["Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString"];

    /// <summary>A name without <c>@</c> for each key. Which name a key gets depends on what else is there, never on the order.</summary>
    /// <param name="keys">What the members are known by.</param>
    /// <param name="text">What of a key the name is made of.</param>
    /// <param name="reserved">Names that no member can have, among them the class's own.</param>
    public static Dictionary<string, string> Of(IReadOnlyCollection<string> keys, Func<string, string> text, IEnumerable<string> reserved)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(Inherited.Concat(reserved), StringComparer.Ordinal);
        var left = Take(keys, key => Identifiers.Pascal(text(key)));
        left = Take(left, key => Identifiers.Simple(text(key)));
        Take(left, key => Identifiers.Simple(text(key)) + "_" + Fnv.ShortHash(key));
        return names;

        // Gives the names that one key alone wants, and gives back the keys that are left without.
        List<string> Take(IEnumerable<string> wanting, Func<string, string> name)
        {
            var still = new List<string>();
            foreach (var alike in wanting.ToLookup(name, StringComparer.Ordinal))
            {
                var one = alike.First();
                if (alike.Key.Length == 0 || alike.Count() > 1 || taken.Contains(alike.Key))
                    still.AddRange(alike);
                else
                    names.Add(one, alike.Key);
            }

            taken.UnionWith(names.Values);
            return still;
        }
    }
}
