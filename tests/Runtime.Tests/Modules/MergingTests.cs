using Declarative.Merging;

namespace Declarative.Tests.Modules;

/// <summary>The merge that all declarations share, told with a declaration that has attributes, text and children.</summary>
public sealed class MergingTests
{
    private sealed record Event(string Name, string? Parent, string? Text, IReadOnlyList<Field> Fields);

    private sealed record Field(string Name, string? Converter);

    /// <summary>What the later one states wins, what it leaves out stays, children are merged by the same means.</summary>
    private static List<Event> Merge(params Event[] inLoadOrder) => KeyedMerge.Merge(
        inLoadOrder,
        one => one.Name,
        (earlier, later) => new Event(
            earlier.Name,
            later.Parent ?? earlier.Parent,
            later.Text ?? earlier.Text,
            KeyedMerge.Merge(earlier.Fields.Concat(later.Fields), field => field.Name, (a, b) => new Field(a.Name, b.Converter ?? a.Converter))));

    [Fact]
    public void What_is_stated_again_is_combined_and_keeps_its_place()
    {
        var merged = Merge(
            new Event("a", "p", "first", [new Field("id", "x"), new Field("sku", null)]),
            new Event("b", null, null, []),
            new Event("a", null, "second", [new Field("sku", "y"), new Field("qty", null)]));

        merged.Select(one => one.Name).ShouldBe(["a", "b"]);
        merged[0].Parent.ShouldBe("p");
        merged[0].Text.ShouldBe("second");
        merged[0].Fields.ShouldBe([new Field("id", "x"), new Field("sku", "y"), new Field("qty", null)]);
    }

    [Fact]
    public void Keys_compare_as_told()
    {
        KeyedMerge.Merge(["A", "a"], one => one, (_, later) => later).ShouldBe(["A", "a"]);
        KeyedMerge.Merge(["A", "a"], one => one, (_, later) => later, StringComparer.OrdinalIgnoreCase).ShouldBe(["a"]);
    }

    [Theory]
    [InlineData("resurces", "resources")]
    [InlineData("Resource", "resources")]
    [InlineData("srevice", "service")]
    [InlineData("IGreeting", "IGreetings")]
    [InlineData("elsewhere", null)]
    public void The_nearest_name_is_the_one_that_was_most_likely_meant(string name, string? expected) =>
        NearestName.Find(name, ["Greeting", "IGreetings", "name", "payload", "resources", "service"]).ShouldBe(expected);
}
