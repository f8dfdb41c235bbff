using System.Text.Json;

namespace Declarative.Rest;

/// <summary>One pass over a JSON value before it is read: finds its end, names that may need the contract's spelling, nulls in lists, and lists that are too long.</summary>
internal static class JsonScan
{
    /// <summary>Moves the reader from the first token of a value to its last.</summary>
    /// <param name="reader">Stands on the value.</param>
    /// <param name="name">What the value is called, for a message.</param>
    /// <param name="maxArrayLength">The most elements of an array of objects; null for no limit.</param>
    /// <returns>Whether the contract has to be looked at before reading: a name has an upper-case letter, or a list holds null.</returns>
    /// <exception cref="RestException">A list is too long.</exception>
    public static bool Skip(ref Utf8JsonReader reader, string name, int? maxArrayLength)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return false;
        var needsContract = false;
        var end = reader.CurrentDepth;
        var previous = JsonTokenType.None;
        var arrays = maxArrayLength is null ? null : new Dictionary<int, (string Name, int Count)>();
        do
        {
            needsContract = needsContract || (reader.TokenType == JsonTokenType.Null && previous != JsonTokenType.PropertyName);
            previous = reader.TokenType;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    needsContract = needsContract || reader.ValueSpan.ContainsAnyInRange((byte)'A', (byte)'Z') || reader.ValueIsEscaped;
                    if (arrays is not null)
                        name = reader.GetString()!;
                    break;
                case JsonTokenType.StartArray when arrays is not null:
                    arrays[reader.CurrentDepth + 1] = (name, 0);
                    break;
                case JsonTokenType.StartObject or JsonTokenType.Null when arrays is not null && arrays.TryGetValue(reader.CurrentDepth, out var array):
                    if (array.Count + 1 > maxArrayLength)
                        throw TooLong(array.Name, maxArrayLength.Value);
                    arrays[reader.CurrentDepth] = (array.Name, array.Count + 1);
                    break;
                case JsonTokenType.EndArray when arrays is not null:
                    arrays.Remove(reader.CurrentDepth + 1);
                    break;
            }
        }
        while ((reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray) || reader.CurrentDepth != end) && reader.Read());
        return needsContract;
    }

    private static InputException TooLong(string name, int max) => new("A list of %type may hold %max entries at most.", ("type", name), ("max", max));
}
