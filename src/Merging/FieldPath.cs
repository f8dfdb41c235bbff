using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Declarative.Merging;

/// <summary>
/// A place in a payload as field selections and rules name it: <c>sku</c>, <c>customer.group.id</c>, <c>items[].sku</c>.
/// <c>[]</c> after a name means each element of the list there.
/// </summary>
internal sealed class FieldPath
{
    /// <summary>Everything but <c>_origData</c>.</summary>
    public const string All = "*";

    /// <summary>What begins a source that a context gives instead of the payload.</summary>
    public const string ContextPrefix = "context_";

    /// <summary>Half of what JSON may be deep, so that what is chosen can stand below; and what walks over paths recurses.</summary>
    public const int MaxSegments = 32;

    private FieldPath(IReadOnlyList<FieldSegment> segments) => Segments = segments;

    /// <summary>From the outermost inwards; at least one.</summary>
    public IReadOnlyList<FieldSegment> Segments { get; }

    /// <summary>Reads a path; false if a segment is empty or has brackets elsewhere than at its end, or there are too many.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out FieldPath? path)
    {
        path = null;
        var names = text.Split('.');
        if (names.Length > MaxSegments)
            return false;
        var segments = new FieldSegment[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            var isList = names[i].EndsWith("[]", StringComparison.Ordinal);
            var name = isList ? names[i].Substring(0, names[i].Length - 2) : names[i];
            if (name.Length == 0 || name.IndexOf('[') >= 0 || name.IndexOf(']') >= 0)
                return false;
            segments[i] = new FieldSegment(name, isList);
        }

        path = new FieldPath(segments);
        return true;
    }
}

/// <summary>One name in a path.</summary>
/// <param name="name">The member's JSON name.</param>
/// <param name="isList">Whether the path goes on in each element of the list there.</param>
internal readonly struct FieldSegment(string name, bool isList)
{
    public string Name { get; } = name;

    public bool IsList { get; } = isList;
}
