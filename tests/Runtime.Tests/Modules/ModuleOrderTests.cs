using System.Text.Json;
using Declarative.Merging;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Modules;

public sealed class ModuleOrderTests
{
    [Fact]
    public void The_order_is_that_of_a_real_installation()
    {
        var golden = Resource.Json("module-order.json");
        var sequences = golden.GetProperty("sequence").EnumerateObject().ToDictionary(
            module => module.Name,
            module => (IReadOnlyList<string>)[.. module.Value.EnumerateArray().Select(name => name.GetString()!)]);
        var expected = golden.GetProperty("expectedOrder").EnumerateArray().Select(name => name.GetString()!).ToList();

        expected.Count.ShouldBeGreaterThan(300);
        ModuleOrder.Sort(sequences).Where(expected.Contains).ShouldBe(expected);
    }

    [Fact]
    public void A_circle_is_shown_whole() =>
        Should.Throw<CircularSequenceException>(() => ModuleOrder.Sort(new Dictionary<string, IReadOnlyList<string>>
        {
            ["A"] = ["B"],
            ["B"] = ["C"],
            ["C"] = ["A"],
        })).Message.ShouldBe("Circular sequence: A -> B -> C -> A.");
}
