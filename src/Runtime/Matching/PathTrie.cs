using System.Text;
using Declarative.Merging;

namespace Declarative.Matching;

/// <summary>
/// All paths that the subscriptions of an event ask for, merged, so that one walk over a payload answers all of them.
/// Nodes are numbered once all paths are in: that number is the slot which the walk fills.
/// </summary>
internal sealed class PathTrie
{
    public PathNode Root { get; } = new(0);

    /// <summary>How many slots the part outside of lists needs.</summary>
    public int RowSize { get; private set; }

    /// <summary>Adds a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="lists">The nodes on its way whose elements it enters, from the outermost inwards.</param>
    public PathNode Add(FieldPath path, out PathNode[] lists)
    {
        var entered = new List<PathNode>();
        var node = Root;
        foreach (var segment in path.Segments)
        {
            node = node.AddMember(segment.Name);
            if (!segment.IsList)
                continue;
            entered.Add(node);
            node = node.AddElement();
        }

        lists = [.. entered];
        return node;
    }

    public void Freeze()
    {
        var next = 0;
        Root.Freeze(ref next);
        RowSize = next;
    }
}

/// <summary>A place in payloads that somebody asks for, or that lies on the way to one.</summary>
/// <param name="depth">How many lists are around it. Each element of a list has a row of slots of its own.</param>
internal sealed class PathNode(int depth)
{
    private readonly Dictionary<string, PathNode> _members = new(StringComparer.Ordinal);
    private byte[] _name = [];
    private PathNode?[] _table = [];

    public int Depth => depth;

    /// <summary>Its number in its row.</summary>
    public int Slot { get; private set; }

    /// <summary>How many slots from its own on belong to it and what is below it in the same row.</summary>
    public int Span { get; private set; }

    /// <summary>For the element of a list: how many slots its row has.</summary>
    public int RowSize { get; private set; }

    public bool HasMembers => _members.Count > 0;

    /// <summary>What is asked for in each element, if this is a list.</summary>
    public PathNode? Element { get; private set; }

    public PathNode AddMember(string name)
    {
        if (!_members.TryGetValue(name, out var member))
            _members.Add(name, member = new PathNode(depth) { _name = Encoding.UTF8.GetBytes(name) });
        return member;
    }

    public PathNode AddElement() => Element ??= new PathNode(depth + 1);

    public void Freeze(ref int next)
    {
        Slot = next++;
        foreach (var member in _members.Values)
            member.Freeze(ref next);
        Span = next - Slot;
        BuildTable();
        if (Element is null)
            return;
        var slots = 0;
        Element.Freeze(ref slots);
        Element.RowSize = slots;
    }

    /// <summary>The member of an unescaped name; null if nobody asks for it.</summary>
    public PathNode? Find(ReadOnlySpan<byte> name)
    {
        var table = _table;
        for (var at = Hash(name) & (uint)(table.Length - 1); table[at] is { } member; at = (at + 1) & (uint)(table.Length - 1))
        {
            if (name.SequenceEqual(member._name))
                return member;
        }

        return null;
    }

    private void BuildTable()
    {
        if (!HasMembers)
            return;
        var size = 4;
        while (size < _members.Count * 3)
            size *= 2;
        _table = new PathNode?[size];
        foreach (var member in _members.Values)
        {
            var at = Hash(member._name) & (uint)(size - 1);
            while (_table[at] is not null)
                at = (at + 1) & (uint)(size - 1);
            _table[at] = member;
        }
    }

    /// <summary>
    /// Names come from declarations and payloads of the host, and a table has the names of declarations only: a payload
    /// can't make it long, so the hash may be as simple as this.
    /// </summary>
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        var hash = 2166136261u;
        foreach (var one in name)
            hash = (hash ^ one) * 16777619u;
        return hash ^ (hash >> 15);
    }
}
