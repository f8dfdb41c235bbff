using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Declarative.Merging;

namespace Declarative.Matching;

/// <summary>
/// A value that a context gives: <c>context_NAME.call.call{argument:argument}[pick,nested.pick]</c>. The name ends at the
/// first dot; dots, commas and brackets in braces belong to arguments.
/// </summary>
internal sealed class ContextExpression
{
    private readonly ContextPick? _picks;

    private ContextExpression(string name, IReadOnlyList<ContextCall> calls, ContextPick? picks)
    {
        Name = name;
        Calls = calls;
        _picks = picks;
    }

    public string Name { get; }

    public IReadOnlyList<ContextCall> Calls { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out ContextExpression? expression, out string problem)
    {
        expression = null;
        problem = "";
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (!text.StartsWith(FieldPath.ContextPrefix, StringComparison.Ordinal) || dot <= FieldPath.ContextPrefix.Length)
        {
            problem = $"'{text}' is no context expression; one looks like context_store.get_store.get_id";
            return false;
        }

        var calls = new List<ContextCall>();
        var at = dot;
        while (at < text.Length && text[at] == '.')
        {
            at++;
            var end = text.AsSpan(at).IndexOfAny(".{[}]");
            end = end < 0 ? text.Length : at + end;
            if (end == at)
                break;
            var name = text[at..end];
            IReadOnlyList<string> arguments = [];
            at = end;
            if (at < text.Length && text[at] == '{')
            {
                var close = text.IndexOf('}', at);
                if (close < 0)
                {
                    problem = $"'{text}': a '}}' is missing";
                    return false;
                }

                arguments = close == at + 1 ? [] : text[(at + 1)..close].Split(':');
                at = close + 1;
            }

            calls.Add(new ContextCall(name, arguments));
        }

        ContextPick? picks = null;
        if (calls.Count > 0 && at < text.Length && text[at] == '[' && text[^1] == ']' && ContextPick.TryParse(text[(at + 1)..^1], out picks))
            at = text.Length;
        if (calls.Count == 0 || at != text.Length || text[^1] == '.')
        {
            problem = $"'{text}' can't be read from character {at + 1} on; a context expression looks like context_NAME.call.call{{argument}}[pick,pick]";
            return false;
        }

        expression = new ContextExpression(text[FieldPath.ContextPrefix.Length..dot], calls, picks);
        return true;
    }

    /// <summary>What the context gave, cut down to the picks.</summary>
    public JsonNode? Pick(JsonNode? value) => _picks is null ? value : _picks.Apply(value);
}

/// <summary>Which members of an object, or of each object in a list, are wanted.</summary>
internal sealed class ContextPick
{
    private readonly Dictionary<string, ContextPick> _members = new(StringComparer.Ordinal);

    public static bool TryParse(string text, [NotNullWhen(true)] out ContextPick? picks)
    {
        picks = null;
        var root = new ContextPick();
        foreach (var path in text.Split(','))
        {
            var pick = root;
            foreach (var name in path.Trim().Split('.'))
            {
                if (name.Length == 0 || name.AsSpan().IndexOfAny("[]{}") >= 0)
                    return false;
                if (!pick._members.TryGetValue(name, out var member))
                    pick._members.Add(name, member = new ContextPick());
                pick = member;
            }
        }

        picks = root;
        return true;
    }

    public JsonNode? Apply(JsonNode? value)
    {
        switch (value)
        {
            case JsonArray list when _members.Count > 0:
                return new JsonArray([.. list.Select(Apply)]);
            case JsonObject one when _members.Count > 0:
                var picked = new JsonObject();
                foreach (var (name, pick) in _members)
                    picked.Add(name, one.TryGetPropertyValue(name, out var member) ? pick.Apply(member) : null);
                return picked;
            default:
                return value?.DeepClone();
        }
    }
}
