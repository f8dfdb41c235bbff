using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Declarative.Matching;

/// <summary>Where a value lies in the payload.</summary>
internal struct Capture
{
    /// <summary>Of its first byte; from the payload's length on it counts into the original state.</summary>
    public int Start;

    /// <summary>In bytes.</summary>
    public int Length;

    /// <summary>The first element's row, if this is a list that somebody looks into; 0 for none.</summary>
    public int Rows;

    /// <summary>In the first slot of an element's row: the next element's row; 0 for none.</summary>
    public int Next;

    /// <summary>The token it begins with; none if it is missing.</summary>
    public JsonTokenType Kind;
}

/// <summary>
/// One walk over a payload, and one over the original state, that notes where everything lies that a
/// <see cref="PathTrie"/> asks for. What nobody asks for is skipped; nothing is copied.
/// </summary>
internal sealed class PayloadCaptures(PathTrie trie)
{
    /// <summary>What is kept between events; a larger one was a freak.</summary>
    private const int KeptCaptures = 16_384;

    private Capture[] _captures = new Capture[Math.Max(trie.RowSize, 64)];
    private ReadOnlyMemory<byte> _payload;
    private ReadOnlyMemory<byte> _original;
    private int _used;

    /// <summary>The captures outside of lists begin at 0, those of an element where its row begins.</summary>
    public Capture[] All => _captures;

    /// <summary>Whether a capture lies in the original state.</summary>
    public bool IsOriginal(in Capture capture) => capture.Kind != JsonTokenType.None && capture.Start >= _payload.Length;

    public ReadOnlyMemory<byte> Bytes(in Capture capture) => capture.Start < _payload.Length
        ? _payload.Slice(capture.Start, capture.Length)
        : _original.Slice(capture.Start - _payload.Length, capture.Length);

    /// <summary>
    /// Fills the slots. Members of the original state come after those of the payload, and of two members of one name the
    /// last counts, as in PHP.
    /// </summary>
    /// <exception cref="JsonException">One of both is no JSON, or deeper than 64 levels.</exception>
    public void Fill(ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> original)
    {
        _payload = payload;
        _original = original;
        _used = trie.RowSize;
        if (_captures.Length < _used)
            Grow(_used);
        Array.Clear(_captures, 0, _used);

        var reader = new Utf8JsonReader(payload.Span);
        reader.Read();
        Value(ref reader, trie.Root, 0, 0);
        if (reader.Read())
            throw new JsonException("There is more than one value.");
        if (original.IsEmpty || !trie.Root.HasMembers || _captures[trie.Root.Slot].Kind != JsonTokenType.StartObject)
            return;
        reader = new Utf8JsonReader(original.Span);
        if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            Members(ref reader, trie.Root, 0, payload.Length);
    }

    public void Forget()
    {
        _payload = default;
        _original = default;
        if (_captures.Length > Math.Max(KeptCaptures, trie.RowSize))
            _captures = new Capture[Math.Max(trie.RowSize, 64)];
    }

    private void Value(ref Utf8JsonReader reader, PathNode node, int row, int offset)
    {
        var at = row + node.Slot;
        if (_captures[at].Kind != JsonTokenType.None)
        {
            var next = _captures[at].Next;
            Array.Clear(_captures, at, node.Span);
            _captures[at].Next = next;
        }

        var start = (int)reader.TokenStartIndex;
        _captures[at].Start = offset + start;
        _captures[at].Kind = reader.TokenType;
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            if (node.HasMembers && node.Element is not null)
            {
                var again = reader;
                Elements(ref again, node.Element, at, offset);
            }

            if (node.HasMembers)
                Members(ref reader, node, row, offset);
            else if (node.Element is not null)
                Elements(ref reader, node.Element, at, offset);
            else
                reader.Skip();
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            if (node.Element is null)
                reader.Skip();
            else
                Elements(ref reader, node.Element, at, offset);
        }

        _captures[at].Length = (int)reader.BytesConsumed - start;
    }

    private void Members(ref Utf8JsonReader reader, PathNode node, int row, int offset)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.ValueIsEscaped ? FindEscaped(ref reader, node) : node.Find(reader.ValueSpan);
            reader.Read();
            if (member is null)
                reader.Skip();
            else
                Value(ref reader, member, row, offset);
        }
    }

    /// <summary>An object counts as the list of its values: PHP has one type for both.</summary>
    private void Elements(ref Utf8JsonReader reader, PathNode element, int list, int offset)
    {
        var names = reader.TokenType == JsonTokenType.StartObject ? new Dictionary<string, int>(StringComparer.Ordinal) : null;
        var last = 0;
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
        {
            var row = 0;
            if (names is not null)
            {
                var name = Name(ref reader);
                reader.Read();
                if (name == PayloadNames.Image)
                {
                    reader.Skip();
                    continue;
                }

                if (!names.TryGetValue(name, out row))
                    names.Add(name, _used);
            }

            if (row == 0)
            {
                row = _used;
                _used += element.RowSize;
                if (_used > _captures.Length)
                    Grow(_used);
                Array.Clear(_captures, row, element.RowSize);
                if (last == 0)
                    _captures[list].Rows = row;
                else
                    _captures[last].Next = row;
                last = row;
            }

            Value(ref reader, element, row, offset);
        }
    }

    private static PathNode? FindEscaped(ref Utf8JsonReader reader, PathNode node)
    {
        var length = reader.ValueSpan.Length;
        var rented = length > 256 ? ArrayPool<byte>.Shared.Rent(length) : null;
        var name = rented ?? stackalloc byte[256];
        try
        {
            return node.Find(name[..reader.CopyString(name)]);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no declared name has one.
            return null;
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static string Name(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFF" + Encoding.Latin1.GetString(reader.ValueSpan);
        }
    }

    private void Grow(int needed) => Array.Resize(ref _captures, Math.Max(needed, _captures.Length * 2));
}
