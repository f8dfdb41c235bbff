using Declarative.Events;
using Declarative.Modules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Declarative.Tests.Modules;

public sealed class RegistryTests
{
    [Fact]
    public void A_later_module_in_sequence_replaces_the_service_and_adds_resources()
    {
        var registry = Registry([() => Module("Z_Override", ["A_Base"], Event("order.saved", typeof(IDisposable), "B::b")), () => Module("A_Base", [], Event("order.saved", typeof(IComparable), "A::a"))]);

        var descriptor = registry.Events.ShouldHaveSingleItem();
        descriptor.Service.ShouldBe(typeof(IDisposable));
        descriptor.Resources.ShouldBe(["A::a", "B::b"]);
        registry.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void An_override_with_other_parameters_is_named_with_both_assemblies()
    {
        var registry = Registry(
            [
                () => Module("A_Base", [], Event("order.saved", typeof(IComparable), "A::a")),
                () => Module("B_Override", ["A_Base"], Event("order.saved", typeof(IDisposable), "A::a", new ServiceParameter("orderNumber", typeof(string)))),
            ]);

        var problem = registry.Problems.ShouldHaveSingleItem();
        problem.ShouldContain("'order.saved'");
        problem.ShouldContain("'A_Base.dll'");
        problem.ShouldContain("'B_Override.dll'");
        problem.ShouldContain("System.String orderNumber");
    }

    [Fact]
    public void A_module_that_is_switched_off_takes_no_part_and_its_events_say_so()
    {
        var registry = Registry([() => Module("A_Base", [], Event("order.saved", typeof(IComparable)))], new() { ["Declarative:Modules:A_Base"] = "false" });

        registry.Events.ShouldBeEmpty();
        Should.Throw<UnknownEventException>(() => registry.Require("order.saved")).Message.ShouldContain("Declarative:Modules:A_Base");
    }

    [Fact]
    public void A_switch_that_is_neither_on_nor_off_is_a_problem() =>
        Registry([() => Module("A_Base", [])], new() { ["Declarative:Modules:A_Base"] = "maybe" }).Problems.ShouldHaveSingleItem().ShouldContain("must be true or false");

    [Fact]
    public void A_manifest_of_an_unknown_format_is_named_with_both_versions()
    {
        var problem = Registry([() => new ModuleManifest("A_Base", 7, "A.Base", "9.9.9")]).Problems.ShouldHaveSingleItem();

        problem.ShouldContain("'A.Base'");
        problem.ShouldContain("format 7");
        problem.ShouldContain("9.9.9");
        problem.ShouldContain(ModuleCatalog.PackageVersion);
    }

    [Fact]
    public void A_circular_sequence_is_a_problem() =>
        Registry([() => Module("A_A", ["B_B"]), () => Module("B_B", ["A_A"])]).Problems.ShouldHaveSingleItem().ShouldContain("A_A -> B_B -> A_A");

    [Fact]
    public void Two_assemblies_with_one_module_name_are_a_problem() =>
        Registry([() => Module("A_A", []), () => Module("A_A", [])]).Problems.ShouldHaveSingleItem().ShouldContain("'A_A'");

    [Theory]
    [InlineData("order.saved")]
    [InlineData("ORDER.saved")]
    [InlineData("observer.order.saved")]
    [InlineData("com.adobe.commerce.order.saved")]
    [InlineData("com.adobe.commerce.observer.order.saved")]
    public void An_event_is_found_in_all_spellings(string name) =>
        Registry([() => Module("A_A", [], Event("order.saved", typeof(IComparable)))]).Find(name)!.Name.ShouldBe("order.saved");

    [Fact]
    public void An_observer_event_is_found_without_its_prefix_and_is_the_same_event()
    {
        var registry = Registry([() => Module("A_A", [], Event("observer.order.saved", typeof(IComparable))), () => Module("B_B", ["A_A"], Event("order.saved", typeof(IDisposable)))]);

        registry.Events.ShouldHaveSingleItem().Service.ShouldBe(typeof(IDisposable));
        registry.Find("observer.order.saved").ShouldBeSameAs(registry.Find("order.saved"));
    }

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        var registry = Registry([() => Module("A_A", [], Event("order.saved", typeof(IComparable)))]);
        string[] names = ["order.saved", "Order.Saved", "com.adobe.commerce.observer.order.saved"];
        LookUp(registry, names, 1_000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        LookUp(registry, names, 10_000);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void A_hot_reload_reads_the_declarations_again_and_keeps_the_former_if_they_are_wrong()
    {
        var events = new List<AsyncEventDescriptor> { Event("order.saved", typeof(IComparable)) };
        var sequence = new List<string>();
        var registry = Registry([() => Module("A_A", sequence, [.. events])]);

        events.Add(Event("order.deleted", typeof(IComparable)));
        registry.Reload();
        registry.Find("order.deleted").ShouldNotBeNull();

        sequence.Add("A_A");
        events.Clear();
        registry.Reload();
        registry.Find("order.deleted").ShouldNotBeNull();
    }

    [Fact]
    public void A_hot_reload_of_declarations_with_errors_takes_nothing_away()
    {
        var isWrong = false;
        var registry = Registry([() => isWrong ? Module("A_A", [], hasErrors: true) : Module("A_A", [], Event("order.saved", typeof(IComparable)))]);

        isWrong = true;
        registry.Reload();
        registry.Find("order.saved").ShouldNotBeNull();
        registry.Modules.ShouldHaveSingleItem().HasErrors.ShouldBeFalse();
    }

    private static void LookUp(EventRegistry registry, string[] names, int times)
    {
        for (var i = 0; i < times; i++)
        {
            foreach (var name in names)
                _ = registry.Find(name) ?? throw new InvalidOperationException(name);
        }
    }

    private static EventRegistry Registry(IReadOnlyList<Func<ModuleManifest>> modules, Dictionary<string, string?>? configuration = null) =>
        new(new ModuleCatalog(modules, new ConfigurationBuilder().AddInMemoryCollection(configuration ?? []).Build()), NullLogger<EventRegistry>.Instance);

    private static ModuleManifest Module(string name, IReadOnlyList<string> sequence, params AsyncEventDescriptor[] events) => Module(name, sequence, hasErrors: false, events);

    private static ModuleManifest Module(string name, IReadOnlyList<string> sequence, bool hasErrors, params AsyncEventDescriptor[] events)
    {
        var manifest = new ModuleManifest(name, ModuleManifest.CurrentFormatVersion, name + ".dll", "0.1.0") { Sequence = sequence, HasErrors = hasErrors };
        foreach (var descriptor in events)
            manifest.Add(descriptor);
        return manifest;
    }

    private static AsyncEventDescriptor Event(string name, Type service, string resource = "A::a", ServiceParameter? parameter = null) => new(name, "etc/async_events.xml")
    {
        Service = service,
        Method = "Get",
        Parameters = [parameter ?? new ServiceParameter("id", typeof(int))],
        Payload = typeof(string),
        Resources = [resource],
        Resolve = static _ => new ValueTask<byte[]?>((byte[]?)null),
    };
}
