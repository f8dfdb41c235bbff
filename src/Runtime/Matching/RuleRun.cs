using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Declarative.Matching;

internal enum RuleResult : byte
{
    Unknown,
    True,
    False,
    Error,

    /// <summary>A context must be asked first.</summary>
    NeedsContext,
}

/// <summary>The rules' answers for one event. Each rule is decided once, when somebody asks; each field is read once.</summary>
internal sealed class RuleRun(RuleSet set, PathTrie trie, PayloadCaptures captures, ContextValues contexts)
{
    private const int KeptCharacters = 65_536;
    private static readonly byte[] Null = [.. "null"u8];

    private readonly PathNode? _isNew = trie.Root.HasMembers ? trie.Root.Find(Encoding.UTF8.GetBytes(PayloadNames.IsNew)) : null;
    private readonly PathNode? _originalData = trie.Root.HasMembers ? trie.Root.Find(Encoding.UTF8.GetBytes(PayloadNames.OriginalData)) : null;
    private readonly RuleResult[] _results = new RuleResult[set.Rules.Count];
    private readonly string?[] _reasons = new string?[set.Rules.Count];
    private readonly FieldState[] _fields = new FieldState[set.Fields.Count];
    private ulong[] _candidates = [];
    private TimeSpan _slow;
    private char[] _characters = new char[256];
    private int _used;

    /// <summary>Forgets the event before, and finds the targets that are worth looking at.</summary>
    /// <param name="always">The targets that are, whatever the payload says: a bit for each.</param>
    /// <param name="candidates">Where to put the bits.</param>
    public void Begin(ulong[] always, ulong[] candidates)
    {
        Reset();
        always.CopyTo(candidates, 0);
        _candidates = candidates;
        foreach (var field in set.IndexedFields)
        {
            ref var state = ref _fields[field.Number];
            Read(field, ref state);
            if (state.IsBroken || state.Kind is JsonTokenType.StartArray or JsonTokenType.StartObject)
                AddCandidates(field.Targets);
        }
    }

    private void AddCandidates(List<int> targets)
    {
        foreach (var target in targets)
            _candidates[target >> 6] |= 1UL << target;
    }

    private void Reset()
    {
        Array.Clear(_results);
        Array.Clear(_fields);
        _used = 0;
        _slow = TimeSpan.Zero;
        if (_characters.Length > KeptCharacters)
            _characters = new char[256];
    }

    /// <summary>Why a rule gave <see cref="RuleResult.Error"/>.</summary>
    public string Reason(int rule) => set.Rules[rule].Problem ?? _reasons[rule] ?? "";

    public int ContextOf(int rule) => set.Rules[rule].Field.Context;

    public RuleResult Decide(int rule)
    {
        var result = _results[rule];
        if (result != RuleResult.Unknown)
            return result;
        result = Decide(set.Rules[rule], rule);
        if (result != RuleResult.NeedsContext)
            _results[rule] = result;
        return result;
    }

    private RuleResult Decide(CompiledRule rule, int number)
    {
        if (rule.Kind == RuleKind.Broken)
            return RuleResult.Error;
        var field = rule.Field;
        if (field.Node is null && !contexts.IsAsked(field.Context))
            return RuleResult.NeedsContext;
        if (rule.Kind == RuleKind.OnChange)
            return Changed(rule, number);

        ref var state = ref _fields[field.Number];
        if (!state.IsRead)
            Read(field, ref state);
        if (state.Kind == JsonTokenType.None)
            return RuleResult.False;
        if (state.Kind is JsonTokenType.StartArray or JsonTokenType.StartObject)
            return Error(number, $"the field holds {(state.Kind == JsonTokenType.StartArray ? "a list" : "an object")}, the operator compares single values");
        if (state.IsBroken)
            return Error(number, "the field's text is not valid Unicode");
        return rule.Kind switch
        {
            RuleKind.Equal => _results[number] == RuleResult.True ? RuleResult.True : RuleResult.False,
            RuleKind.Regex => IsMatch(rule.Pattern!, state, number),
            RuleKind.GreaterThan => Holds(Compare(state, rule) > 0),
            _ => Holds(Compare(state, rule) < 0),
        };
    }

    private static RuleResult Holds(bool holds) => holds ? RuleResult.True : RuleResult.False;

    private RuleResult Error(int rule, string reason)
    {
        _reasons[rule] = reason;
        return RuleResult.Error;
    }

    private RuleResult Changed(CompiledRule rule, int number)
    {
        var current = Current(rule.Field);
        if (current.IsEmpty)
            return RuleResult.False;
        var isNew = captures.All[_isNew!.Slot];
        if (isNew.Kind == JsonTokenType.True || (isNew.Kind is JsonTokenType.Number or JsonTokenType.String && captures.Bytes(isNew).Span is [(byte)'1'] or [(byte)'"', (byte)'1', (byte)'"']))
            return RuleResult.True;
        if (captures.All[_originalData!.Slot].Kind is JsonTokenType.None or JsonTokenType.Null)
            return Error(number, "there is no original data (_origData) to compare with");
        var original = captures.All[rule.Original!.Slot];
        return Holds(!ValueEquality.AreEqual(current, original.Kind == JsonTokenType.None ? Null : captures.Bytes(original)));
    }

    /// <summary>The field's bytes; none if it is missing.</summary>
    private ReadOnlyMemory<byte> Current(RuleField field)
    {
        if (field.Node is null)
            return contexts.Value(field.Context);
        ref readonly var capture = ref captures.All[field.Node.Slot];
        return capture.Kind == JsonTokenType.None ? default : captures.Bytes(capture);
    }

    /// <summary>Reads a field's text and number, and decides all rules that compare it with a value.</summary>
    private void Read(RuleField field, ref FieldState state)
    {
        state.IsRead = true;
        var bytes = Current(field).Span;
        if (bytes.IsEmpty)
            return;
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        state.Kind = reader.TokenType;
        if (state.Kind is JsonTokenType.StartArray or JsonTokenType.StartObject)
            return;

        // Twice: once for the text, once for its digits.
        EnsureRoom((bytes.Length * 2) + 8);
        try
        {
            state.Start = _used;
            state.Length = Text(ref reader, _characters.AsSpan(_used));
        }
        catch (InvalidOperationException)
        {
            state.IsBroken = true;
            return;
        }

        _used += state.Length;
        var text = _characters.AsSpan(state.Start, state.Length);
        var number = ExactNumber.Read(text, _characters.AsSpan(_used), out var isNumber);
        state.Digits = _used;
        state.DigitCount = number.Digits.Length;
        state.Exponent = number.Exponent;
        state.IsNegative = number.IsNegative;
        _used += state.DigitCount;

        if (field.IsCompared)
        {
            EnsureRoom(state.DigitCount + ExactNumber.KeyOverhead);
            state.Approximate = Number(state).Approximate(_characters.AsSpan(_used));
        }

        if (isNumber && field.Numbers.Count > 0)
        {
            EnsureRoom(state.DigitCount + ExactNumber.KeyOverhead);
            var key = Number(state).Key(_characters.AsSpan(_used));
            SetTrue(field.Numbers, key);
        }
        else if (!isNumber && field.Texts.Count > 0)
        {
            SetTrue(field.Texts, text);
        }
    }

    private void SetTrue(Dictionary<string, List<int>> byValue, ReadOnlySpan<char> key)
    {
        if (!byValue.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var rules))
            return;
        foreach (var rule in rules)
        {
            _results[rule] = RuleResult.True;
            AddCandidates(set.Rules[rule].Targets);
        }
    }

    /// <summary>As PHP makes text of it, but false is 0: the originals' rules say 1 and 0 for booleans.</summary>
    private static int Text(ref Utf8JsonReader reader, Span<char> text)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.CopyString(text);
            case JsonTokenType.Number:
                return Encoding.ASCII.GetChars(reader.ValueSpan, text);
            case JsonTokenType.Null:
                return 0;
            default:
                text[0] = reader.TokenType == JsonTokenType.True ? '1' : '0';
                return 1;
        }
    }

    private int Compare(in FieldState state, CompiledRule rule) =>
        state.Approximate > rule.Approximate ? 1
        : state.Approximate < rule.Approximate ? -1
        : Number(state).CompareTo(rule.Number);

    private ExactNumber Number(in FieldState state) =>
        new(_characters.AsSpan(state.Digits, state.DigitCount), state.Exponent, state.IsNegative);

    private RuleResult IsMatch(Regex pattern, in FieldState state, int rule)
    {
        ReadOnlySpan<char> text = _characters.AsSpan(state.Start, state.Length);
        if (state.Kind == JsonTokenType.False)
            text = default;
        else if (state.Kind == JsonTokenType.Number && text.IndexOfAny('.', 'e', 'E') >= 0)
            text = PhpNumber.Format(Number(state));
        var isLinear = (pattern.Options & RegexOptions.NonBacktracking) == RegexOptions.NonBacktracking;
        if (!isLinear && _slow > RulePattern.EventLimit)
            return Error(rule, $"the event's patterns took longer than {RulePattern.EventLimit.TotalMilliseconds} ms");
        var started = isLinear ? 0 : Stopwatch.GetTimestamp();
        try
        {
            return Holds(RulePattern.IsMatch(pattern, text));
        }
        catch (RegexMatchTimeoutException)
        {
            return Error(rule, $"the pattern took longer than {RulePattern.Limit.TotalMilliseconds} ms");
        }
        finally
        {
            if (!isLinear)
            {
                // What is longer than both tries may take was no pattern's.
                var took = Stopwatch.GetElapsedTime(started);
                _slow += took < RulePattern.Limit * 2 ? took : RulePattern.Limit * 2;
            }
        }
    }

    private void EnsureRoom(int count)
    {
        if (_used + count > _characters.Length)
            Array.Resize(ref _characters, Math.Max(_used + count, _characters.Length * 2));
    }

    private struct FieldState
    {
        public bool IsRead;
        public bool IsBroken;
        public bool IsNegative;
        public JsonTokenType Kind;
        public int Start;
        public int Length;
        public int Digits;
        public int DigitCount;
        public long Exponent;
        public double Approximate;
    }
}
