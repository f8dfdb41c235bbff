using System.Text.Json;
using Declarative.Json;

namespace Declarative.Consumers;

/// <summary>What a caller hands in at an ingestion route: <c>{"data":{"uid","event","value"}}</c>; other members are passed over.</summary>
/// <param name="Uid">The caller's own id of the event.</param>
/// <param name="Event">The event's name.</param>
/// <param name="Value">The payload, or the service method's arguments.</param>
/// <param name="Problem">What is wrong, all that is missing in one; null if nothing is.</param>
internal readonly record struct HandedIn(string? Uid, string? Event, ReadOnlyMemory<byte> Value, string? Problem)
{
    public static HandedIn Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                return Refused("The body must be a JSON object: {\"data\":{\"uid\",\"event\",\"value\"}}.");
            HandedIn? found = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isData = reader.ValueTextEquals("data"u8);
                reader.Read();
                if (isData && found is not null)
                    return Refused("\"data\" stands twice in the body.");
                if (isData && reader.TokenType == JsonTokenType.StartObject)
                    found = ReadData(ref reader, body);
                else
                    reader.Skip();
            }

            if (reader.Read())
                return Refused("Nothing may follow the body's object.");
            var data = found ?? default;
            if (data.Problem is not null)
                return data;
            string[] missing = [.. Missing("data.uid", data.Uid is { Length: > 0 }), .. Missing("data.event", data.Event is { Length: > 0 }), .. Missing("data.value", !data.Value.IsEmpty)];
            return missing.Length == 0 ? data : Refused($"What is needed is missing: {string.Join(", ", missing)}.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Refused("The body is no JSON that can be read.");
        }
    }

    private static HandedIn ReadData(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        string? uid = null, name = null, problem = null;
        ReadOnlyMemory<byte> value = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("uid"u8))
                Take(ref reader, body, "data.uid", ref uid, ref problem);
            else if (reader.ValueTextEquals("event"u8))
                Take(ref reader, body, "data.event", ref name, ref problem);
            else
            {
                var isValue = reader.ValueTextEquals("value"u8);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                var isNull = reader.TokenType == JsonTokenType.Null;
                reader.Skip();
                if (isValue && !value.IsEmpty)
                    problem = "\"data.value\" stands twice in the body.";
                if (isValue && !isNull)
                    value = body[start..(int)reader.BytesConsumed];
            }
        }

        return new HandedIn(uid, name, value, problem);
    }

    /// <summary>Text, or a number as it stands: systems count their events.</summary>
    private static void Take(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, string name, ref string? text, ref string? problem)
    {
        reader.Read();
        if (text is not null)
            problem = $"\"{name}\" stands twice in the body.";
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                text = reader.GetString();
                break;
            case JsonTokenType.Number:
                text = System.Text.Encoding.ASCII.GetString(reader.ValueSpan);
                break;
            case JsonTokenType.Null:
                break;
            default:
                problem = $"\"{name}\" must be a text.";
                reader.Skip();
                break;
        }
    }

    private static IEnumerable<string> Missing(string name, bool isThere) => isThere ? [] : [name];

    private static HandedIn Refused(string problem) => new(null, null, default, problem);
}
