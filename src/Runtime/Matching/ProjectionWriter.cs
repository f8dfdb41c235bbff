using System.Text.Json;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;

namespace Declarative.Matching;

/// <summary>Writes what subscriptions get by copying ranges of the payload's bytes.</summary>
internal sealed class ProjectionWriter(PathTrie trie, PayloadCaptures captures, ContextValues contexts, ILogger logger)
{
    private const int KeptBytes = 262_144;

    private readonly PathNode? _isNew = trie.Root.HasMembers ? trie.Root.Find("_isNew"u8) : null;
    private readonly PathNode? _originalData = trie.Root.HasMembers ? trie.Root.Find("_origData"u8) : null;
    private byte[] _output = new byte[1024];
    private int _length;
    private ReadOnlyMemory<byte> _payload;
    private bool _mayHoldImages;
    private MatchedEvent? _matched;

    public void Begin(ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> original)
    {
        _payload = payload;
        _mayHoldImages = RawCopy.MayHoldImages(payload.Span) || RawCopy.MayHoldImages(original.Span);
        if (_output.Length > KeptBytes)
            _output = new byte[1024];
    }

    public void Forget() => _payload = default;

    /// <summary>What is sent; null for the payload unchanged.</summary>
    /// <param name="projection">The fields.</param>
    /// <param name="matched">What converters are told.</param>
    public byte[]? Write(Projection projection, MatchedEvent? matched)
    {
        _matched = matched;
        _length = 0;
        if (projection.IsAll && captures.All[trie.Root.Slot].Kind != JsonTokenType.StartObject)
        {
            // A list or a single value has no members that could be left out, and takes none either.
            if (projection.Layers.Length == 0)
                return null;
            WriteSteps(projection.Layers[0], projection.Depth);
        }
        else if (projection.IsAll)
        {
            if (projection.Layers.Length == 0 && IsUnchanged())
                return null;
            WriteAll(projection);
            if (projection.IsFlat)
                return _output.AsSpan(0, _length).ToArray();
        }
        else
        {
            WriteSteps(projection.Layers[0], projection.Depth);
            if (projection.Layers.Length == 1)
                return _output.AsSpan(0, _length).ToArray();
        }

        return Lay(projection, projection.IsAll && captures.All[trie.Root.Slot].Kind == JsonTokenType.StartObject ? 0 : 1);
    }

    private byte[] Lay(Projection projection, int first)
    {
        var node = PayloadNode.Parse(_output.AsMemory(0, _length));
        for (var layer = first; layer < projection.Layers.Length; layer++)
        {
            _length = 0;
            WriteSteps(projection.Layers[layer], projection.Depth);
            node = PayloadNode.Merge(node, PayloadNode.Parse(_output.AsMemory(0, _length)));
        }

        return PayloadNode.ToBytes(node);
    }

    private bool IsUnchanged()
    {
        // Original data from beside the payload may hide some within it, so only its absence says that nothing is left out.
        var all = captures.All;
        return !_mayHoldImages && all[_originalData!.Slot].Kind == JsonTokenType.None && !captures.IsOriginal(all[_isNew!.Slot]);
    }

    private void WriteAll(Projection projection)
    {
        Append("{"u8);
        var reader = new Utf8JsonReader(_payload.Span);
        reader.Read();
        ref readonly var isNew = ref captures.All[_isNew!.Slot];
        var isOriginalNew = captures.IsOriginal(isNew);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isLeftOut = IsLeftOut(ref reader, projection, isOriginalNew);
            var name = reader.ValueSpan;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isLeftOut)
                continue;
            Append(_length == 1 ? "\""u8 : ",\""u8);
            Append(name);
            Append("\":"u8);
            AppendValue(_payload.Span[start..(int)reader.BytesConsumed]);
        }

        if (isOriginalNew && !Contains(projection.LeftOut, "_isNew"u8))
        {
            Append(_length == 1 ? "\"_isNew\":"u8 : ",\"_isNew\":"u8);
            Append(captures.Bytes(isNew).Span);
        }

        if (!projection.IsFlat || projection.Layers.Length == 0)
        {
            Append("}"u8);
            return;
        }

        // The layer is an object of its own: its brace becomes the comma between both.
        var at = _length == 1 ? 0 : _length;
        _length = at;
        WriteSteps(projection.Layers[0], projection.Depth);
        if (at > 0)
            _output[at] = (byte)',';
    }

    private static bool IsLeftOut(ref Utf8JsonReader reader, Projection projection, bool isOriginalNew)
    {
        foreach (var name in projection.LeftOut)
        {
            if (reader.ValueTextEquals(name))
                return true;
        }

        return reader.ValueTextEquals("base64_encoded_data"u8) || (isOriginalNew && reader.ValueTextEquals("_isNew"u8));
    }

    private static bool Contains(byte[][] names, ReadOnlySpan<byte> name)
    {
        foreach (var one in names)
        {
            if (name.SequenceEqual(one))
                return true;
        }

        return false;
    }

    private void WriteSteps(ProjectionStep[] steps, int depth)
    {
        Span<int> rows = stackalloc int[depth + 1];
        rows[0] = 0;
        Write(steps, rows, _payload.Span, captures.All);
    }

    private void Write(ProjectionStep[] steps, Span<int> rows, ReadOnlySpan<byte> payload, Capture[] all)
    {
        foreach (var step in steps)
        {
            Append(step.Text);
            switch (step.Kind)
            {
                case StepKind.Value:
                    ref readonly var capture = ref all[rows[step.Depth] + step.Slot];
                    if (capture.Kind != JsonTokenType.None && capture.Start < payload.Length && step.Converted is null)
                        AppendValue(payload.Slice(capture.Start, capture.Length));
                    else
                        AppendField(step, capture.Kind == JsonTokenType.None ? default : captures.Bytes(capture));
                    break;
                case StepKind.Context:
                    AppendField(step, contexts.Value(step.Context));
                    break;
                case StepKind.List:
                    WriteList(step, rows, payload, all);
                    break;
            }
        }
    }

    private void WriteList(ProjectionStep step, Span<int> rows, ReadOnlySpan<byte> payload, Capture[] all)
    {
        ref readonly var list = ref all[rows[step.Depth] + step.Slot];
        if (list.Kind is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            Append(step.IsNullIfMissing ? "null"u8 : "[]"u8);
            return;
        }

        Append("["u8);
        for (var row = list.Rows; row != 0; row = all[row].Next)
        {
            if (row != list.Rows)
                Append(","u8);
            rows[step.Depth + 1] = row;
            Write(step.Each, rows, payload, all);
        }

        Append("]"u8);
    }

    private void AppendField(ProjectionStep step, ReadOnlyMemory<byte> value)
    {
        if (step.Converted is null)
            AppendPresent(value.Span);
        else
            AppendConverted(step.Converted, value);
    }

    private void AppendPresent(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            Append("null"u8);
        else
            AppendValue(value);
    }

    private void AppendConverted(FieldBinding field, ReadOnlyMemory<byte> value)
    {
        byte[] converted;
        try
        {
            converted = PayloadNode.ToBytes(field.Converter!.Convert(value.IsEmpty ? null : PayloadNode.Parse(value), _matched!));
        }
        catch (Exception exception)
        {
            logger.ConverterThrew(field.Field.Converter!, field.Field.Name, _matched!.SubscriptionName, _matched.MessageId, exception.GetType().Name, _matched.IsHipaaAuditRequired ? null : exception);
            AppendPresent(value.Span);
            return;
        }

        Append(converted);
    }

    private void AppendValue(ReadOnlySpan<byte> value)
    {
        if (!_mayHoldImages || value[0] is not ((byte)'{' or (byte)'['))
        {
            Append(value);
            return;
        }

        EnsureRoom(value.Length);
        _length += RawCopy.WithoutImages(value, _output.AsSpan(_length));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        EnsureRoom(bytes.Length);
        bytes.CopyTo(_output.AsSpan(_length));
        _length += bytes.Length;
    }

    private void EnsureRoom(int count)
    {
        if (_length + count > _output.Length)
            Array.Resize(ref _output, Math.Max(_length + count, _output.Length * 2));
    }
}
