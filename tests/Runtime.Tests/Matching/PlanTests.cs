using System.Diagnostics;
using System.Text;
using Declarative.Matching;
using Declarative.Subscriptions;

namespace Declarative.Tests.Matching;

/// <summary>What holds for many subscriptions at once, and for payloads that mean harm.</summary>
public sealed class PlanTests
{
    [Theory]
    [InlineData(0, new[] { 0, 1, 2 })]
    [InlineData(1, new[] { 0, 1 })]
    [InlineData(3, new[] { 0 })]
    public async Task Stores_get_their_own_events(int storeId, int[] expected) =>
        (await Plans.MatchAsync([Plans.Target([], storeId: 0), Plans.Target([], storeId: 1), Plans.Target([], storeId: 2)], "{}", storeId: storeId))
            .Select(one => one.Target).ShouldBe(expected);

    [Fact]
    public async Task Equal_projections_are_the_same_bytes()
    {
        var matched = await Plans.MatchAsync([Plans.Fields(["id", "a"]), Plans.Fields(["id", "a"], name: "b"), Plans.Fields(["a", "id"]), Plans.Fields(["*"]), Plans.Fields(["*"])], """{"id":1,"a":2,"_origData":3}""");
        matched[0].Payload.ShouldBeSameAs(matched[1].Payload);
        matched[0].Payload.ShouldNotBeSameAs(matched[2].Payload);
        matched[3].Payload.ShouldNotBeNull().ShouldBeSameAs(matched[4].Payload);
    }

    [Fact]
    public async Task Events_do_not_see_each_others_values()
    {
        var plan = MatchPlan.Compile([Plans.Fields(["a", "l[].x", "_origData"], [new("a", "in", "1,2")])], Plans.NoServices);
        async Task<string> Match(string payload, string original = "") =>
            string.Concat((await plan.MatchAsync(Encoding.UTF8.GetBytes(payload), Encoding.UTF8.GetBytes(original), 0, default, "e", default)).Select(one => Encoding.UTF8.GetString(one.Payload!)));
        (await Match("""{"a":1,"l":[{"x":1},{"x":2}]}""", """{"_origData":5}""")).ShouldBe("""{"a":1,"l":[{"x":1},{"x":2}],"_origData":5}""");
        (await Match("""{"a":3}""")).ShouldBeEmpty();
        (await Match("""{"a":2,"l":[{}]}""")).ShouldBe("""{"a":2,"l":[{"x":null}],"_origData":null}""");
        (await Match("""{"l":[{}]}""")).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_plan_serves_many_threads()
    {
        var plan = MatchPlan.Compile([.. Enumerable.Range(0, 50).Select(i => Plans.Fields(["id", "l[].x"], [new("id", "equal", i.ToString())]))], Plans.NoServices);
        await Parallel.ForAsync(0, 2_000, async (i, token) =>
        {
            var id = i % 100;
            var payload = Encoding.UTF8.GetBytes($$"""{"l":[{{string.Join(',', Enumerable.Repeat($"{{\"x\":{id}}}", id))}}],"id":{{id}}}""");
            var matched = await plan.MatchAsync(payload, default, 0, default, "e", token);
            if (id >= 50)
                matched.ShouldBeEmpty();
            else
                Encoding.UTF8.GetString(matched.ShouldHaveSingleItem().Payload!).ShouldBe($$"""{"id":{{id}},"l":[{{string.Join(',', Enumerable.Repeat($"{{\"x\":{id}}}", id))}}]}""");
        });
    }

    [Fact]
    public void Subscriptions_that_do_not_match_allocate_nothing()
    {
        var payload = """{"id":5,"name":"tent","price":33.330,"big":12345678901234567890,"is":true,"items":[{"sku":"A"},{"sku":"B"}],"t":"\u00e9x","customer":{"group":{"id":1}}}"""u8.ToArray();
        var original = """{"_isNew":false,"_origData":{"id":5}}"""u8.ToArray();
        string[] operators = ["equal", "in", "greaterThan", "lessThan", "regex", "onChange"];
        var targets = Enumerable.Range(0, 600).Select(i => (i % 6) switch
        {
            0 => new SubscriptionRule("name", "equal", "no" + i),
            1 => new SubscriptionRule("price", "in", $"{i},{i + 1}.5,x"),
            2 => new SubscriptionRule("big", "greaterThan", $"9{i}345678901234567890123"),
            3 => new SubscriptionRule("customer.group.id", "lessThan", $"-{i}"),
            4 => new SubscriptionRule("t", "regex", $"/^no{i}$/"),
            _ => new SubscriptionRule("id", "onChange", ""),
        }).Select(rule => Plans.Fields(["id", "items[].sku", "*"], [rule])).ToList();
        var plan = MatchPlan.Compile(targets, Plans.NoServices);

        Allocated(plan, payload, original).ShouldBe(0);
    }

    private static long Allocated(MatchPlan plan, byte[] payload, byte[] original)
    {
        void Match()
        {
            var matching = plan.MatchAsync(payload, original, 1, Guid.Empty, "e", CancellationToken.None);
            if (!matching.IsCompletedSuccessfully || matching.Result.Count != 0)
                throw new InvalidOperationException("None should match.");
        }

        for (var i = 0; i < 50; i++)
            Match();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
            Match();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public async Task Payloads_as_deep_as_JSON_may_be_are_read()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":[", 31)) + "1" + string.Concat(Enumerable.Repeat("]}", 31));
        var path = string.Join('.', Enumerable.Repeat("a[]", 31));
        (await Plans.ProjectAsync([path], deep)).ShouldBe(deep);
        (await Plans.ProjectAsync(["a"], deep)).ShouldBe(deep);
        (await Plans.ProjectAsync(["x=" + path], deep)).ShouldContain("1");
    }

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":1}}")]
    [InlineData("")]
    [InlineData("{\"a\":1} {}")]
    [InlineData("deep")]
    public async Task What_is_no_JSON_or_too_deep_fails_all_who_look_into_it(string payload)
    {
        if (payload == "deep")
            payload = "{\"a\":" + new string('[', 100_000);
        var matched = await Plans.MatchAsync([Plans.Fields(["a"]), Plans.Target([], [new("a", "equal", "1")]), Plans.Fields(["a"], storeId: 2)], payload, storeId: 1);
        matched.Select(one => (one.Target, one.End)).ShouldBe([(0, MatchEnd.Failed), (1, MatchEnd.Failed)]);
        matched[0].Failure.ShouldNotBeNull().ShouldStartWith("the payload can't be read: ");
    }

    [Fact]
    public async Task Nobody_looks_into_a_payload_that_all_get_as_it_is() =>
        (await Plans.MatchAsync([Plans.Target([])], "no JSON")).ShouldHaveSingleItem().End.ShouldBe(MatchEnd.Deliver);

    [Fact]
    public async Task Paths_deeper_than_payloads_may_be_are_refused()
    {
        var path = string.Join('.', Enumerable.Repeat("a[]", 33));
        (await Plans.MatchAsync([Plans.Fields([path])], "{}")).ShouldHaveSingleItem().Failure.ShouldNotBeNull().ShouldContain("32 at most");
        (await Plans.ProjectAsync([string.Join('.', Enumerable.Repeat("a[]", 32))], "{}")).ShouldBe("""{"a":null}""".Replace("null", "[]", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/^(a+)+$/")]
    [InlineData("/^(a+)+\\1$/")]
    [InlineData("/(?=(a+)+$)b/")]
    public async Task A_hostile_pattern_can_not_hold_up_anybody(string pattern)
    {
        var clock = Stopwatch.StartNew();
        var result = await Plans.HoldsAsync("f", "regex", pattern, $$"""{"f":"{{new string('a', 5_000)}}b"}""");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        if (result is string error)
            error.ShouldContain("the pattern took longer than 100 ms");
        else
            result.ShouldBe(false);
    }

    [Fact]
    public async Task Many_hostile_patterns_can_not_either()
    {
        var targets = Enumerable.Range(0, 500).Select(i => Plans.Target([], [new("f", "regex", $"/^(a+)+\\1{{{i + 1}}}c?$/")])).ToList();
        var clock = Stopwatch.StartNew();
        var matched = await Plans.MatchAsync(targets, $$"""{"f":"{{new string('a', 5_000)}}b"}""");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        matched.Count.ShouldBe(500);
        matched.ShouldAllBe(one => one.End == MatchEnd.RuleError);
        matched[^1].Failure.ShouldNotBeNull().ShouldContain("the event's patterns took longer than 500 ms");
    }

    [Fact]
    public async Task Large_numbers_and_lists_take_time_in_proportion_only()
    {
        var clock = Stopwatch.StartNew();
        (await Plans.HoldsAsync("f", "greaterThan", "1", $$"""{"f":{{new string('9', 1_000_000)}}}""")).ShouldBe(true);
        (await Plans.HoldsAsync("f", "equal", "1e99999999999999999999", $$"""{"f":1e999999999}""")).ShouldBe(false);
        (await Plans.HoldsAsync("f", "regex", "/^1[.]0E[+]999999999$/", $$"""{"f":1e999999999}""")).ShouldBe(true);
        var list = "{\"l\":[" + string.Join(',', Enumerable.Repeat("{\"x\":1}", 100_000)) + "]}";
        (await Plans.ProjectAsync(["l[].x"], list)).ShouldBe(list);
        var numbered = "{\"l\":{" + string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"{i}\":{{\"x\":1}}")) + "}}";
        (await Plans.ProjectAsync(["l[].x"], numbered)).ShouldBe(list);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }
}
