using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Declarative.Merging;
using Declarative.Subscriptions;

namespace Declarative.Tests.Matching;

/// <summary>Fields and rules done the plain way, on a tree of nodes, one subscription at a time.</summary>
internal static partial class ReferenceMatcher
{
    /// <summary>The event's data: the payload with the original state's members, of one name the last.</summary>
    public static JsonNode? Data(string payload, string original)
    {
        var data = Parse(payload);
        if (data is JsonObject one && original.Length > 0)
        {
            foreach (var (name, value) in (JsonObject)Parse(original)!)
                one[name] = value?.DeepClone();
        }

        return data;
    }

    public static JsonNode? Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Make(document.RootElement);

        static JsonNode? Make(JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    var made = new JsonObject();
                    foreach (var member in element.EnumerateObject())
                        made[member.Name] = Make(member.Value);
                    return made;
                case JsonValueKind.Array:
                    return new JsonArray([.. element.EnumerateArray().Select(Make)]);
                default:
                    return element.ValueKind == JsonValueKind.Null ? null : JsonValue.Create(element.Clone());
            }
        }
    }

    public static JsonNode? Project(IReadOnlyList<SubscriptionField> fields, JsonNode? data)
    {
        var clean = WithoutImages(data);
        var isAll = fields.Any(field => field.Name == "*");
        var chosen = fields.Where(field => field.Name != "*" && !IsImage(field.Name) && !IsImage(field.Source ?? "")).ToList();
        chosen = [.. chosen.Where(field => !IsRepeated(field, chosen, isAll))];
        if (isAll && chosen.Count == 0 && clean is not JsonObject)
            return data;
        var result = new JsonObject();
        if (isAll && clean is JsonObject all)
        {
            result = (JsonObject)all.DeepClone();
            result.Remove("_origData");
        }

        foreach (var field in chosen)
        {
            if (field.Source is null)
                Set(result, clean, Segments(field.Name), 0);
            else
                SetAlias(result, clean, Segments(field.Name), Segments(field.Source));
        }

        return result;
    }

    private static bool IsImage(string path) => path.Split('.').Any(name => name.Replace("[]", "", StringComparison.Ordinal) == "base64_encoded_data");

    private static bool IsRepeated(SubscriptionField field, List<SubscriptionField> all, bool isAll) =>
        field.Source is null
        && ((isAll && !field.Name.StartsWith("_origData", StringComparison.Ordinal))
            || all.Exists(other => other.Source is null && (field.Name.StartsWith(other.Name + ".", StringComparison.Ordinal) || field.Name.StartsWith(other.Name + "[]", StringComparison.Ordinal))));

    private static FieldSegment[] Segments(string path)
    {
        FieldPath.TryParse(path, out var parsed).ShouldBeTrue();
        return [.. parsed!.Segments];
    }

    private static void Set(JsonObject target, JsonNode? data, FieldSegment[] path, int at)
    {
        var (name, isList, isLast) = (path[at].Name, path[at].IsList, at == path.Length - 1);
        var value = (data as JsonObject)?[name];
        if (!isList && isLast)
        {
            target[name] = value?.DeepClone();
        }
        else if (!isList)
        {
            if (target[name] is not JsonObject inner)
                target[name] = inner = [];
            Set(inner, value, path, at + 1);
        }
        else if (isLast)
        {
            target[name] = Elements(value) is { } whole ? new JsonArray([.. whole.Select(one => one?.DeepClone())]) : null;
        }
        else
        {
            var elements = Elements(value) ?? [];
            if (target[name] is not JsonArray list)
                target[name] = list = new JsonArray([.. elements.Select(_ => new JsonObject())]);
            for (var i = 0; i < elements.Count; i++)
                Set((JsonObject)list[i]!, elements[i], path, at + 1);
        }
    }

    /// <summary>Aliases of the tests are <c>x</c>, <c>x.y</c> or <c>x[].y</c>.</summary>
    private static void SetAlias(JsonObject target, JsonNode? data, FieldSegment[] name, FieldSegment[] source)
    {
        if (!name[0].IsList)
        {
            var value = Resolve(data, source, 0);
            target[name[0].Name] = name.Length == 1 ? value : new JsonObject { [name[1].Name] = value };
            return;
        }

        var list = Array.FindIndex(source, segment => segment.IsList);
        var holder = data;
        for (var i = 0; i <= list; i++)
            holder = (holder as JsonObject)?[source[i].Name];
        target[name[0].Name] = new JsonArray([.. (Elements(holder) ?? []).Select(one => new JsonObject { [name[1].Name] = Resolve(one, source, list + 1) })]);
    }

    private static JsonNode? Resolve(JsonNode? data, FieldSegment[] path, int at)
    {
        if (at == path.Length)
            return data?.DeepClone();
        var value = (data as JsonObject)?[path[at].Name];
        if (!path[at].IsList)
            return Resolve(value, path, at + 1);
        if (Elements(value) is { } elements)
            return new JsonArray([.. elements.Select(one => Resolve(one, path, at + 1))]);
        return at == path.Length - 1 ? null : new JsonArray();
    }

    private static List<JsonNode?>? Elements(JsonNode? node) => node switch
    {
        JsonArray list => [.. list],
        JsonObject members => [.. members.Select(member => member.Value)],
        _ => null,
    };

    private static JsonNode? WithoutImages(JsonNode? node) => node switch
    {
        JsonArray list => new JsonArray([.. list.Select(WithoutImages)]),
        JsonObject members => new JsonObject(members.Where(member => member.Key != "base64_encoded_data").Select(member => KeyValuePair.Create(member.Key, WithoutImages(member.Value)))),
        _ => node?.DeepClone(),
    };

    /// <summary>True, false, or null for an error.</summary>
    public static bool? Holds(IEnumerable<SubscriptionRule> rules, JsonNode? data)
    {
        foreach (var rule in rules)
        {
            if (Holds(rule, data) is var holds and not true)
                return holds;
        }

        return true;
    }

    private static bool? Holds(SubscriptionRule rule, JsonNode? data)
    {
        if (!TryFind(data, rule.Field, out var value))
            return false;
        if (rule.Operator == "onChange")
        {
            if (TryFind(data, "_isNew", out var isNew) && isNew is JsonValue flag && flag.ToJsonString() is "true" or "1" or "\"1\"")
                return true;
            if (!TryFind(data, "_origData", out var original) || original is null)
                return null;
            TryFind(original, rule.Value.Length == 0 ? rule.Field : rule.Value, out var old);
            return !AreEqual(value, old);
        }

        if (value is JsonArray or JsonObject)
            return null;
        var text = Text(value);
        return rule.Operator switch
        {
            "equal" => IsLooselyEqual(text, rule.Value),
            "in" => rule.Value.Split(',').Any(one => IsLooselyEqual(text, one)),
            "greaterThan" => Compare(Leading(text), Leading(rule.Value)) > 0,
            "lessThan" => Compare(Leading(text), Leading(rule.Value)) < 0,
            _ => throw new ArgumentException("Patterns have tests of their own.", nameof(rule)),
        };
    }

    private static bool TryFind(JsonNode? data, string path, out JsonNode? value)
    {
        value = data;
        foreach (var name in path.Split('.'))
        {
            if (value is not JsonObject members || !members.TryGetPropertyValue(name, out value))
            {
                value = null;
                return false;
            }
        }

        return true;
    }

    private static string Text(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "",
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        JsonValueKind.String => value.GetValue<string>(),
        _ => value.ToJsonString(),
    };

    private static bool AreEqual(JsonNode? one, JsonNode? other)
    {
        switch (one, other)
        {
            case (null, null):
                return true;
            case (JsonArray list, JsonArray otherList):
                return list.Count == otherList.Count && list.Zip(otherList).All(pair => AreEqual(pair.First, pair.Second));
            case (JsonObject members, JsonObject otherMembers):
                return members.Count == otherMembers.Count && members.All(member => otherMembers.TryGetPropertyValue(member.Key, out var value) && AreEqual(member.Value, value));
            case (JsonValue value, JsonValue otherValue):
                if (value.GetValueKind() == JsonValueKind.String && otherValue.GetValueKind() == JsonValueKind.String)
                    return Text(value) == Text(otherValue);
                return Number().IsMatch(Text(value)) && Number().IsMatch(Text(otherValue)) && Compare(Leading(Text(value)), Leading(Text(otherValue))) == 0;
            default:
                return false;
        }
    }

    private static bool IsLooselyEqual(string one, string other) =>
        Number().IsMatch(one) && Number().IsMatch(other) ? Compare(Leading(one), Leading(other)) == 0 : one == other;

    private static (BigInteger Mantissa, int Exponent) Leading(string text)
    {
        var match = NumberPrefix().Match(text);
        if (!match.Success)
            return (0, 0);
        var fraction = match.Groups["fraction"].Value;
        var mantissa = BigInteger.Parse("0" + match.Groups["whole"].Value + fraction, CultureInfo.InvariantCulture);
        var exponent = match.Groups["exponent"].Success ? int.Parse(match.Groups["exponent"].Value, CultureInfo.InvariantCulture) : 0;
        return (match.Groups["sign"].Value == "-" ? -mantissa : mantissa, exponent - fraction.Length);
    }

    private static int Compare((BigInteger Mantissa, int Exponent) one, (BigInteger Mantissa, int Exponent) other)
    {
        var exponent = Math.Min(one.Exponent, other.Exponent);
        return (one.Mantissa * BigInteger.Pow(10, one.Exponent - exponent)).CompareTo(other.Mantissa * BigInteger.Pow(10, other.Exponent - exponent));
    }

    [GeneratedRegex(@"^[ \t\n\r\v\f]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\n\r\v\f]*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();

    [GeneratedRegex(@"^[ \t\n\r\v\f]*(?<sign>[+-]?)((?<whole>[0-9]+)(\.(?<fraction>[0-9]*))?|\.(?<fraction>[0-9]+))([eE](?<exponent>[+-]?[0-9]+))?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NumberPrefix();
}
