using System.Text;
using System.Text.Json;

namespace Declarative.Matching;

/// <summary>The shape of what a subscription gets, built from its fields' targets and turned into steps.</summary>
internal sealed class ProjectionTree
{
    /// <summary>The key of a list's elements; no member can have it, brackets are not part of names.</summary>
    public const string Each = "[]";

    private readonly Dictionary<string, ProjectionTree> _children = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly List<FieldBinding> _under = [];
    private FieldBinding? _leaf;

    /// <summary>The steps for some fields, none of which goes to a place inside of another's.</summary>
    /// <exception cref="ProjectionException">The fields contradict each other.</exception>
    public static ProjectionStep[] Steps(IEnumerable<FieldBinding> fields)
    {
        var root = new ProjectionTree();
        foreach (var field in fields)
            root.Add(field);
        var writer = new StepWriter();
        root.Write(writer, [], "");
        return writer.End();
    }

    private void Add(FieldBinding field)
    {
        var tree = this;
        foreach (var key in field.Target)
        {
            if (!tree._children.TryGetValue(key, out var child))
            {
                tree._children.Add(key, child = new ProjectionTree());
                tree._order.Add(key);
            }

            tree = child;
            tree._under.Add(field);
        }

        tree._leaf = field;
    }

    private void Write(StepWriter steps, PathNode[] lists, string place)
    {
        if (_leaf is not null)
        {
            WriteSource(steps, _leaf, lists.Length);
        }
        else if (_children.TryGetValue(Each, out var element))
        {
            if (_order.Count > 1)
                throw new ProjectionException($"the fields make '{place}' a list as well as an object");
            WriteList(steps, element, lists, place);
        }
        else
        {
            steps.Add("{");
            for (var i = 0; i < _order.Count; i++)
            {
                steps.Add((i == 0 ? "\"" : ",\"") + JsonEncodedText.Encode(_order[i]) + "\":");
                _children[_order[i]].Write(steps, lists, place.Length == 0 ? _order[i] : place + "." + _order[i]);
            }

            steps.Add("}");
        }
    }

    /// <summary>
    /// A list is as long as the list that its fields come from; fields from outside of any repeat in each element. With
    /// such fields only, it is as long as the payload's own list at its place.
    /// </summary>
    /// <param name="steps">Where the steps go.</param>
    /// <param name="element">What each element gets.</param>
    /// <param name="around">The lists of the payload whose elements the lists around this one come from.</param>
    /// <param name="place">What to call it.</param>
    private static void WriteList(StepWriter steps, ProjectionTree element, PathNode[] around, string place)
    {
        var level = around.Length;
        PathNode? list = null;
        var isWhole = element._leaf is not null;
        foreach (var field in element._under)
        {
            if (field.Lists.Length <= level)
                continue;
            if (list is not null && list != field.Lists[level])
                throw new ProjectionException($"the elements of '{place}' would come from two lists ('{field.Field.Name}' is from another one)");
            list = field.Lists[level];
            isWhole &= field.Node == list.Element;
        }

        if (list is null && element._under[0].TargetLists is { } own && own.AsSpan().StartsWith(around))
        {
            list = own[level];
            isWhole = false;
        }

        if (list is null)
        {
            steps.Add("[]");
            return;
        }

        var each = new StepWriter();
        element.Write(each, [.. around, list], place + Each);
        steps.AddValue(StepKind.List, step => step with { Depth = level, Slot = list.Slot, Each = each.End(), IsNullIfMissing = isWhole });
    }

    /// <summary>A source with more lists than its target gives the list of its values.</summary>
    private static void WriteSource(StepWriter steps, FieldBinding field, int level)
    {
        var converted = field.Converter is null ? null : field;
        if (field.Node is null)
        {
            steps.AddValue(StepKind.Context, step => step with { Context = field.Context, Converted = converted });
        }
        else if (field.Lists.Length <= level)
        {
            steps.AddValue(StepKind.Value, step => step with { Depth = field.Node.Depth, Slot = field.Node.Slot, Converted = converted });
        }
        else
        {
            var each = new StepWriter();
            WriteSource(each, field, level + 1);
            var list = field.Lists[level];
            steps.AddValue(StepKind.List, step => step with { Depth = level, Slot = list.Slot, Each = each.End(), IsNullIfMissing = field.Node == list.Element });
        }
    }

    /// <summary>Gathers text until a value comes.</summary>
    private sealed class StepWriter
    {
        private readonly List<ProjectionStep> _steps = [];
        private readonly StringBuilder _text = new();

        public void Add(string text) => _text.Append(text);

        public void AddValue(StepKind kind, Func<ProjectionStep, ProjectionStep> fill)
        {
            _steps.Add(fill(new ProjectionStep(Encoding.UTF8.GetBytes(_text.ToString()), kind)));
            _text.Clear();
        }

        public ProjectionStep[] End()
        {
            if (_text.Length > 0)
                AddValue(StepKind.Text, static step => step);
            return [.. _steps];
        }
    }
}

/// <summary>A subscription's fields can't be made into one object.</summary>
internal sealed class ProjectionException(string message) : Exception(message);
