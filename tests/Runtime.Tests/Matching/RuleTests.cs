using Declarative.Matching;
using Declarative.Subscriptions;

namespace Declarative.Tests.Matching;

public sealed class RuleTests
{
    private static string Payload(string value) => $$"""{"f":{{value}},"other":1}""";

    [Theory]
    [InlineData("tent", "\"tent\"", true)]
    [InlineData("ten", "\"tent\"", false)]
    [InlineData("Tent", "\"tent\"", false)]
    [InlineData("tent", "\"t\\u0065nt\"", true)]
    [InlineData("33.33", "33.33", true)]
    [InlineData("33.33", "33.330", true)]
    [InlineData("33.330", "\"33.33\"", true)]
    [InlineData("10", "1e1", true)]
    [InlineData("1e1", "\"10\"", true)]
    [InlineData(" 10 ", "10", true)]
    [InlineData(".5", "0.5", true)]
    [InlineData("-0", "0", true)]
    [InlineData("0", "\"\"", false)]
    [InlineData("10abc", "10", false)]
    [InlineData("0x10", "16", false)]
    [InlineData("9007199254740993", "9007199254740992", false)]
    [InlineData("9007199254740993", "9007199254740993", true)]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567891", false)]
    [InlineData("1", "true", true)]
    [InlineData("1.0", "true", true)]
    [InlineData("true", "true", false)]
    [InlineData("0", "false", true)]
    [InlineData("", "false", false)]
    [InlineData("", "null", true)]
    [InlineData("0", "null", false)]
    [InlineData("", "\"\"", true)]
    public async Task Equal(string value, string field, bool expected) =>
        (await Plans.HoldsAsync("f", "equal", value, Payload(field))).ShouldBe(expected);

    [Theory]
    [InlineData("10", "10.33", true)]
    [InlineData("10.33", "10.33", false)]
    [InlineData("33.333", "10.33", false)]
    [InlineData("9007199254740992", "9007199254740993", true)]
    [InlineData("9", "\"10\"", true)]
    [InlineData("11", "\"12 pieces\"", true)]
    [InlineData("-1", "\"many\"", true)]
    [InlineData("many", "1", true)]
    [InlineData("-2", "-1", true)]
    [InlineData("-1", "-2", false)]
    [InlineData("0", "true", true)]
    [InlineData("0", "null", false)]
    [InlineData("-1", "null", true)]
    [InlineData("1e300", "1e301", true)]
    [InlineData("1e400", "1e401", true)]
    [InlineData("0.1", "0.10000000000000000001", true)]
    public async Task Greater_and_less(string value, string field, bool isGreater)
    {
        (await Plans.HoldsAsync("f", "greaterThan", value, Payload(field))).ShouldBe(isGreater);
        if (isGreater)
            (await Plans.HoldsAsync("f", "lessThan", value, Payload(field))).ShouldBe(false);
    }

    [Theory]
    [InlineData("20", "7", true)]
    [InlineData("10.33", "33.333", false)]
    [InlineData("7", "7", false)]
    public async Task Less(string value, string field, bool expected) =>
        (await Plans.HoldsAsync("f", "lessThan", value, Payload(field))).ShouldBe(expected);

    [Theory]
    [InlineData("new, open", "\"new\"", true)]
    [InlineData("new, open", "\"open\"", false)]
    [InlineData("new, open", "\" open\"", true)]
    [InlineData("1, 2.50", "2.5", true)]
    [InlineData("a,,b", "\"\"", true)]
    [InlineData("a,b", "\"a,b\"", false)]
    [InlineData("0,1", "true", true)]
    public async Task In(string value, string field, bool expected) =>
        (await Plans.HoldsAsync("f", "in", value, Payload(field))).ShouldBe(expected);

    [Theory]
    [InlineData("/.*en.*/", "\"rope\"", false)]
    [InlineData("/^TV .*/i", "\"tv stand\"", true)]
    [InlineData("#a/b#", "\"a/b\"", true)]
    [InlineData("{^x$}", "\"x\"", true)]
    [InlineData("/.*3.*/", "33333", true)]
    [InlineData("/.*4.*/", "3.5", false)]
    [InlineData("/^3[.]5$/", "3.50", true)]
    [InlineData("/^1000$/", "1e3", true)]
    [InlineData("/^1[.]0E[+]25$/", "1e25", true)]
    [InlineData("/^0[.]0012$/", "0.00120", true)]
    [InlineData("/^1$/", "true", true)]
    [InlineData("/^$/", "false", true)]
    [InlineData("/^$/", "null", true)]
    [InlineData("/(?<!x)tent/", "\"a tent\"", true)]
    [InlineData("/(a)\\1/", "\"aa\"", true)]
    [InlineData("/^.$/u", "\"\\u00e9\"", true)]
    public async Task Regex(string value, string field, bool expected) =>
        (await Plans.HoldsAsync("f", "regex", value, Payload(field))).ShouldBe(expected);

    [Theory]
    [InlineData("1", "1", false)]
    [InlineData("1", "2", true)]
    [InlineData("10", "\"10.0\"", false)]
    [InlineData("true", "1", false)]
    [InlineData("false", "\"0\"", false)]
    [InlineData("\"10\"", "\"10.0\"", true)]
    [InlineData("\"a\"", "\"\\u0061\"", false)]
    [InlineData("9007199254740993", "9007199254740992", true)]
    [InlineData("null", "null", false)]
    [InlineData("null", "\"\"", true)]
    [InlineData("0", "null", true)]
    [InlineData("{\"a\":1,\"b\":[1,2.0]}", "{\"b\":[1,2],\"a\":\"1\"}", false)]
    [InlineData("{\"a\":1}", "{\"a\":1,\"b\":null}", true)]
    [InlineData("[1,2]", "[2,1]", true)]
    [InlineData("[]", "{}", true)]
    [InlineData("\"\\ud800\"", "\"\\ud801\"", true)]
    public async Task Change(string value, string original, bool expected)
    {
        var state = $$"""{"_isNew":false,"_origData":{"f":{{original}},"old":{"f":{{original}} } } }""";
        (await Plans.HoldsAsync("f", "onChange", "", Payload(value), state)).ShouldBe(expected);
        (await Plans.HoldsAsync("f", "onChange", "old.f", Payload(value), state)).ShouldBe(expected);
        (await Plans.HoldsAsync("f", "onChange", "_origData.old.f", Payload(value), state)).ShouldBe(expected);
        (await Plans.HoldsAsync("f", "onChange", "", $$"""{"f":{{value}},"_origData":{"f":{{original}} } }""")).ShouldBe(expected);
    }

    [Fact]
    public async Task New_entities_changed_and_missing_originals_are_null()
    {
        (await Plans.HoldsAsync("f", "onChange", "", Payload("1"), """{"_isNew":true}""")).ShouldBe(true);
        (await Plans.HoldsAsync("nope", "onChange", "", Payload("1"), """{"_isNew":true}""")).ShouldBe(false);
        (await Plans.HoldsAsync("f", "onChange", "", Payload("1"), """{"_isNew":false,"_origData":{}}""")).ShouldBe(true);
        (await Plans.HoldsAsync("f", "onChange", "", Payload("null"), """{"_isNew":false,"_origData":{}}""")).ShouldBe(false);
        (await Plans.HoldsAsync("f", "onChange", "", Payload("1"))).ShouldBeOfType<string>().ShouldContain("no original data");
    }

    [Theory]
    [InlineData("equal", "x")]
    [InlineData("in", "x")]
    [InlineData("regex", "/x/")]
    [InlineData("greaterThan", "1")]
    [InlineData("lessThan", "1")]
    public async Task Lists_and_objects_can_not_be_compared(string @operator, string value)
    {
        (await Plans.HoldsAsync("f", @operator, value, Payload("[\"x\"]"))).ShouldBe($"subscription 'observer.test': the rule '{@operator}' on 'f' can't be decided: the field holds a list, the operator compares single values");
        (await Plans.HoldsAsync("f", @operator, value, Payload("{}"))).ShouldBeOfType<string>().ShouldContain("holds an object");
    }

    [Theory]
    [InlineData("f[]", "equal", "1", "a list's elements")]
    [InlineData("f[].x", "equal", "1", "a list's elements")]
    [InlineData("f", "onChange", "a[].b", "a list's elements")]
    [InlineData("f..x", "equal", "1", "is no path")]
    [InlineData("f", "regex", "x", "between delimiters")]
    [InlineData("f", "regex", "/(/", "the pattern is broken")]
    [InlineData("f", "like", "x", "no such operator")]
    [InlineData("context_a.b", "onChange", "", "no original value")]
    public async Task Rules_that_make_no_sense_are_errors_of_their_subscription_alone(string field, string @operator, string value, string problem)
    {
        var matched = await Plans.MatchAsync([Plans.Target([], [new(field, @operator, value)]), Plans.Target([])], Payload("1"));
        matched.Count.ShouldBe(2);
        matched[0].End.ShouldBe(MatchEnd.RuleError);
        matched[0].Failure.ShouldNotBeNull().ShouldContain(problem);
        matched[1].End.ShouldBe(MatchEnd.Deliver);
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("f.deeper")]
    [InlineData("list.sku")]
    public async Task A_missing_path_never_holds(string field)
    {
        foreach (var (@operator, value) in new[] { ("equal", ""), ("in", ""), ("regex", "/.*/"), ("greaterThan", "-1"), ("lessThan", "1"), ("onChange", "") })
            (await Plans.HoldsAsync(field, @operator, value, """{"f":1,"list":[{"sku":1}]}""", """{"_isNew":true}""")).ShouldBe(false);
    }

    [Fact]
    public async Task All_rules_must_hold_and_the_first_that_does_not_decides()
    {
        SubscriptionRule yes = new("f", "equal", "1"), no = new("f", "equal", "2"), error = new("list", "equal", "2");
        (string Name, SubscriptionRule[] Rules)[] cases = [("none", []), ("yes", [yes]), ("yes yes", [yes, new("other", "lessThan", "2")]), ("yes no", [yes, no]), ("no error", [no, error]), ("error no", [error, no])];
        var matched = await Plans.MatchAsync([.. cases.Select(one => Plans.Target([], one.Rules, name: one.Name))], """{"f":1,"other":1,"list":[]}""");
        matched.Select(one => (cases[one.Target].Name, one.End)).ShouldBe([("none", MatchEnd.Deliver), ("yes", MatchEnd.Deliver), ("yes yes", MatchEnd.Deliver), ("error no", MatchEnd.RuleError)]);
    }
}
