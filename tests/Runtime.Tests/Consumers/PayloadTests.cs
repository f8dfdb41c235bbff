using System.Globalization;
using System.Text;
using Declarative.Consumers;

namespace Declarative.Tests.Consumers;

public sealed class PayloadTests
{
    private const string Full = """
        {
          "sku": "ab", "count": 7, "id": 9007199254740993, "price": 12.30, "weight": 1.5, "paid": true, "day": "2026-01-31",
          "at": "2026-01-31T10:00:00+01:00", "uuid": "0197a1b2-0000-7000-8000-000000000001", "status": "shipped", "address": {"city": "Köln"},
          "items": [{"qty": 1}, {"qty": 2, "stops": [{"city": "a"}, {"city": null}]}], "tags": ["x", "y"]
        }
        """;

    [Fact]
    public void Every_kind_of_field_is_read()
    {
        var order = Read(Full);

        (order.Sku, order.Count, order.Id, order.Price, order.Weight, order.Paid).ShouldBe(("ab", 7, 9007199254740993, 12.30m, 1.5, true));
        order.Day.ShouldBe(new DateOnly(2026, 1, 31));
        order.At.ShouldBe(new DateTimeOffset(2026, 1, 31, 10, 0, 0, TimeSpan.FromHours(1)));
        order.At!.Value.Offset.ShouldBe(TimeSpan.FromHours(1));
        order.Uuid.ShouldBe(Guid.Parse("0197a1b2-0000-7000-8000-000000000001"));
        order.Status.ShouldBe(OrderStatus.Shipped);
        order.Address!.City.ShouldBe("Köln");
        order.Items!.Select(static item => item.Qty).ShouldBe([1, 2]);
        order.Items![1].Stops!.Select(static stop => stop.City).ShouldBe(["a", null]);
        order.Tags.ShouldBe(["x", "y"]);
    }

    [Fact]
    public void What_is_not_there_or_null_is_null()
    {
        Read("""{"sku":"a"}""").ShouldBe(new OrderPayload { Sku = "a" });
        Read("""{"price":null,"status":null,"sku":"a"}""").ShouldBe(new OrderPayload { Sku = "a" });
    }

    [Fact]
    public void A_payload_leaves_nothing_to_the_next()
    {
        Read(Full);
        ProblemsOf("""{"items":[{"stops":[]}],"sku":"","tags":[1,[]]}""").ShouldNotBeEmpty();
        Read("""{"sku":"a"}""").ShouldBe(new OrderPayload { Sku = "a" });
    }

    [Theory]
    [InlineData("count", "\"7\"", 7)]
    [InlineData("count", "7.0", 7)]
    [InlineData("count", "\"\\u0037\"", 7)]
    [InlineData("count", "-0", 0)]
    [InlineData("id", "\"-9223372036854775808\"", long.MinValue)]
    [InlineData("paid", "1", true)]
    [InlineData("paid", "\"1\"", true)]
    [InlineData("paid", "\"true\"", true)]
    [InlineData("paid", "0", false)]
    [InlineData("paid", "\"0\"", false)]
    [InlineData("paid", "\"false\"", false)]
    [InlineData("weight", "\"1e-3\"", 0.001)]
    [InlineData("sku", "\"\\u0061\\ud83d\\ude00\"", "a😀")]
    public void Scalars_are_cast_as_everywhere_on_the_wire(string field, string json, object expected)
    {
        var order = Read(field == "sku" ? $$"""{"sku":{{json}} }""" : $$"""{"{{field}}":{{json}},"sku":"a"}""");
        new object?[] { order.Sku, order.Count, order.Id, order.Paid, order.Weight }.ShouldContain(expected);
    }

    [Theory]
    [InlineData("7", "7")]
    [InlineData("1.50", "1.50")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    public void Numbers_and_booleans_are_texts_too(string json, string expected) =>
        Read($$"""{"address":{"city":{{json}} },"sku":"a"}""").Address!.City.ShouldBe(expected);

    [Theory]
    [InlineData("0.5")]
    [InlineData("1.234567890123456789012345678")]
    [InlineData("\"79228162514264337593543950335\"")]
    public void Decimals_are_exact(string json) =>
        Read($$"""{"price":{{json}},"sku":"a"}""").Price!.Value.ToString(CultureInfo.InvariantCulture).ShouldBe(json.Trim('"'));

    [Theory]
    [InlineData("2026-01-31 10:00:00", "2026-01-31T10:00:00.0000000+00:00")]
    [InlineData("2026-01-31 10:00:00.25", "2026-01-31T10:00:00.2500000+00:00")]
    [InlineData("2026-01-31T10:00:00Z", "2026-01-31T10:00:00.0000000+00:00")]
    [InlineData("2026-01-31t10:00:00.123456789z", "2026-01-31T10:00:00.1234567+00:00")]
    [InlineData("2024-02-29T23:59:59-14:00", "2024-02-29T23:59:59.0000000-14:00")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.0000000+00:00")]
    public void Moments_are_RFC_3339_or_as_Commerce_writes_them(string text, string expected) =>
        Read($$"""{"sku":"a","at":"{{text}}"}""").At!.Value.ToString("O", CultureInfo.InvariantCulture).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("2026-01-31")]
    [InlineData("2026-01-31T10:00:00")]
    [InlineData("2026-01-31T10:00")]
    [InlineData("2026-02-29T10:00:00Z")]
    [InlineData("2026-13-01T10:00:00Z")]
    [InlineData("2026-01-31T24:00:00Z")]
    [InlineData("2026-01-31T10:60:00Z")]
    [InlineData("2026-01-31T10:00:60Z")]
    [InlineData("2026-01-31T10:00:00.Z")]
    [InlineData("2026-01-31T10:00:00+14:01")]
    [InlineData("2026-01-31T10:00:00+1:00")]
    [InlineData("2026-01-31T10:00:00+-1:00")]
    [InlineData("2026-01-31T10:00:00Zx")]
    [InlineData("2026-01-3aT10:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    public void Other_moments_are_refused(string text) =>
        ProblemsOf($$"""{"sku":"a","at":"{{text}}"}""").ShouldBe(["at must be a moment like 2026-01-31T10:00:00Z or 2026-01-31 10:00:00"]);

    [Theory]
    [InlineData("{}", "sku is missing")]
    [InlineData("""{"sku":null}""", "sku must not be null")]
    [InlineData("""{"sku":""}""", "sku must be at least 1 character long")]
    [InlineData("""{"sku":"aaaaaaaaa"}""", "sku must be at most 8 characters long")]
    [InlineData("""{"sku":"Ab"}""", "sku does not match ^[a-z]")]
    [InlineData("""{"sku":{}}""", "sku must be a text")]
    [InlineData("""{"sku":"\ud800"}""", "sku is no Unicode text")]
    [InlineData("""{"sku":"a","sku":"b"}""", "sku is there more than once")]
    [InlineData("""{"sku":"a","count":null}""", "count must not be null")]
    [InlineData("""{"sku":"a","count":1.5}""", "count must be a whole number")]
    [InlineData("""{"sku":"a","count":"1x"}""", "count must be a whole number")]
    [InlineData("""{"sku":"a","count":""}""", "count must be a whole number")]
    [InlineData("""{"sku":"a","count":true}""", "count must be a whole number")]
    [InlineData("""{"sku":"a","count":[7]}""", "count must be a whole number")]
    [InlineData("""{"sku":"a","count":2147483648}""", "count must be a whole number from -2147483648 to 2147483647")]
    [InlineData("""{"sku":"a","count":-1}""", "count must be at least 0")]
    [InlineData("""{"sku":"a","count":101}""", "count must be at most 100")]
    [InlineData("""{"sku":"a","id":9223372036854775808}""", "id must be a whole number from -9223372036854775808 to 9223372036854775807")]
    [InlineData("""{"sku":"a","price":"x"}""", "price must be a number")]
    [InlineData("""{"sku":"a","price":"NaN"}""", "price must be a number")]
    [InlineData("""{"sku":"a","price":1e30}""", "price must be a number from -79228162514264337593543950335 to 79228162514264337593543950335")]
    [InlineData("""{"sku":"a","price":0.4}""", "price must be at least 0.5")]
    [InlineData("""{"sku":"a","weight":2.6}""", "weight must be at most 2.5")]
    [InlineData("""{"sku":"a","weight":"x"}""", "weight must be a number")]
    [InlineData("""{"sku":"a","weight":"NaN"}""", "weight must be a number that is finite")]
    [InlineData("""{"sku":"a","weight":"Infinity"}""", "weight must be a number that is finite")]
    [InlineData("""{"sku":"a","weight":-1e999}""", "weight must be a number that is finite")]
    [InlineData("""{"sku":"a","paid":2}""", "paid must be true or false")]
    [InlineData("""{"sku":"a","paid":"yes"}""", "paid must be true or false")]
    [InlineData("""{"sku":"a","day":"2026-02-30"}""", "day must be a day like 2026-01-31")]
    [InlineData("""{"sku":"a","day":20260131}""", "day must be a day like 2026-01-31")]
    [InlineData("""{"sku":"a","uuid":"0197a1b2000070008000000000000001"}""", "uuid must be a UUID")]
    [InlineData("""{"sku":"a","uuid":"0197a1b2-0000-7000-8000-0000000000012"}""", "uuid must be a UUID")]
    [InlineData("""{"sku":"a","status":"Shipped"}""", "status is not one of: pending, shipped")]
    [InlineData("""{"sku":"a","address":[]}""", "address must be an object")]
    [InlineData("""{"sku":"a","address":{"town":1}}""", "address.town is not known here")]
    [InlineData("""{"sku":"a","items":{}}""", "items must be a list")]
    [InlineData("""{"sku":"a","items":[]}""", "items must hold at least 1 element")]
    [InlineData("""{"sku":"a","items":[{"qty":1},{"qty":1},{"qty":1},"anything"]}""", "items must hold at most 3 elements")]
    [InlineData("""{"sku":"a","items":[{"qty":1},null]}""", "items[1] must not be null")]
    [InlineData("""{"sku":"a","items":[{"qty":1},{}]}""", "items[1].qty is missing")]
    [InlineData("""{"sku":"a","items":[{"qty":1,"stops":[{},{"city":[]}]}]}""", "items[0].stops[1].city must be a text")]
    [InlineData("""{"sku":"a","tags":["x","toolong"]}""", "tags[1] must be at most 5 characters long")]
    [InlineData("null", " must not be null")]
    [InlineData("[]", " must be an object")]
    [InlineData("7", " must be an object")]
    public void A_problem_is_told_with_its_place(string json, string problem) => ProblemsOf(json).ShouldBe([problem]);

    [Fact]
    public void All_problems_are_told_at_once() =>
        ProblemsOf("""{"count":-1,"items":[{"qty":"x"},{}],"status":"lost"}""").ShouldBe(
            ["count must be at least 0", "items[0].qty must be a whole number", "items[1].qty is missing", "status is not one of: pending, shipped", "sku is missing"]);

    [Fact]
    public void No_more_than_twenty_problems_are_told() =>
        ProblemsOf("""{"tags":[""" + string.Join(',', Enumerable.Repeat("[]", 500)) + "]}").Count.ShouldBe(20);

    [Fact]
    public void A_character_outside_of_the_first_plane_counts_once()
    {
        Read("""{"sku":"a😀😀😀😀😀😀😀"}""");
        ProblemsOf("""{"sku":"a😀😀😀😀😀😀😀😀"}""").ShouldBe(["sku must be at most 8 characters long"]);
    }

    [Fact]
    public void Unknown_fields_are_passed_over_with_all_that_they_hold() =>
        Read("""{"x":{"sku":1,"y":[{}]},"sku":"a","x":[],"\ud800":0}""").ShouldBe(new OrderPayload { Sku = "a" });

    [Fact]
    public void Names_may_be_spelled_with_escapes_and_stand_in_any_order() =>
        Read("""{"id":1,"c\u006funt":2,"sk\u0075":"a"}""").ShouldBe(new OrderPayload { Sku = "a", Count = 2, Id = 1 });

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"sku":"a"} x""")]
    [InlineData("""{"sku":"a","count":-1,}""")]
    [InlineData("""{"sku":"a"/**/}""")]
    [InlineData("""{"x":01}""")]
    public void Broken_JSON_is_one_problem(string json) => ProblemsOf(json).ShouldHaveSingleItem().ShouldStartWith(" is no valid JSON");

    [Fact]
    public void Bytes_that_are_no_UTF8_are_told()
    {
        var problems = new List<FieldProblem>();
        byte[] json = [.. "{\"sku\":\"a"u8, 0xFF, .. "\",\""u8, 0xC0, .. "\":1}"u8];
        OrderPayload.Shape.TryRead(json, out _, problems).ShouldBeFalse();
        problems.ShouldBe([new("sku", "is no Unicode text")]);
    }

    [Fact]
    public void Depth_is_limited_to_64()
    {
        Read("""{"sku":"a","x":""" + new string('[', 63) + new string(']', 63) + "}");
        ProblemsOf("""{"sku":"a","x":""" + new string('[', 64) + new string(']', 64) + "}").ShouldHaveSingleItem().ShouldContain("deeper than 64 levels");
    }

    [Fact]
    public void A_payload_may_be_a_list()
    {
        var shape = OrderPayload.LineItem.Shape.List();
        var problems = new List<FieldProblem>();

        shape.TryRead("""[{"qty":1},{"qty":"2"}]"""u8, out var items, problems).ShouldBeTrue();
        items!.Select(static item => item.Qty).ShouldBe([1, 2]);

        shape.TryRead("""[{"qty":1},{"qty":[]},7]"""u8, out _, problems).ShouldBeFalse();
        problems.ShouldBe([new("[1].qty", "must be a whole number"), new("[2]", "must be an object")]);
    }

    [Fact]
    public void A_wide_object_is_read_too()
    {
        var names = Enumerable.Range(0, 300).Select(static number => $"f{number}").ToList();
        var shape = new PayloadShape<List<int?>>([.. names.Select(static name => new PayloadField(name, FieldKind.Int))], static values => [.. Enumerable.Range(0, 300).Select(values.Int)]);
        shape.TryRead(Encoding.UTF8.GetBytes("{" + string.Join(',', names.AsEnumerable().Reverse().Select(static name => $"\"{name}\":{name[1..]}")) + "}"), out var read, []).ShouldBeTrue();
        read.ShouldBe(Enumerable.Range(0, 300).Select(static number => (int?)number));
    }

    [Fact]
    public void Only_what_the_payload_consists_of_is_allocated()
    {
        var shape = new PayloadShape<OrderPayload>(
            [new("sku", FieldKind.String), new("count", FieldKind.Int), new("price", FieldKind.Decimal), new("at", FieldKind.DateTime)],
            static values => new OrderPayload { Sku = values.String(0)!, Count = values.Int(1), Price = values.Decimal(2), At = values.DateTime(3) });
        var json = """{"sku":"abcdefgh","count":7,"unknown":{"a":[1,2,3]},"price":12.30,"at":"2026-01-31T10:00:00Z"}"""u8.ToArray();
        var problems = new List<FieldProblem>();
        shape.TryRead(json, out var first, problems);
        var made = GC.GetAllocatedBytesForCurrentThread();
        _ = first! with { Sku = new string('x', 8) };
        made = GC.GetAllocatedBytesForCurrentThread() - made;

        var before = GC.GetAllocatedBytesForCurrentThread();
        shape.TryRead(json, out _, problems).ShouldBeTrue();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(made);
    }

    [Theory]
    [InlineData("(?=a)")]
    [InlineData("(")]
    public void A_pattern_that_can_not_be_matched_in_linear_time_is_refused(string pattern) =>
        Should.Throw<ArgumentException>(() => new PayloadShape<object>([new("sku", FieldKind.String) { Pattern = pattern }], static _ => new object())).Message.ShouldContain("'sku'");

    private static OrderPayload Read(string json)
    {
        var problems = new List<FieldProblem>();
        OrderPayload.Shape.TryRead(Encoding.UTF8.GetBytes(json), out var payload, problems).ShouldBeTrue(string.Join('\n', problems));
        problems.ShouldBeEmpty();
        return payload!;
    }

    private static List<string> ProblemsOf(string json)
    {
        var problems = new List<FieldProblem>();
        OrderPayload.Shape.TryRead(Encoding.UTF8.GetBytes(json), out var payload, problems).ShouldBeFalse();
        payload.ShouldBeNull();
        return problems.ConvertAll(static problem => $"{problem.Path} {problem.Problem}");
    }
}
