using System.Text.Json;
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

    private sealed record Sample(int EntityId, string? DisplayName, bool IsActive);
}
