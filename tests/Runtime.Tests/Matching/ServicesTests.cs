using System.Text.Json.Nodes;
using Declarative.Matching;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Matching;

/// <summary>Code of the host's: contexts, converters, processors.</summary>
public sealed class ServicesTests : IDisposable
{
    private readonly LogLines _log = new();
    private readonly Asked _asked = new();
    private readonly Dictionary<string, IFieldConverter> _converters = new() { ["Shop.Upper"] = new Upper(), ["Shop.Broken"] = new BrokenConverter() };
    private readonly Dictionary<string, IEventProcessor> _processors = new() { ["P.A"] = new Adding("a"), ["P.B"] = new Adding("b"), ["P.C"] = new Adding("c"), ["P.Broken"] = new BrokenProcessor(), ["P.Null"] = new NullProcessor() };

    public void Dispose() => _log.Dispose();

    private MatchServices Services => new(_converters.GetValueOrDefault, _processors.GetValueOrDefault, name => name == "asked" ? _asked : name == "broken" ? throw new InvalidOperationException("no constructor") : null, _log);

    [Theory]
    [InlineData("context_asked.get_id", "get_id()", "7")]
    [InlineData("context_asked.get_quote.get_id", "get_quote() get_id()", "null")]
    [InlineData("context_asked.get_id{a:b c:1.5/x}", "get_id(a|b c|1.5/x)", "7")]
    [InlineData("context_asked.get_id{}", "get_id()", "7")]
    [InlineData("context_asked.customer[name,address.city]", "customer()", """{"name":"Ann","address":{"city":"Ulm"}}""")]
    [InlineData("context_asked.customer[nope, address.nope]", "customer()", """{"nope":null,"address":{"nope":null}}""")]
    [InlineData("context_asked.customer{1}[orders.id]", "customer(1)", """{"orders":[{"id":1},{"id":2}]}""")]
    [InlineData("context_asked.orders[id]", "orders()", """[{"id":1},{"id":2}]""")]
    [InlineData("context_asked.get_id[x]", "get_id()", "7")]
    public async Task A_context_is_asked_for_what_the_expression_says(string expression, string calls, string expected)
    {
        (await Project([new("id"), new("c.value") { Source = expression }])).ShouldBeJson($$"""{"id":5,"c":{"value":{{expected}} } }""");
        _asked.Calls.ShouldBe([calls]);
        _log.All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("context_asked", "is no context expression")]
    [InlineData("context_.get_id", "is no context expression")]
    [InlineData("context_asked.", "can't be read")]
    [InlineData("context_asked.a..b", "can't be read")]
    [InlineData("context_asked.a.", "can't be read")]
    [InlineData("context_asked.a{x", "a '}' is missing")]
    [InlineData("context_asked.a[x", "can't be read")]
    [InlineData("context_asked.a[x].b", "can't be read")]
    [InlineData("context_asked.a[]", "can't be read")]
    [InlineData("context_other.a", "the context 'other' is not registered; call AddEventContext")]
    [InlineData("context_broken.a", "no constructor")]
    [InlineData("context_asked.throw", "as asked")]
    public async Task What_a_context_does_not_give_is_null_and_logged(string expression, string problem)
    {
        (await Project([new("value") { Source = expression }])).ShouldBe("""{"value":null}""");
        _log.All.ShouldHaveSingleItem().ShouldContain(problem);
        (await Plans.MatchAsync([Plans.Target([], [new(expression, "equal", "")])], "{}", services: Services)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_context_is_asked_once_for_an_event_and_only_if_needed()
    {
        SubscriptionRule never = new("id", "equal", "6"), context = new("context_asked.get_id", "equal", "7");
        var plan = MatchPlan.Compile(
            [
                Plans.Target([new("x") { Source = "context_asked.other" }], [never]),
                Plans.Target([], [never, new("context_asked.third", "equal", "7")]),
                Plans.Target([new("a") { Source = "context_asked.get_id" }], [context]),
                Plans.Target([new("a") { Source = "context_asked.get_id" }], [new("context_asked.get_id", "greaterThan", "6"), new("context_asked.get_id", "onChange", "old")]),
                Plans.Target([], [new("context_asked.get_id", "in", "1,2")]),
            ],
            Services);
        for (var i = 1; i < 3; i++)
        {
            var matched = await plan.MatchAsync("""{"id":5,"_origData":{"old":6}}"""u8.ToArray(), default, 0, Guid.Empty, "e", default);
            matched.Select(one => one.Target).ShouldBe([2, 3]);
            matched[0].Payload.ShouldBeSameAs(matched[1].Payload);
            _asked.Calls.ShouldBe(Enumerable.Repeat("get_id()", i));
        }
    }

    [Fact]
    public async Task Converters_get_each_value()
    {
        const string payload = """{"sku":"a","tags":["x","y"],"items":[{"sku":"b"},{"sku":"c"},{}]}""";
        SubscriptionField[] fields = [new("sku") { Converter = "Shop.Upper" }, new("tags[]") { Converter = @"\Shop\Upper" }, new("items[].sku") { Converter = "Shop.Upper" }, new("nope") { Converter = "Shop.Upper" }, new("c") { Source = "context_asked.name", Converter = "Shop.Upper" }];
        (await Plans.ProjectAsync(Plans.Target(fields, name: "mine"), payload, services: Services))
            .ShouldBeJson("""{"sku":"mine:A","tags":["mine:X","mine:Y"],"items":[{"sku":"mine:B"},{"sku":"mine:C"},{"sku":"mine:"}],"nope":"mine:","c":"mine:ANN"}""");
        (await Plans.ProjectAsync(Plans.Target([new("*"), fields[0], new("items[].sku") { Converter = "Shop.Upper" }], name: "mine"), payload, services: Services))
            .ShouldBeJson("""{"sku":"mine:A","tags":["x","y"],"items":[{"sku":"mine:B"},{"sku":"mine:C"},{"sku":"mine:"}]}""");
    }

    [Fact]
    public async Task A_failing_converter_leaves_the_value()
    {
        (await Project([new("id") { Converter = "Shop.Broken" }])).ShouldBe("""{"id":5}""");
        _log.All.ShouldHaveSingleItem().ShouldContain("Shop.Broken");
    }

    [Fact]
    public async Task Processors_run_in_order_of_priority()
    {
        SubscriptionProcessor[] processors = [new("P.C", 5), new("P.A", 5), new("P.B", -1), new(@"P\A"), new("P.B")];
        (await Plans.ProjectAsync(Plans.Target([new("ran")], processors: processors), """{"ran":"","more":1}""", services: Services)).ShouldBe("""{"ran":"abbca"}""");
        (await Plans.ProjectAsync(Plans.Target([], processors: processors), """{"ran":"","more":1,"more":2}""", services: Services)).ShouldBe("""{"ran":"abbca","more":2}""");
    }

    [Theory]
    [InlineData("P.Broken", "InvalidOperationException: out of order")]
    [InlineData("P.Null", "gave null")]
    [InlineData("P.Unknown", "the processor 'P.Unknown' is not registered; call AddEventProcessor")]
    public async Task A_failing_processor_fails_its_subscription_alone(string name, string problem)
    {
        var matched = await Plans.MatchAsync([Plans.Target([], processors: new SubscriptionProcessor(name)), Plans.Target([])], "{}", services: Services);
        matched.Select(one => one.End).ShouldBe([MatchEnd.Failed, MatchEnd.Deliver]);
        matched[0].Failure.ShouldNotBeNull().ShouldContain(problem);
    }

    [Fact]
    public async Task An_unknown_converter_fails_its_subscription_alone()
    {
        var matched = await Plans.MatchAsync([Plans.Target([new("id") { Converter = "Shop.Nope" }]), Plans.Target([new("id")])], "{}", services: Services);
        matched.Select(one => one.End).ShouldBe([MatchEnd.Failed, MatchEnd.Deliver]);
        matched[0].Failure.ShouldBe("field 'id': the converter 'Shop.Nope' is not registered; call AddFieldConverter");
    }

    [Fact]
    public async Task Cancelling_is_no_failure()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        foreach (var target in new[] { Plans.Target([new("x") { Source = "context_asked.cancel" }]), Plans.Target([], processors: new SubscriptionProcessor("P.A")) })
        {
            var plan = MatchPlan.Compile([target], Services);
            await Should.ThrowAsync<OperationCanceledException>(async () => await plan.MatchAsync("{}"u8.ToArray(), default, 0, Guid.Empty, "e", cancelled.Token));
        }
    }

    private Task<string> Project(SubscriptionField[] fields) => Plans.ProjectAsync(Plans.Target(fields), """{"id":5}""", services: Services);

    private sealed class Asked : IEventContext
    {
        public List<string> Calls { get; } = [];

        public async ValueTask<JsonNode?> GetAsync(IReadOnlyList<ContextCall> calls, MatchedEvent matched, CancellationToken cancellationToken)
        {
            Calls.Add(string.Join(' ', calls.Select(call => $"{call.Name}({string.Join('|', call.Arguments)})")));
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            return calls[^1].Name switch
            {
                "throw" => throw new InvalidOperationException("as asked"),
                "get_id" when calls.Count == 1 => 7,
                "name" => "ann",
                "customer" => JsonNode.Parse("""{"name":"Ann","age":3,"address":{"city":"Ulm","zip":"1"},"orders":[{"id":1,"x":1},{"id":2}]}"""),
                "orders" => JsonNode.Parse("""[{"id":1,"x":1},{"id":2}]"""),
                _ => null,
            };
        }
    }

    private sealed class Upper : IFieldConverter
    {
        public JsonNode? Convert(JsonNode? value, MatchedEvent matched) => $"{matched.SubscriptionName}:{value?.GetValue<string>().ToUpperInvariant()}";
    }

    private sealed class BrokenConverter : IFieldConverter
    {
        public JsonNode? Convert(JsonNode? value, MatchedEvent matched) => throw new InvalidOperationException("out of order");
    }

    private sealed class Adding(string letter) : IEventProcessor
    {
        public ValueTask<JsonNode> ProcessAsync(JsonNode data, MatchedEvent matched, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            data["ran"] = data["ran"]?.GetValue<string>() + letter;
            return new(data);
        }
    }

    private sealed class BrokenProcessor : IEventProcessor
    {
        public ValueTask<JsonNode> ProcessAsync(JsonNode data, MatchedEvent matched, CancellationToken cancellationToken) => throw new InvalidOperationException("out of order");
    }

    private sealed class NullProcessor : IEventProcessor
    {
        public ValueTask<JsonNode> ProcessAsync(JsonNode data, MatchedEvent matched, CancellationToken cancellationToken) => new((JsonNode)null!);
    }
}
