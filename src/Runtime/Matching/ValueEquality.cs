using System.Text.Json;

namespace Declarative.Matching;

/// <summary>
/// Whether a value is still what it was. Numbers compare by value, also with a text or boolean that means the same (a
/// row read from a database may have <c>"10"</c> where the entity has 10); two texts compare as they are, null equals
/// only null, objects compare by member in any order.
/// </summary>
internal static class ValueEquality
{
    public static bool AreEqual(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other)
    {
        if (one.Span.SequenceEqual(other.Span))
            return true;
        using var first = JsonDocument.Parse(one);
        using var second = JsonDocument.Parse(other);
        try
        {
            return AreEqual(first.RootElement, second.RootElement);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: there is no text to compare, and the bytes differ.
            return false;
        }
    }

    private static bool AreEqual(JsonElement one, JsonElement other)
    {
        if (one.ValueKind == JsonValueKind.Array || other.ValueKind == JsonValueKind.Array)
            return one.ValueKind == other.ValueKind && AreEqualLists(one, other);
        if (one.ValueKind == JsonValueKind.Object || other.ValueKind == JsonValueKind.Object)
            return one.ValueKind == other.ValueKind && AreEqualObjects(one, other);
        if (one.ValueKind == JsonValueKind.Null || other.ValueKind == JsonValueKind.Null)
            return one.ValueKind == other.ValueKind;
        var text = Text(one);
        var otherText = Text(other);
        if (one.ValueKind == JsonValueKind.String && other.ValueKind == JsonValueKind.String)
            return text == otherText;
        var number = ExactNumber.Read(text, new char[text.Length], out var isNumber);
        var otherNumber = ExactNumber.Read(otherText, new char[otherText.Length], out var isOtherNumber);
        return isNumber && isOtherNumber && number.CompareTo(otherNumber) == 0;
    }

    private static bool AreEqualLists(JsonElement one, JsonElement other)
    {
        if (one.GetArrayLength() != other.GetArrayLength())
            return false;
        using var others = other.EnumerateArray();
        foreach (var element in one.EnumerateArray())
        {
            others.MoveNext();
            if (!AreEqual(element, others.Current))
                return false;
        }

        return true;
    }

    private static bool AreEqualObjects(JsonElement one, JsonElement other)
    {
        var members = Members(one);
        var others = Members(other);
        if (members.Count != others.Count)
            return false;
        foreach (var (name, value) in members)
        {
            if (!others.TryGetValue(name, out var otherValue) || !AreEqual(value, otherValue))
                return false;
        }

        return true;
    }

    private static Dictionary<string, JsonElement> Members(JsonElement element)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
            members[member.Name] = member.Value;
        return members;
    }

    private static string Text(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        _ => element.GetRawText(),
    };
}
