using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Declarative.Consumers;

/// <summary>
/// A declared field made ready for reading. Scalars are cast as everywhere on the wire: numbers also from numeric text, texts also from
/// numbers and booleans, booleans also from 1 and 0.
/// </summary>
internal sealed class PayloadMember
{
    private readonly PayloadField _field;
    private readonly Regex? _pattern;
    private readonly byte[][] _values;

    /// <summary>Reads the field's statement.</summary>
    /// <exception cref="ArgumentException">It lacks what its kind needs, or its pattern is none that .NET matches in linear time.</exception>
    public PayloadMember(PayloadField field)
    {
        _field = field;
        Name = field.Name;
        Utf8Name = Encoding.UTF8.GetBytes(field.Name);
        _values = [.. field.Values.Select(Encoding.UTF8.GetBytes)];
        _pattern = field.Pattern is null ? null : Pattern(field);
        if (field.Kind == FieldKind.Object && field.Shape is null)
            throw new ArgumentException($"Field '{field.Name}' is an object: state its Shape.", nameof(field));
        if (field.Kind != FieldKind.List)
            return;
        Element = new PayloadMember(field.Element ?? throw new ArgumentException($"Field '{field.Name}' is a list: state its Element.", nameof(field)));
        List = field.Element.Shape?.Lists ?? PayloadList.Of(field.Element.Kind);
    }

    public string Name { get; }

    public byte[] Utf8Name { get; }

    public FieldKind Kind => _field.Kind;

    public bool IsRequired => _field.IsRequired;

    public bool IsNullable => _field.IsNullable;

    public PayloadShape? Shape => _field.Shape;

    /// <summary>What a list holds.</summary>
    public PayloadMember? Element { get; }

    /// <summary>Makes the list.</summary>
    public PayloadList? List { get; }

    /// <summary>Whether a list may hold one more.</summary>
    public bool HasRoom(int count) => count < _field.MaxLength.GetValueOrDefault(int.MaxValue);

    /// <summary>Reads a value that is neither object nor list; what is wrong with it, or null.</summary>
    public string? Read(ref Utf8JsonReader json, ref PayloadSlot slot)
    {
        switch (Kind)
        {
            case FieldKind.String:
                return ReadText(ref json, ref slot);
            case FieldKind.Int:
                return ReadWhole(ref json, int.MinValue, int.MaxValue, out slot.Value.Whole);
            case FieldKind.Long:
                return ReadWhole(ref json, long.MinValue, long.MaxValue, out slot.Value.Whole);
            case FieldKind.Decimal:
                return ReadExact(ref json, out slot.Value.Exact);
            case FieldKind.Double:
                return ReadFloating(ref json, out slot.Value.Floating);
            case FieldKind.Bool:
                var text = Text(ref json);
                slot.Value.Whole = text.SequenceEqual("true"u8) || text.SequenceEqual("1"u8) ? 1 : 0;
                return slot.Value.Whole == 1 || text.SequenceEqual("false"u8) || text.SequenceEqual("0"u8) ? null : "must be true or false";
            case FieldKind.Date:
                return PayloadTime.TryReadDay(Quoted(ref json), out slot.Value.Day) ? null : "must be a day like 2026-01-31";
            case FieldKind.DateTime:
                return PayloadTime.TryReadMoment(Quoted(ref json), out slot.Value.Moment) ? null : "must be a moment like 2026-01-31T10:00:00Z or 2026-01-31 10:00:00";
            case FieldKind.Uuid:
                var uuid = Quoted(ref json);
                return Utf8Parser.TryParse(uuid, out slot.Value.Uuid, out var length, 'D') && length == uuid.Length ? null : "must be a UUID";
            case FieldKind.Enum:
                slot.Value.Whole = PlaceOf(Text(ref json));
                return slot.Value.Whole >= 0 ? null : "is not one of: " + string.Join(", ", _field.Values);
            default:
                throw new InvalidOperationException($"Field '{Name}' is of kind {Kind}, which is no scalar.");
        }
    }

    /// <summary>What is wrong with the length of a text or list; null if nothing.</summary>
    public string? LengthProblem(int length)
    {
        var isList = Kind == FieldKind.List;
        if (length < _field.MinLength)
            return (isList ? "must hold at least " : "must be at least ") + Count(_field.MinLength.Value, isList);
        return length > _field.MaxLength ? (isList ? "must hold at most " : "must be at most ") + Count(_field.MaxLength.Value, isList) : null;
    }

    /// <summary>The text of a scalar as bytes: its own if it is a string, else its JSON. Nothing for objects and lists, and for text that isn't Unicode.</summary>
    public static ReadOnlySpan<byte> Text(ref Utf8JsonReader json)
    {
        if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            return default;
        if (!json.ValueIsEscaped)
            return json.ValueSpan;
        return TryGetString(ref json, out var text) ? Encoding.UTF8.GetBytes(text) : default;
    }

    /// <summary>The text of a string or name; false if it isn't Unicode: broken UTF-8, or half of a surrogate pair.</summary>
    public static bool TryGetString(ref Utf8JsonReader json, out string text)
    {
        try
        {
            text = json.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    private string? ReadText(ref Utf8JsonReader json, ref PayloadSlot slot)
    {
        string text;
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                if (!TryGetString(ref json, out text))
                    return "is no Unicode text";
                break;
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                text = Encoding.UTF8.GetString(json.ValueSpan);
                break;
            default:
                return "must be a text";
        }

        slot.Reference = text;
        if ((_field.MinLength ?? _field.MaxLength) is not null && LengthProblem(CodePoints(text)) is { } problem)
            return problem;
        return _pattern?.IsMatch(text) == false ? "does not match " + _field.Pattern : null;
    }

    private string? ReadWhole(ref Utf8JsonReader json, long least, long most, out long value)
    {
        var text = Numeric(ref json);

        // 5.0 is a whole number too, as JSON Schema has it.
        var dot = text.IndexOf((byte)'.');
        if (dot > 0 && !text[(dot + 1)..].ContainsAnyExcept((byte)'0'))
            text = text[..dot];
        if (!Utf8Parser.TryParse(text, out value, out var length) || length != text.Length)
            return IsWhole(text) ? Range(least, most) : "must be a whole number";
        return value < least || value > most ? Range(least, most) : LimitProblem(value);
    }

    private string? ReadExact(ref Utf8JsonReader json, out decimal value)
    {
        var text = Numeric(ref json);
        if (Utf8Parser.TryParse(text, out value, out var length) && length == text.Length)
            return LimitProblem(value);
        return Utf8Parser.TryParse(text, out double other, out length) && length == text.Length && !double.IsNaN(other)
            ? $"must be a number from -{decimal.MaxValue} to {decimal.MaxValue}"
            : "must be a number";
    }

    private string? ReadFloating(ref Utf8JsonReader json, out double value)
    {
        var text = Numeric(ref json);
        if (!Utf8Parser.TryParse(text, out value, out var length) || length != text.Length)
            return "must be a number";
        if (!double.IsFinite(value))
            return "must be a number that is finite";
        if (value < (double?)_field.Minimum)
            return Least();
        return value > (double?)_field.Maximum ? Most() : null;
    }

    private string? LimitProblem(decimal value)
    {
        if (value < _field.Minimum)
            return Least();
        return value > _field.Maximum ? Most() : null;
    }

    private int PlaceOf(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            if (text.SequenceEqual(_values[i]))
                return i;
        }

        return -1;
    }

    private string Least() => string.Create(CultureInfo.InvariantCulture, $"must be at least {_field.Minimum}");

    private string Most() => string.Create(CultureInfo.InvariantCulture, $"must be at most {_field.Maximum}");

    private static string Range(long least, long most) => string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}");

    private static string Count(int number, bool isList) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(isList ? "element" : "character")}{(number == 1 ? "" : "s")}{(isList ? "" : " long")}");

    private static ReadOnlySpan<byte> Numeric(ref Utf8JsonReader json) => json.TokenType is JsonTokenType.Number or JsonTokenType.String ? Text(ref json) : default;

    private static ReadOnlySpan<byte> Quoted(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.String ? Text(ref json) : default;

    private static bool IsWhole(ReadOnlySpan<byte> text)
    {
        var digits = text.TrimStart((byte)'-');
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    /// <summary>Characters as JSON Schema counts them (RFC 8259): a pair of surrogates is one.</summary>
    private static int CodePoints(string text)
    {
        var count = text.Length;
        foreach (var character in text)
        {
            if (char.IsHighSurrogate(character))
                count--;
        }

        return count;
    }

    private static Regex Pattern(PayloadField field)
    {
        try
        {
            return new Regex(field.Pattern!, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new ArgumentException($"Field '{field.Name}': the pattern {field.Pattern} can't be used: {exception.Message}", nameof(field), exception);
        }
    }
}
