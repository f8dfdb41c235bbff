using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Declarative.Json;

namespace Declarative.Tests.Json;

public sealed class WireJsonTests
{
    private readonly JsonSerializerOptions _json = new WireJson([], []).Options;

    [Fact]
    public void Names_are_snake_case_and_nulls_are_left_out() =>
        JsonSerializer.Serialize(new Sample(1, null, true), _json).ShouldBe("""{"entity_id":1,"is_active":true}""");

    [Theory]
    [InlineData("""{"entity_id":"5","display_name":7,"is_active":1}""", 5, "7", true)]
    [InlineData("""{"entity_id":5,"display_name":"x","is_active":"0"}""", 5, "x", false)]
    [InlineData("""{"entity_id":5,"display_name":1.50,"is_active":"true"}""", 5, "1.50", true)]
    public void Scalars_are_cast_as_the_originals_cast_them(string text, int id, string name, bool isActive) =>
        JsonSerializer.Deserialize<Sample>(text, _json).ShouldBe(new Sample(id, name, isActive));

    [Theory]
    [InlineData("""{"is_active":2}""")]
    [InlineData("""{"is_active":"yes"}""")]
    [InlineData("""{"entity_id":"five"}""")]
    [InlineData("""{"display_name":[]}""")]
    [InlineData("""{"entity_id":1,"entity_id":2}""")]
    public void What_can_not_be_meant_is_refused(string text) =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Sample>(text, _json));

    [Fact]
    public void Depth_is_limited_to_64()
    {
        var deep = new string('[', 65) + new string(']', 65);
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<JsonElement>(deep, _json));
    }

    [Theory]
    [InlineData(typeof(int))]
    [InlineData(typeof(bool?))]
    [InlineData(typeof(string))]
    [InlineData(typeof(Guid))]
    [InlineData(typeof(DateTimeOffset))]
    [InlineData(typeof(long[]))]
    [InlineData(typeof(List<string>))]
    [InlineData(typeof(byte[]))]
    [InlineData(typeof(JsonElement))]
    public void Common_argument_types_need_no_reflection(Type type) =>
        PrimitiveResolver.Instance.GetTypeInfo(type, _json).ShouldNotBeNull();

    [Fact]
    public void A_type_that_can_not_be_carried_is_named() =>
        new WireJson([], []).ProblemOf(typeof(Span<int>)).ShouldNotBeNull();

    /// <summary>What docs/publish.md says of payloads.</summary>
    [Fact]
    public void The_documented_form_is_the_form()
    {
        var parcel = new Parcel(42, Priority.High, new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero), new DateOnly(2026, 11, 24), 1.50m, null, "JD014600003");
        var page = File.ReadAllText(Path.Combine(Root(), "docs/publish.md"));

        page.ShouldContain($"```json\n{JsonSerializer.Serialize(parcel, _json)}\n```");
        page.ShouldContain("public sealed record Parcel(int OrderId, Priority Priority, DateTimeOffset SentAt, DateOnly DueOn, decimal Weight, string? Note, [property: JsonPropertyName(\"trackingNo\")] string TrackingNumber);");
        var named = new WireJson([], [new WireJsonConverter(new JsonStringEnumConverter<Priority>(JsonNamingPolicy.SnakeCaseLower))]).Options;
        JsonSerializer.Serialize(parcel, named).ShouldContain("\"priority\":\"high\"");

        JsonSerializer.Serialize(new Dictionary<string, string?> { ["aKey"] = null }, _json).ShouldBe("""{"aKey":null}""");
        JsonSerializer.Serialize(new List<string?> { null, "é+'<" }, _json).ShouldBe("""[null,"\u00E9\u002B\u0027\u003C"]""");
        JsonSerializer.Serialize(new Scalars(0, false, [], new DateTime(2026, 11, 22, 8, 0, 0), new TimeOnly(8, 0), TimeSpan.FromMinutes(90), [1, 2, 3]), _json)
            .ShouldBe("""{"number":0,"is_it":false,"list":[],"at":"2026-11-22T08:00:00","time":"08:00:00","takes":"01:30:00","bytes":"AQID"}""");
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));

    private enum Priority
    {
        Low,
        High,
    }

    private sealed record Parcel(int OrderId, Priority Priority, DateTimeOffset SentAt, DateOnly DueOn, decimal Weight, string? Note, [property: JsonPropertyName("trackingNo")] string TrackingNumber);

    private sealed record Scalars(int Number, bool IsIt, List<int> List, DateTime At, TimeOnly Time, TimeSpan Takes, byte[] Bytes);

    private sealed record Sample(int EntityId, string? DisplayName, bool IsActive);
}
