using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Declarative.Benchmarks.Measuring;
using Declarative.Matching;
using Declarative.Subscriptions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Declarative.Benchmarks.Matching;

/// <summary>An event's payload to what each of 1,000 subscriptions gets of it.</summary>
internal static class MatchSuite
{
    private const int Subscriptions = 1_000;

    public static IReadOnlyList<Figure> Run()
    {
        var payload = OrderPayload.Make();
        var figures = new List<Figure> { new("size of the payload", payload.Length, "B") };
        foreach (var (percent, what, isGreater) in new[] { (0, "0 % match", false), (0, "0 % match, greaterThan", true), (10, "10 % match", false), (100, "100 % match", false) })
        {
            var subscriptions = isGreater ? Greater() : Make(percent);
            var plan = Plan(subscriptions);
            using var byHand = new MatchYardstick(subscriptions);
            Check(plan, byHand, payload, percent);
            var calls = percent == 100 ? 20 : 100;
            var compared = Rounds.Compare(() => Microseconds(calls, () => Match(plan, payload)), () => Microseconds(calls, () => byHand.Match(payload)), rounds: 31, warmUp: 20);
            figures.Add(Figure.RatioAtMost(1 / 3.0, $"{Subscriptions:#,0} subscriptions, {what} (yardstick: one JsonDocument)", "µs", compared));
            if (percent == 0)
                figures.Add(Figure.AtMost(0, "- allocated by 1,000 such events", Allocated(plan, payload), "B"));
        }

        var one = Plan([([new("increment_id"), new("customer.email"), new("items[].sku")], new("status", "equal", "processing"))]);
        var walk = Rounds.Compare(() => Microseconds(2_000, () => Match(one, payload)), () => Microseconds(2_000, () => Walk(payload)), rounds: 41, warmUp: 20);
        figures.Add(Figure.RatioAtMost(2, "one subscription that matches (yardstick: a bare reader)", "µs", walk));
        return figures;
    }

    /// <summary>
    /// Rules on one of five members, most on the status; of those that shall not match none does. Fields differ from
    /// subscription to subscription, so that hardly two get the same.
    /// </summary>
    private static List<(IReadOnlyList<SubscriptionField> Fields, SubscriptionRule Rule)> Make(int percentMatching)
    {
        (string Field, string Value)[] rules = [("status", "processing"), ("store_id", "1"), ("customer.group.code", "wholesale"), ("grand_total", "164.5"), ("status", "processing")];
        var names = OrderPayload.Fields;
        var made = new List<(IReadOnlyList<SubscriptionField>, SubscriptionRule)>();
        for (var i = 0; i < Subscriptions; i++)
        {
            var (field, value) = rules[i % rules.Length];
            var isMatching = i % 100 < percentMatching;
            IReadOnlyList<SubscriptionField> fields = [new(names[i % names.Length]), new(names[(i + 1 + (i / names.Length % 7)) % names.Length]), new(names[(i + 9 + (i / (7 * names.Length))) % names.Length])];
            made.Add((fields, new SubscriptionRule(field, "equal", isMatching ? value : value.Length > 1 && !char.IsAsciiDigit(value[0]) ? $"{value}_{i}" : $"{i + 1_000}")));
        }

        return made;
    }

    /// <summary>The same with 1,000 different thresholds, which must be compared one by one.</summary>
    private static List<(IReadOnlyList<SubscriptionField> Fields, SubscriptionRule Rule)> Greater() =>
        [.. Make(0).Select((one, i) => (one.Fields, new SubscriptionRule("grand_total", "greaterThan", $"{i + 200}.50")))];

    private static MatchPlan Plan(IEnumerable<(IReadOnlyList<SubscriptionField> Fields, SubscriptionRule Rule)> subscriptions) => MatchPlan.Compile(
        [.. subscriptions.Select((one, i) => new MatchTarget(i, "observer.order", 0, one.Fields, [one.Rule], []))],
        new MatchServices(_ => null, _ => null, _ => null, NullLogger.Instance));

    private static IReadOnlyList<Matched> Match(MatchPlan plan, byte[] payload)
    {
        var matching = plan.MatchAsync(payload, default, 0, Guid.Empty, "observer.order", CancellationToken.None);
        return matching.IsCompletedSuccessfully ? matching.Result : throw new InvalidOperationException("Nothing is waited for here.");
    }

    private static void Check(MatchPlan plan, MatchYardstick byHand, byte[] payload, int percent)
    {
        var matched = Match(plan, payload);
        var length = matched.Sum(one => one.Payload!.Length);
        if (matched.Count != Subscriptions * percent / 100 || length != byHand.Match(payload))
            throw new InvalidOperationException($"{matched.Count} match with {length} bytes; by hand it is {byHand.Match(payload)} bytes.");
    }

    private static double Allocated(MatchPlan plan, byte[] payload)
    {
        for (var i = 0; i < 100; i++)
            Match(plan, payload);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            Match(plan, payload);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Walk(byte[] payload)
    {
        var reader = new Utf8JsonReader(payload);
        while (reader.Read())
        {
        }
    }

    private static double Microseconds(int calls, Action action)
    {
        var start = Stopwatch.GetTimestamp();
        for (var call = 0; call < calls; call++)
            action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls;
    }
}

/// <summary>An order of about 2 KB.</summary>
internal static class OrderPayload
{
    /// <summary>What subscriptions choose from: values, an object, values in objects and lists. No two have a parent in common, which the yardstick would write twice.</summary>
    public static string[] Fields { get; } =
    [
        "increment_id", "status", "state", "store_id", "grand_total", "subtotal", "tax_amount", "discount_amount", "created_at", "updated_at",
        "customer.email", "billing_address.city", "shipping_address", "items[].sku", "payment.method", "currency", "weight", "shipping_method", "coupon_code", "entity_id", "is_virtual", "history[].comment",
    ];

    public static byte[] Make()
    {
        var address = """{"firstname":"Ann","lastname":"Smith","street":["12 High Street","Second floor"],"city":"Springfield","postcode":"12345","country_id":"US","telephone":"555-0100"}""";
        var items = string.Join(',', Enumerable.Range(1, 6).Select(i => $$"""{"item_id":{{i}},"sku":"SKU-{{i:0000}}","qty_ordered":{{i}},"price":{{i * 7}}.50,"product":{"name":"A thing of number {{i}}","weight":{{i}}.25} }"""));
        return Encoding.UTF8.GetBytes($$"""{"entity_id":4711,"increment_id":"000004711","status":"processing","state":"open","store_id":1,"grand_total":164.50,"subtotal":147.00,"tax_amount":12.50,"discount_amount":0,"currency":"USD","weight":5.25,"created_at":"2026-11-22T08:00:00Z","updated_at":"2026-11-22T08:00:01Z","shipping_method":"flatrate_flatrate","coupon_code":null,"is_virtual":false,"customer":{"id":99,"email":"ann@shop.test","firstname":"Ann","lastname":"Smith","group":{"id":2,"code":"wholesale"} },"billing_address":{{address}},"shipping_address":{{address}},"items":[{{items}}],"payment":{"method":"card","amount":164.50,"additional":["4","11","2030"]},"history":[{"comment":"Order placed.","created_at":"2026-11-22T08:00:00Z","is_notified":true},{"comment":"Payment captured.","created_at":"2026-11-22T08:00:01Z","is_notified":false}]}""");
    }
}
