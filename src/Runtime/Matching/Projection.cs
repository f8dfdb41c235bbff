using System.Text;
using Declarative.Merging;
using Declarative.Subscriptions;

namespace Declarative.Matching;

/// <summary>What some subscriptions get: their fields, compiled. Subscriptions with the same fields share one.</summary>
internal sealed class Projection
{
    private readonly List<FieldBinding> _fields = [];

    private Projection(int number) => Number = number;

    public int Number { get; }

    /// <summary>Whether everything but <c>_origData</c> is part of it.</summary>
    public bool IsAll { get; private set; }

    /// <summary>What is written. Each layer is laid on the one before; with <see cref="IsAll"/> on the payload.</summary>
    public ProjectionStep[][] Layers { get; private set; } = [];

    /// <summary>With <see cref="IsAll"/>: whether the first layer only adds or replaces top-level members, so that no merging is needed.</summary>
    public bool IsFlat { get; private set; }

    /// <summary>With <see cref="IsAll"/>: the payload's top-level members that are left out.</summary>
    public byte[][] LeftOut { get; private set; } = [];

    /// <summary>The contexts that it needs.</summary>
    public int[] Contexts { get; private set; } = [];

    /// <summary>How deep its lists are nested.</summary>
    public int Depth { get; private set; }

    /// <summary>Whether converters run, which know the subscription: then it is made for each one.</summary>
    public bool HasConverters { get; private set; }

    /// <summary>Why it can't be made.</summary>
    public string? Failure { get; private set; }

    /// <summary>Looks the fields up. The steps come later, when the trie's slots are numbered.</summary>
    public static Projection Bind(int number, IReadOnlyList<SubscriptionField> fields, PathTrie trie, ContextSet contexts, MatchServices services)
    {
        var projection = new Projection(number);
        foreach (var field in fields)
        {
            if (field.Name == FieldPath.All)
            {
                projection.IsAll = true;
                trie.Root.AddMember(PayloadNames.OriginalData);
                trie.Root.AddMember(PayloadNames.IsNew);
            }
            else if (!FieldBinding.TryMake(field, trie, contexts, services, out var binding, out var problem))
            {
                projection.Failure ??= $"field '{field.Name}': {problem}";
            }
            else if (!binding.IsImage)
            {
                projection.Add(binding);
            }
        }

        projection.Contexts = [.. projection._fields.Where(static field => field.Node is null).Select(static field => field.Context).Distinct()];
        projection.HasConverters = projection._fields.Exists(static field => field.Converter is not null);
        return projection;
    }

    /// <summary>Makes the steps.</summary>
    public void Complete()
    {
        if (Failure is not null)
            return;
        Depth = _fields.Count == 0 ? 0 : _fields.Max(static field => Math.Max(field.Lists.Length, field.TargetLists.Length));
        var fields = _fields.Where(field => !IsIncluded(field)).ToList();
        try
        {
            Layers = [.. Layered(fields).Select(ProjectionTree.Steps)];
        }
        catch (ProjectionException exception)
        {
            Failure = exception.Message;
        }

        if (Layers.Length == 0 && !IsAll)
            Layers = [ProjectionTree.Steps([])];
        if (!IsAll)
            return;
        IsFlat = Layers.Length < 2 && fields.TrueForAll(static field => field.Target.Length == 1 || field.Target[0] == PayloadNames.OriginalData);
        var names = fields.Select(static field => field.Target[0]).Append(PayloadNames.OriginalData);
        LeftOut = [.. (IsFlat ? names : [PayloadNames.OriginalData]).Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Of two fields of one name the last counts, at the first one's place.</summary>
    private void Add(FieldBinding binding)
    {
        var same = _fields.FindIndex(field => field.Target.AsSpan().SequenceEqual(binding.Target));
        if (same < 0)
            _fields.Add(binding);
        else
            _fields[same] = binding;
    }

    private bool IsIncluded(FieldBinding field) =>
        (IsAll && field.IsPlain && field.Target[0] != PayloadNames.OriginalData) || _fields.Exists(field.IsWithin);

    /// <summary>A field that goes to a place inside of another one's is laid over it.</summary>
    private static List<List<FieldBinding>> Layered(List<FieldBinding> fields)
    {
        var layers = new List<List<FieldBinding>>();
        foreach (var field in fields.OrderBy(static field => field.Target.Length))
        {
            var layer = 1 + layers.FindLastIndex(lower => lower.Exists(field.IsBelow));
            if (layer == layers.Count)
                layers.Add([]);
            layers[layer].Add(field);
        }

        // Sorting by length was for the layers only; what is sent is in the order of declaration.
        foreach (var layer in layers)
            layer.Sort((one, other) => fields.IndexOf(one).CompareTo(fields.IndexOf(other)));
        return layers;
    }
}
