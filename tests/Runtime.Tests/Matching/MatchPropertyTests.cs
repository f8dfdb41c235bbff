using System.Text;
using System.Text.Json.Nodes;
using Declarative.Matching;
using Declarative.Subscriptions;
using FsCheck;
using FsCheck.Fluent;

namespace Declarative.Tests.Matching;

/// <summary>Whatever the payload and the subscriptions: one walk for all gives what a tree of nodes gives for each.</summary>
public sealed class MatchPropertyTests
{
    private const int Runs = 1_500;

    private static readonly string[] Names = ["a", "a", "a", "b", "b", "c", "größe", "base64_encoded_data", "_origData"];

    /// <summary>The same names as JSON may spell them.</summary>
    private static readonly string[] Spellings = ["\"a\"", "\"a\"", "\"a\"", "\"b\"", "\"\\u0061\"", "\"b\"", "\"b\"", "\"c\"", "\"größe\"", "\"gr\\u00f6\\u00DFe\"", "\"other\"", "\"\\ud83d\\ude00\"", "\"base64_encoded_data\"", "\"base64\\u005fencoded_data\"", "\"_origData\"", "\"_isNew\""];

    private static readonly string[] Scalars = ["null", "true", "false", "0", "-0", "1", "1.0", "10e-1", "-5", "2.50", "9007199254740992", "9007199254740993", "1e20", "\"\"", "\"1\"", "\" 1\"", "\"1e0\"", "\"2.5\"", "\"1x\"", "\"x\"", "\"\\u0078\"", "\"\\\"y\\\\\"", "\"é\\n\""];

    private static readonly string[] RuleValues = ["", "0", "1", "01.0", " 1", "1x", "x", "2.5", "-5", "9007199254740993", "100000000000000000000", "x,1", "1,2.50,", "é\n", "\"y\\", ".5", "1e0"];

    private static readonly string[] RuleOperators = ["equal", "in", "greaterThan", "lessThan", "onChange"];

    private sealed record Case(string Payload, string Original, IReadOnlyList<MatchTarget> Targets)
    {
        public override string ToString() =>
            $"{Payload}\n{Original}\n" + string.Join('\n', Targets.Select(target => string.Join(' ', target.Fields.Select(field => field.Source is null ? field.Name : $"{field.Name}={field.Source}")) + " | " + string.Join(' ', target.Rules)));
    }

    private static Gen<string> Json(int depth)
    {
        var scalar = Gen.Elements(Scalars);
        if (depth == 0)
            return scalar;
        var space = Gen.Elements("", "", " ", "\n");
        var inner = Json(depth - 1);
        var list =
            from count in Gen.Choose(0, 3)
            from values in inner.ListOf(count)
            from gap in space
            select "[" + gap + string.Join("," + gap, values) + gap + "]";
        return Gen.Frequency((2, scalar), (2, list), (5, Object(inner)));
    }

    private static Gen<string> Object(Gen<string> values) =>
        from count in Gen.Choose(0, 6)
        from names in Gen.Elements(Spellings).ListOf(count)
        from members in values.ListOf(count)
        from gap in Gen.Elements("", "", " ", "\n")
        select "{" + gap + string.Join("," + gap, names.Zip(members, (name, value) => name + gap + ":" + gap + value)) + gap + "}";

    private static Gen<string> Path(bool mayHaveLists) =>
        from count in Gen.Choose(1, 4)
        from names in Gen.Elements(Names).ListOf(count)
        from lists in Gen.Elements(false, false, mayHaveLists).ListOf(count)
        select string.Join('.', names.Zip(lists, (name, isList) => isList ? name + "[]" : name));

    private static Gen<SubscriptionField> Field(int number) => Gen.Frequency(
        (5, Path(true).Select(path => new SubscriptionField(path))),
        (1, Gen.Constant(new SubscriptionField("*"))),
        (2, from path in Path(true)
            from form in Gen.Elements("", ".y", "[].y")
            select new SubscriptionField($"x{number}{(form == "[].y" && !path.Contains("[]", StringComparison.Ordinal) ? ".y" : form)}") { Source = path }));

    private static Gen<SubscriptionRule> Rule() =>
        from path in Path(false)
        from name in Gen.Elements(RuleOperators)
        from value in Gen.Elements(RuleValues)
        from originalPath in Gen.OneOf(Gen.Constant(""), Path(false))
        where !originalPath.StartsWith("_origData", StringComparison.Ordinal)
        select new SubscriptionRule(path, name, name == "onChange" ? originalPath : value);

    private static Gen<MatchTarget> Target() =>
        from fieldCount in Gen.Choose(0, 5)
        from fields in Gen.CollectToList(Enumerable.Range(0, fieldCount), Field)
        from ruleCount in Gen.Elements(0, 0, 1, 1, 2)
        from rules in Rule().ListOf(ruleCount)
        from storeId in Gen.Elements(0, 1, 2)
        select Plans.Target([.. fields], [.. rules], storeId);

    private static Gen<Case> Cases() =>
        from payload in Gen.Frequency((12, Object(Json(3))), (1, Json(2)))
        from old in Object(Json(2))
        from original in Gen.Elements("", "{\"_isNew\":true}", "{\"_isNew\":false,\"_origData\":" + old + "}")
        from count in Gen.Choose(1, 12)
        from targets in Target().ListOf(count)
        select new Case(payload, original, [.. targets]);

    [Fact]
    public void Any_subscriptions_get_what_a_plain_implementation_gives() => Check(one =>
    {
        var data = ReferenceMatcher.Data(one.Payload, one.Original);
        var outcomes = Match(one.Targets, one).ToDictionary(matched => matched.Target);
        for (var i = 0; i < one.Targets.Count; i++)
        {
            var target = one.Targets[i];
            var holds = target.StoreId is 0 or 1 ? ReferenceMatcher.Holds(target.Rules, data) : false;
            var isThere = outcomes.TryGetValue(i, out var outcome);
            isThere.ShouldBe(holds != false, $"target {i} of\n{one}");
            if (!isThere)
                continue;
            if (holds is null)
                outcome.End.ShouldBe(MatchEnd.RuleError, $"target {i} of\n{one}");
            else if (outcome.End == MatchEnd.Failed)
                IsContradiction(target).ShouldBeTrue($"target {i} of\n{one}\n{outcome.Failure}");
            else if (target.Fields.Count == 0)
                outcome.Payload.ShouldBeNull();
            else
                ShouldBeEqual(outcome.Payload, ReferenceMatcher.Project(target.Fields, data), i, one);
        }
    });

    [Fact]
    public void All_at_once_get_what_each_gets_alone() => Check(one =>
    {
        var together = Match(one.Targets, one).ToDictionary(matched => matched.Target);
        for (var i = 0; i < one.Targets.Count; i++)
        {
            var alone = Match([one.Targets[i]], one);
            together.ContainsKey(i).ShouldBe(alone.Count == 1, $"target {i} of\n{one}");
            if (alone.Count == 0)
                continue;
            (together[i].End, together[i].Failure, Text(together[i].Payload)).ShouldBe((alone[0].End, alone[0].Failure, Text(alone[0].Payload)), $"target {i} of\n{one}");
        }
    });

    [Fact]
    public void A_plan_that_has_seen_other_events_answers_as_a_new_one() => Check(one =>
    {
        var plan = MatchPlan.Compile(one.Targets, Plans.NoServices);
        Match(plan, one with { Payload = """{"a":{"b":[1,{"c":1}],"c":[]},"b":"x","c":[[{"a":1}]],"_origData":{"a":1}}""", Original = "" });
        Match(plan, one).Select(Describe).ShouldBe(Match(one.Targets, one).Select(Describe), one.ToString());

        static string Describe(Matched matched) => $"{matched.Target} {matched.End} {matched.Failure} {Text(matched.Payload)}";
    });

    private static string? Text(byte[]? payload) => payload is null ? null : Encoding.UTF8.GetString(payload);

    private static IReadOnlyList<Matched> Match(IReadOnlyList<MatchTarget> targets, Case one) => Match(MatchPlan.Compile(targets, Plans.NoServices), one);

    private static IReadOnlyList<Matched> Match(MatchPlan plan, Case one)
    {
        var matching = plan.MatchAsync(Encoding.UTF8.GetBytes(one.Payload), Encoding.UTF8.GetBytes(one.Original), 1, Guid.Empty, "e", CancellationToken.None);
        return matching.IsCompletedSuccessfully ? matching.Result : throw new InvalidOperationException("Nothing is waited for here.");
    }

    private static void ShouldBeEqual(byte[]? actual, JsonNode? expected, int target, Case one)
    {
        var text = actual is null ? one.Payload : Encoding.UTF8.GetString(actual);
        JsonNode.DeepEquals(ReferenceMatcher.Parse(text), expected).ShouldBeTrue($"target {target} got\n{text}\ninstead of\n{expected?.ToJsonString() ?? "null"}\nof\n{one}");
    }

    /// <summary>Whether one place is wanted as a list and as an object.</summary>
    private static bool IsContradiction(MatchTarget target)
    {
        var next = new Dictionary<string, bool>();
        foreach (var field in target.Fields)
        {
            var place = "";
            foreach (var segment in field.Name.Split('.'))
            {
                if (place.Length > 0 && !next.TryAdd(place.TrimEnd('[', ']'), place.EndsWith("[]", StringComparison.Ordinal)) && next[place.TrimEnd('[', ']')] != place.EndsWith("[]", StringComparison.Ordinal))
                    return true;
                place += (place.Length > 0 ? "." : "") + segment;
            }

            if (place.EndsWith("[]", StringComparison.Ordinal) && !next.TryAdd(place.TrimEnd('[', ']'), true) && !next[place.TrimEnd('[', ']')])
                return true;
        }

        return false;
    }

    private static void Check(Action<Case> check) =>
        Prop.ForAll(Cases().ToArbitrary(), check).Check(Config.QuickThrowOnFailure.WithMaxTest(Runs).WithEndSize(100));
}
