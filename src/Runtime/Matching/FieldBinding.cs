using System.Diagnostics.CodeAnalysis;
using Declarative.Merging;
using Declarative.Subscriptions;

namespace Declarative.Matching;

/// <summary>A field of a subscription with its source looked up.</summary>
internal sealed class FieldBinding
{
    private FieldBinding(SubscriptionField field, FieldPath target)
    {
        Field = field;
        Target = Keys(target);
    }

    public SubscriptionField Field { get; }

    /// <summary>Where it goes: names, and <c>[]</c> for each element of a list.</summary>
    public string[] Target { get; }

    /// <summary>Where it comes from, likewise; empty if a context gives it.</summary>
    public string[] Source { get; private set; } = [];

    /// <summary>The place in the payload; null if a context gives it.</summary>
    public PathNode? Node { get; private set; }

    /// <summary>The lists whose elements the source enters.</summary>
    public PathNode[] Lists { get; private set; } = [];

    /// <summary>The payload's lists at its target: so often is a value repeated that is in no list itself.</summary>
    public PathNode[] TargetLists { get; private set; } = [];

    public int Context { get; private set; } = -1;

    public IFieldConverter? Converter { get; private set; }

    /// <summary>Whether it is the payload's own value at its own place.</summary>
    public bool IsPlain => Converter is null && Target.AsSpan().SequenceEqual(Source);

    /// <summary>Whether image content is asked for, which is never sent.</summary>
    public bool IsImage => Target.Contains(PayloadNames.Image) || Source.Contains(PayloadNames.Image);

    public static bool TryMake(SubscriptionField field, PathTrie trie, ContextSet contexts, MatchServices services, [NotNullWhen(true)] out FieldBinding? binding, [NotNullWhen(false)] out string? problem)
    {
        binding = null;
        if (!PayloadNames.TryParse(field.Name, out var target, out problem))
            return false;
        var made = new FieldBinding(field, target);
        if (!string.IsNullOrEmpty(field.Converter))
        {
            made.Converter = services.Converter(field.Converter, out problem);
            if (problem is not null)
                return false;
        }

        var source = string.IsNullOrEmpty(field.Source) ? field.Name : field.Source;
        if (source != field.Name && source.StartsWith(FieldPath.ContextPrefix, StringComparison.Ordinal))
        {
            made.Context = contexts.Add(source);
        }
        else
        {
            if (!PayloadNames.TryParse(source, out var path, out problem))
                return false;
            made.Source = Keys(path);
            made.Node = trie.Add(path, out var sourceLists);
            made.Lists = sourceLists;
        }

        if (target.Segments.Count(static segment => segment.IsList) > made.Lists.Length)
        {
            trie.Add(target, out var lists);
            made.TargetLists = lists;
        }

        binding = made;
        problem = null;
        return true;
    }

    /// <summary>Whether what this one sends is within what a shorter one sends anyway.</summary>
    public bool IsWithin(FieldBinding shorter) =>
        Converter is null && shorter.Converter is null && Node is not null && shorter.Node is not null
        && IsBelow(shorter)
        && Source.Length - shorter.Source.Length == Target.Length - shorter.Target.Length
        && Source.AsSpan().StartsWith(shorter.Source)
        && Source.AsSpan(shorter.Source.Length).SequenceEqual(Target.AsSpan(shorter.Target.Length));

    /// <summary>Whether it goes to a place inside of another's.</summary>
    public bool IsBelow(FieldBinding shorter) =>
        Target.Length > shorter.Target.Length && Target.AsSpan().StartsWith(shorter.Target);

    private static string[] Keys(FieldPath path)
    {
        var keys = new List<string>();
        foreach (var segment in path.Segments)
        {
            keys.Add(segment.Name);
            if (segment.IsList)
                keys.Add(ProjectionTree.Each);
        }

        return [.. keys];
    }
}
