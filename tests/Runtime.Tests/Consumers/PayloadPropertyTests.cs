using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Declarative.Consumers;
using FsCheck;
using FsCheck.Fluent;

namespace Declarative.Tests.Consumers;

/// <summary>Whatever comes: what the declaration allows is read as System.Text.Json reads it, and nothing throws.</summary>
public sealed class PayloadPropertyTests
{
    private const int Runs = 3_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter<OrderStatus>() } };

    // Pieces of what is meant, glued in any way, get further in than noise does.
    private static readonly string[] Pieces =
        ["{", "}", "[", "]", ",", ":", "\"sku\":", "\"items\":[", "\"qty\":1", "\"count\":", "\"address\":{", "\"at\":", "\"uuid\":", "\"price\":", "\"s\\u006bu\":", "\"\\ud800\":", "\"\\ud800\"", "\"a\"", "1", "-0", "1e999", "1e-999", "0.1", "true", "null", "\"1\"", "\"1e5000000000\"", "\"-\"", "\".\"", "\"+1\"", " ", "\n", "\u00e9", "😀", "/*", "99999999999999999999", "\"2026-01-31 10:00:00\""];

    [Fact]
    public void Valid_payloads_are_read_as_the_serializer_reads_them()
    {
        var property = Prop.ForAll(Orders().ToArbitrary(), static text =>
        {
            var problems = new List<FieldProblem>();
            OrderPayload.Shape.TryRead(Encoding.UTF8.GetBytes(text), out var read, problems).ShouldBeTrue(string.Join('\n', problems));
            JsonSerializer.Serialize(read, Json).ShouldBe(JsonSerializer.Serialize(JsonSerializer.Deserialize<OrderPayload>(text, Json), Json));
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs), property);
    }

    [Fact]
    public void Nothing_throws()
    {
        var property = Prop.ForAll(Gen.Elements(Pieces).ListOf().Select(string.Concat).ToArbitrary(), static text => ReadOrTell(Encoding.UTF8.GetBytes(text)));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs), property);
    }

    [Fact]
    public void Nothing_throws_where_bytes_of_a_valid_payload_are_changed()
    {
        var changes = Gen.Choose(0, 10_000).Zip(Gen.Choose(0, 255)).ListOf(3);
        var property = Prop.ForAll(Orders().Zip(changes).ToArbitrary(), static changed =>
        {
            var bytes = Encoding.UTF8.GetBytes(changed.Item1);
            foreach (var (place, value) in changed.Item2)
                bytes[place % bytes.Length] = (byte)value;
            ReadOrTell(bytes);
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs), property);
    }

    private static void ReadOrTell(byte[] json)
    {
        var problems = new List<FieldProblem>();
        var isRead = OrderPayload.Shape.TryRead(json, out var payload, problems);
        isRead.ShouldBe(payload is not null);
        problems.Count.ShouldBeInRange(isRead ? 0 : 1, isRead ? 0 : PayloadReader.MaxProblems);
    }

    private static Gen<string> Orders() =>
        from sku in Gen.Elements("\"a\"", "\"ab😀\"", "\"a\\u00e9\\\"\"", "\"a\\/\\n\"")
        from others in Gen.Shuffle(Others).Zip(Gen.Choose(0, Others.Length), static (all, count) => all.Take(count))
        from gap in Gen.Elements("", " ", "\n\t")
        select "{" + gap + string.Join("," + gap, others.DistinctBy(static field => field.Split(':')[0]).Append("\"sku\":" + gap + sku)) + gap + "}";

    private static readonly string[] Others =
        [
            "\"count\":0", "\"count\":100", "\"id\":-9223372036854775808", "\"id\":\"12\"", "\"price\":null", "\"price\":0.50", "\"price\":79228162514264337593543950335", "\"weight\":-1.5e-7", "\"weight\":2.5",
            "\"paid\":true", "\"paid\":false", "\"day\":\"2024-02-29\"", "\"at\":\"2026-01-31T10:00:00.1234567-03:30\"", "\"at\":\"2026-01-31T10:00:00Z\"", "\"uuid\":\"0197A1B2-0000-7000-8000-00000000000f\"",
            "\"status\":\"pending\"", "\"status\":null", "\"address\":{}", "\"address\":{\"city\":null}", "\"address\":{\"city\":\"\\u00d6\"}", "\"items\":[{\"qty\":1}]", "\"items\":[{\"stops\":[],\"qty\":-1},{\"qty\":2,\"other\":[[]],\"stops\":[{},{\"city\":\"x\"}]}]",
            "\"tags\":[]", "\"tags\":[\"a\",\"😀😀😀😀😀\"]", "\"unknown\":{\"sku\":[1,{\"a\":null}]}",
        ];
}
