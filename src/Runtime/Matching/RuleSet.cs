using System.Text.RegularExpressions;
using Declarative.Merging;
using Declarative.Subscriptions;

namespace Declarative.Matching;

internal enum RuleKind
{
    /// <summary><c>equal</c> and <c>in</c>: the field's text or number is looked up among all values of its rules at once.</summary>
    Equal,
    GreaterThan,
    LessThan,
    Regex,
    OnChange,

    /// <summary>It can't be decided for any event.</summary>
    Broken,
}

/// <summary>The rules of all subscriptions of an event, each different one once.</summary>
internal sealed class RuleSet(PathTrie trie, ContextSet contexts)
{
    private readonly Dictionary<SubscriptionRule, int> _byRule = [];
    private readonly Dictionary<string, RuleField> _byField = new(StringComparer.Ordinal);

    public List<CompiledRule> Rules { get; } = [];

    public List<RuleField> Fields { get; } = [];

    /// <summary>Those that first rules compare with values.</summary>
    public List<RuleField> IndexedFields { get; } = [];

    /// <summary>Adds a rule unless it is there, and gives its number.</summary>
    public int Add(SubscriptionRule rule)
    {
        if (_byRule.TryGetValue(rule, out var number))
            return number;
        number = Rules.Count;
        _byRule.Add(rule, number);
        Rules.Add(Compile(rule, number));
        return number;
    }

    /// <summary>
    /// Says that a target's first rule is this one. If it compares with a value, the target need not be looked at unless
    /// the field has that value.
    /// </summary>
    /// <returns>Whether the target will be found that way.</returns>
    public bool Index(int rule, int target)
    {
        var first = Rules[rule];
        if (first.Kind != RuleKind.Equal || first.Field.Node is null)
            return false;
        if (first.Field.Targets.Count == 0)
            IndexedFields.Add(first.Field);
        first.Field.Targets.Add(target);
        first.Targets.Add(target);
        return true;
    }

    private CompiledRule Compile(SubscriptionRule rule, int number)
    {
        var field = Field(rule.Field, out var problem);
        if (field is null)
            return CompiledRule.Broken(problem);
        switch (rule.Operator)
        {
            case RuleOperators.Equal:
                field.AddValue(rule.Value, number);
                return new CompiledRule(RuleKind.Equal, field);
            case RuleOperators.In:
                // Not trimmed: the originals' explode() doesn't.
                foreach (var value in rule.Value.Split(','))
                    field.AddValue(value, number);
                return new CompiledRule(RuleKind.Equal, field);
            case RuleOperators.GreaterThan:
            case RuleOperators.LessThan:
                return CompiledRule.Comparing(rule.Operator == RuleOperators.GreaterThan ? RuleKind.GreaterThan : RuleKind.LessThan, field, rule.Value);
            case RuleOperators.Regex:
                return RulePattern.TryMake(rule.Value, out var pattern, out problem)
                    ? new CompiledRule(RuleKind.Regex, field) { Pattern = pattern }
                    : CompiledRule.Broken(problem);
            case RuleOperators.OnChange:
                return OnChange(rule, field);
            default:
                return CompiledRule.Broken("there is no such operator");
        }
    }

    /// <summary>The value of an <c>onChange</c> is another path of the original value, within the original data.</summary>
    private CompiledRule OnChange(SubscriptionRule rule, RuleField field)
    {
        if (field.Node is null && rule.Value.Length == 0)
            return CompiledRule.Broken("a context has no original value; the rule's value must name a path of the original data");
        const string prefix = PayloadNames.OriginalData + ".";
        var text = rule.Value.StartsWith(prefix, StringComparison.Ordinal)
            ? rule.Value
            : prefix + (rule.Value.Length == 0 ? rule.Field : rule.Value);
        if (!PayloadNames.TryParse(text, out var path, out var problem))
            return CompiledRule.Broken(problem);
        var original = trie.Add(path, out var lists);
        if (lists.Length > 0)
            return CompiledRule.Broken($"'{text}' names a list's elements, a rule compares one value");
        trie.Root.AddMember(PayloadNames.IsNew);
        return new CompiledRule(RuleKind.OnChange, field) { Original = original };
    }

    private RuleField? Field(string text, out string problem)
    {
        problem = "";
        if (_byField.TryGetValue(text, out var field))
            return field;
        PathNode? node = null;
        var context = -1;
        if (text.StartsWith(FieldPath.ContextPrefix, StringComparison.Ordinal))
        {
            context = contexts.Add(text);
        }
        else if (!PayloadNames.TryParse(text, out var path, out problem))
        {
            return null;
        }
        else
        {
            node = trie.Add(path, out var lists);
            if (lists.Length > 0)
            {
                problem = "the field names a list's elements, a rule compares one value";
                return null;
            }
        }

        field = new RuleField(Fields.Count, node, context);
        Fields.Add(field);
        _byField.Add(text, field);
        return field;
    }
}

/// <summary>A value that rules look at.</summary>
/// <param name="number">Its number among them.</param>
/// <param name="node">Where it is in the payload; null if a context gives it.</param>
/// <param name="context">The number of the context expression that gives it.</param>
internal sealed class RuleField(int number, PathNode? node, int context)
{
    public int Number => number;

    public PathNode? Node => node;

    public int Context => context;

    /// <summary>The rules that a number satisfies, by <see cref="ExactNumber.Key"/>: <c>33.330</c> and <c>3333e-2</c> are one.</summary>
    public Dictionary<string, List<int>> Numbers { get; } = new(StringComparer.Ordinal);

    /// <summary>The rules that a text which is no number satisfies.</summary>
    public Dictionary<string, List<int>> Texts { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether rules ask if it is greater or less.</summary>
    public bool IsCompared { get; set; }

    /// <summary>The targets whose first rule compares this field with a value.</summary>
    public List<int> Targets { get; } = [];

    public void AddValue(string value, int rule)
    {
        var read = ExactNumber.Read(value, new char[value.Length], out var isNumber);
        var byValue = isNumber ? Numbers : Texts;
        var key = isNumber ? read.Key(new char[value.Length + ExactNumber.KeyOverhead]).ToString() : value;
        if (!byValue.TryGetValue(key, out var rules))
            byValue.Add(key, rules = []);
        rules.Add(rule);
    }
}

/// <summary>A rule, ready to be decided.</summary>
internal sealed class CompiledRule(RuleKind kind, RuleField? compared)
{
    private string _digits = "";
    private long _exponent;
    private bool _isNegative;

    public RuleKind Kind => kind;

    /// <summary>What it looks at; a broken one has none.</summary>
    public RuleField Field => compared!;

    /// <summary>What the field is greater or less than.</summary>
    public ExactNumber Number => new(_digits, _exponent, _isNegative);

    /// <summary>About the same.</summary>
    public double Approximate { get; private init; }

    /// <summary>The targets whose first rule this is, if it compares with a value.</summary>
    public List<int> Targets { get; } = [];

    public Regex? Pattern { get; init; }

    public PathNode? Original { get; init; }

    public string? Problem { get; private init; }

    public static CompiledRule Broken(string problem) => new(RuleKind.Broken, null) { Problem = problem };

    public static CompiledRule Comparing(RuleKind kind, RuleField field, string value)
    {
        field.IsCompared = true;
        var number = ExactNumber.Read(value, new char[value.Length], out _);
        return new CompiledRule(kind, field)
        {
            _digits = number.Digits.ToString(),
            _exponent = number.Exponent,
            _isNegative = number.IsNegative,
            Approximate = number.Approximate(new char[value.Length + ExactNumber.KeyOverhead]),
        };
    }
}
