using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Declarative.Consumers;

/// <summary>
/// Reads a payload in one pass: each field is found, cast and checked where it stands, and an object made as soon as it ends. Values
/// wait in places that the next payload on the thread uses again, so that only what the payload consists of is allocated.
/// </summary>
internal sealed class PayloadReader
{
    /// <summary>Problems that are told; who sends more of them than that has another problem.</summary>
    public const int MaxProblems = 20;

    private const int MaxNameShown = 64;

    [ThreadStatic]
    private static PayloadReader? _unused;

    private readonly PayloadValues _values = new();
    private readonly List<Step> _path = [];
    private List<FieldProblem>? _problems;
    private PayloadSlot[] _slots = new PayloadSlot[32];
    private int _taken;
    private int _faults;

    /// <summary>The payload, or null and what is wrong with it.</summary>
    public static object? Read(ReadOnlySpan<byte> utf8, PayloadMember root, List<FieldProblem> problems)
    {
        // One that breaks off is left to the garbage collector, with whatever it holds.
        var reader = _unused ?? new PayloadReader();
        _unused = null;
        reader._problems = problems;
        reader._faults = 0;
        var before = problems.Count;
        try
        {
            var json = new Utf8JsonReader(utf8);
            json.Read();
            reader.ReadField(ref json, root, out var slot);

            // Throws if anything follows.
            json.Read();
            reader._problems = null;
            _unused = reader;
            return reader._faults == 0 ? slot.Reference : null;
        }
        catch (JsonException exception)
        {
            problems.RemoveRange(before, problems.Count - before);
            problems.Add(new FieldProblem("", string.Create(CultureInfo.InvariantCulture, $"is no valid JSON, or goes deeper than 64 levels, in line {exception.LineNumber + 1} at byte {exception.BytePositionInLine + 1}")));
            return null;
        }
    }

    private void ReadField(ref Utf8JsonReader json, PayloadMember member, out PayloadSlot slot)
    {
        slot = default;
        slot.IsThere = true;
        if (json.TokenType == JsonTokenType.Null)
        {
            if (!member.IsNullable)
                Report(member.Name, "must not be null");
            return;
        }

        slot.IsSet = true;
        string? problem;
        switch (member.Kind)
        {
            case FieldKind.Object when json.TokenType == JsonTokenType.StartObject:
                _path.Add(new Step(member.Name, 0));
                slot.Reference = ReadObject(ref json, member.Shape!);
                _path.RemoveAt(_path.Count - 1);
                return;
            case FieldKind.List when json.TokenType == JsonTokenType.StartArray:
                slot.Reference = ReadList(ref json, member);
                return;
            case FieldKind.Object:
                problem = "must be an object";
                break;
            case FieldKind.List:
                problem = "must be a list";
                break;
            default:
                problem = member.Read(ref json, ref slot);
                break;
        }

        if (problem is null)
            return;
        Report(member.Name, problem);
        json.Skip();
    }

    private object? ReadObject(ref Utf8JsonReader json, PayloadShape shape)
    {
        var members = shape.Members;
        var start = Take(members.Length);
        var faults = _faults;
        var next = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            var place = PlaceOf(ref json, members, next);
            if (place < 0)
            {
                if (shape.RefusesOthers)
                    Report(NameOf(ref json), "is not known here");
                json.Skip();
                continue;
            }

            json.Read();
            if (_slots[start + place].IsThere)
            {
                Report(members[place].Name, "is there more than once");
                json.Skip();
                continue;
            }

            ReadField(ref json, members[place], out var slot);
            _slots[start + place] = slot;
            next = place + 1;
        }

        for (var i = 0; i < members.Length; i++)
        {
            if (members[i].IsRequired && !_slots[start + i].IsThere)
                Report(members[i].Name, "is missing");
        }

        var made = _faults == faults ? shape.Make(_values.From(_slots, start)) : null;
        Array.Clear(_slots, start, members.Length);
        _taken = start;
        return made;
    }

    private object ReadList(ref Utf8JsonReader json, PayloadMember member)
    {
        var list = member.List!.New();
        var count = 0;
        _path.Add(new Step(member.Name, 0));
        for (; json.Read() && json.TokenType != JsonTokenType.EndArray; count++)
        {
            // What is too long anyway is counted only.
            if (!member.HasRoom(count))
            {
                json.Skip();
                continue;
            }

            var faults = _faults;
            _path.Add(new Step(null, count));
            ReadField(ref json, member.Element!, out var slot);
            _path.RemoveAt(_path.Count - 1);
            if (_faults == faults)
                member.List.Add(list, slot);
        }

        _path.RemoveAt(_path.Count - 1);
        if (member.LengthProblem(count) is { } problem)
            Report(member.Name, problem);
        return list;
    }

    /// <summary>Which field the name at hand is, or -1. Most senders keep to the declared order, so the guess is mostly right.</summary>
    private static int PlaceOf(ref Utf8JsonReader json, PayloadMember[] members, int guess)
    {
        var name = PayloadMember.Text(ref json);
        for (var i = guess; i < members.Length; i++)
        {
            if (name.SequenceEqual(members[i].Utf8Name))
                return i;
        }

        for (var i = 0; i < guess; i++)
        {
            if (name.SequenceEqual(members[i].Utf8Name))
                return i;
        }

        return -1;
    }

    private int Take(int count)
    {
        var start = _taken;
        _taken += count;
        if (_taken > _slots.Length)
            Array.Resize(ref _slots, Math.Max(_taken, 2 * _slots.Length));
        return start;
    }

    private void Report(string name, string problem)
    {
        if (_faults++ < MaxProblems)
            _problems!.Add(new FieldProblem(PathOf(name), problem));
    }

    private string PathOf(string name)
    {
        var path = new StringBuilder();
        foreach (var step in _path)
        {
            if (step.Name is null)
                path.Append(CultureInfo.InvariantCulture, $"[{step.Index}]");
            else
                Append(path, step.Name);
        }

        return Append(path, name).ToString();
    }

    private static StringBuilder Append(StringBuilder path, string name) => name.Length == 0 ? path : path.Append(path.Length == 0 ? "" : ".").Append(name);

    private static string NameOf(ref Utf8JsonReader json)
    {
        if (!PayloadMember.TryGetString(ref json, out var name))
            return "?";
        return name.Length <= MaxNameShown ? name : name[..MaxNameShown] + "…";
    }

    /// <summary>A field by its name, or an element of a list by its place.</summary>
    private readonly record struct Step(string? Name, int Index);
}
