using Declarative.Consumers;

namespace Declarative.Tests.Consumers;

/// <summary>Names of any length and case find their route, and no other.</summary>
public sealed class ConsumerRouterTests
{
    [Fact]
    public void Every_name_finds_its_own_route_in_any_case()
    {
        var names = Enumerable.Range(0, 3_000).Select(static number => new string('a', number % 40) + number).ToList();
        var router = Router(names);
        foreach (var name in names)
        {
            router.Find(name)!.Name.ShouldBe(name);
            router.Find(name.ToUpperInvariant())!.Name.ShouldBe(name);
            router.Find("com.adobe.commerce.observer." + name)!.Name.ShouldBe(name);
        }
    }

    /// <summary>What differs in the bit alone that tells the case of letters is another name all the same.</summary>
    [Theory]
    [InlineData("a@b", "a`b")]
    [InlineData("a[b.longer_than_eight", "a{b.longer_than_eight")]
    [InlineData("product_1", "product\u0011_1")]
    [InlineData("straße", "strasse")]
    public void Alike_is_not_the_same(string declared, string asked)
    {
        Router([declared]).Find(asked).ShouldBeNull();
        Router([declared]).Find(declared).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("unknown")]
    public void What_is_not_declared_is_not_found(string name)
    {
        Router([]).Find(name).ShouldBeNull();
        Router(["known"]).Find(name).ShouldBeNull();
    }

    private static ConsumerRouter Router(IEnumerable<string> names) =>
        new(names.Select(static name => new ConsumerRoute(name, [ConsumedEventRow.Stub<string>(new ConsumedEvent("product", name, "Handler", "etc/event_consumers.xml"), null)])), null);
}
