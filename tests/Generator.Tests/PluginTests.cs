using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>Plugin events: the decorators that tell of calls, and what can't be one.</summary>
public sealed class PluginTests
{
    private const string Shop = """
        namespace Shop.Sales
        {
            using System.Diagnostics.CodeAnalysis;

            public sealed record Order(int EntityId, string? Note);
            public ref struct Window { }

            public interface IReader<T> { T? Find(int id); int Count { get; } }

            public interface IOrderRepository : IReader<Order>, IDisposable
            {
                string Name { get; set; }
                Order this[int index, string key] { get; set; }
                event EventHandler<Order>? Saved;
                ref int Counter { get; }
                Task<Order> SaveAsync(Order order, CancellationToken cancellationToken = default);
                ValueTask<Order> SaveAsync(Order order, string @class, int result = 1);
                Task DeleteAsync(int orderId, Order? order, CancellationToken cancellationToken);
                void Touch(ref int id, in Order order, out string note);
                Order Restore(int id);
                Task<Order?> LoadAsync(int id);
                void Clear();
                bool TryGet(int id, [NotNullWhen(true)] out Order? order);
                T Map<T>(T value, T? other) where T : class;
                T? Any<T>(T? value);
                TEnum? Enumerate<TEnum, TOther>(TEnum? value, List<TOther?> others) where TEnum : struct, Enum;
                int Fill(Span<byte> bytes, scoped ReadOnlySpan<char> text);
                int Default() => 1;
                static int Helper() => 1;
                private int Own() => 2;
                [Obsolete("Use SaveAsync", true)] void Old();
                (int Id, string? Name)[] Pairs(params int[] ids);
                dynamic? Free(dynamic value);
            }

            public sealed class OrderRepository { public void Save() { } }

            public interface IUnusual { void Save(); static abstract int Make(); }
            public interface ISettable { int Id { get; init; } void Save(); }
            public interface IHiding { internal void Hidden(); void Save(); }
            public interface IOverloaded { int Save(int id); string Save(string id); void Drop(int id); void Drop(string id); }
            public interface IStrange { IntPtr Save(); Task Load(Action action); void Window(Window window); void Generic<T>(T value); Task Async(); }
            public interface InvoiceInterface { Order save(Order order); }
            public static class Nest { public interface IInner { int Do(); } }
        }
        """;

    private static string Event(string name) => $"<event name=\"{name}\"><fields><field name=\"*\"/></fields></event>";

    private static TestProject Project() => new TestProject().Source(Shop);

    [Fact]
    public void A_decorator_forwards_all_and_tells_of_what_is_asked_for() =>
        Project().Subscriptions(string.Concat("save delete touch restore load clear".Split(' ').Select(method => Event("plugin.shop.sales.order_repository." + method))))
            .Run().ShouldBuild()
            .Sources.Single(source => source.Key.StartsWith("PluginEvents", StringComparison.Ordinal)).Value.ShouldMatchSnapshot("Plugins");

    [Theory]
    [InlineData("plugin.shop.sales.invoice.save")]
    [InlineData("com.adobe.commerce.plugin.shop.sales.invoice.save")]
    [InlineData("plugin.shop.sales.nest.inner.do")]
    [InlineData("plugin.shop.sales.strange.async")]
    public void A_name_finds_its_method(string name) => Project().Subscriptions(Event(name)).Run().ShouldBuild().AllSource.ShouldContain("module.AddPlugin<");

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "DCL0043", "<event name=\"[|plugin.shop.sales.order_repositories.save|]\"><fields><field name=\"*\"/></fields></event>", "there is no such interface in this project or its references; did you mean 'plugin.shop.sales.order_repository.save'?" },
        { "DCL0043", "<event name=\"a\" parent=\"[|plugin.shop.sales.order_repository.svae|]\"><fields><field name=\"*\"/></fields></event>", "'Shop.Sales.IOrderRepository' has no method 'svae'; did you mean 'plugin.shop.sales.order_repository.save'?" },
        { "DCL0043", "<event name=\"[|plugin.shop.sales.order.save|]\"><fields><field name=\"*\"/></fields></event>", "'Shop.Sales.Order' is no interface, and only interfaces can be decorated" },
        { "DCL0043", "<event name=\"[|plugin.save|]\"><fields><field name=\"*\"/></fields></event>", "write plugin.<namespace>.<interface>.<method> in snake case" },
        { "DCL0043", "<event name=\"[|plugin.shop.sales.overloaded.save|]\"><fields><field name=\"*\"/></fields></event>", "several methods 'Save' that give different results" },
        { "DCL0043", "<event name=\"[|plugin.shop.sales.overloaded.drop|]\"><fields><field name=\"*\"/></fields></event>", "several methods 'Drop'" },
        { "DCL0043", "<event name=\"[|plugin.shop.sales.strange.generic|]\"><fields><field name=\"*\"/></fields></event>", "has no method 'generic'" },
        { "DCL0017", "<event name=\"[|plugin.shop.sales.strange.save|]\"><fields><field name=\"*\"/></fields></event>", "doesn't carry" },
        { "DCL0017", "<event name=\"[|plugin.shop.sales.strange.load|]\"><fields><field name=\"*\"/></fields></event>", "its argument 'action' can't be sent: 'System.Action' is a delegate" },
        { "DCL0017", "<event name=\"[|plugin.shop.sales.strange.window|]\"><fields><field name=\"*\"/></fields></event>", "lives on the stack only" },
        { "DCL0044", "<event name=\"[|plugin.shop.sales.unusual.save|]\"><fields><field name=\"*\"/></fields></event>", "'Shop.Sales.IUnusual' can't be decorated: its member 'Make' is static and abstract" },
        { "DCL0044", "<event name=\"[|plugin.shop.sales.settable.save|]\"><fields><field name=\"*\"/></fields></event>", "its member 'Id' can only be set when the object is made" },
        { "DCL0039", "<event name=\"plugin.shop.sales.order_repository.save\"><fields><field name=\"[|nte|]\"/></fields></event>", "did you mean 'note'?" },
        { "DCL0039", "<event name=\"plugin.shop.sales.order_repository.delete\"><fields><field name=\"order_id\"/><field name=\"order.[|id|]\"/></fields></event>", "'id' is no field of 'Shop.Sales.Order'" },
        { "DCL0039", "<event name=\"plugin.shop.sales.order_repository.delete\"><fields><field name=\"[|orderid|]\"/></fields></event>", "'orderid' is no field of 'the arguments of Shop.Sales.IOrderRepository.DeleteAsync'; did you mean 'order_id'?" },
        { "DCL0037", "<event name=\"a\" parent=\"plugin.shop.sales.order_repository.save\"><fields><field name=\"*\"/></fields><rules><rule><field>note</field><operator>[|onChange|]</operator><value/></rule></rules></event>", "a plugin event has no original data" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void What_can_not_be_told_is_reported_at_its_place(string id, string marked, string message)
    {
        var file = Marked.Parse($"<config>\n    {marked}\n</config>");
        var run = Project().Xml("etc/io_events.xml", file.Text).Run();

        file.ShouldBeTheOnly(id, run.Diagnostics).GetMessage().ShouldContain(message);
        run.CompileErrors.ShouldBeEmpty();
    }

    [Fact]
    public void An_interface_of_another_assembly_may_have_members_that_nobody_else_can_implement()
    {
        var library = Project().Run().ShouldBuild();
        var run = new TestProject { AssemblyName = "Shop.Loyalty" }.References(library).Subscriptions(Event("plugin.shop.sales.hiding.save")).Run();

        run.Diagnostics.ShouldHaveSingleItem().GetMessage().ShouldBe("'Shop.Sales.IHiding' can't be decorated: its member 'Hidden' is not visible to this assembly");
    }

    [Fact]
    public void What_a_referenced_module_decorates_is_not_decorated_again()
    {
        var library = Project().Subscriptions(Event("plugin.shop.sales.order_repository.save")).Run().ShouldBuild();
        var run = new TestProject { AssemblyName = "Shop.Loyalty" }.References(library)
            .Subscriptions(Event("plugin.shop.sales.order_repository.save") + Event("plugin.shop.sales.invoice.save")).Run().ShouldBuild();

        run.AllSource.ShouldContain("module.AddPlugin<global::Shop.Sales.InvoiceInterface, InvoicePlugin, global::Shop.Sales.Order>(\"plugin.shop.sales.invoice.save\"");
        run.AllSource.ShouldNotContain("OrderRepositoryPlugin");
    }

    [Fact]
    public void Two_files_that_need_one_event_get_one_decorator()
    {
        var run = Project()
            .Xml("etc/a/io_events.xml", $"<config>{Event("plugin.shop.sales.order_repository.save")}</config>")
            .Xml("etc/b/io_events.xml", $"<config>{Event("plugin.shop.sales.order_repository.save")}{Event("plugin.shop.sales.order_repository.clear")}</config>")
            .Run().ShouldBuild();

        run.AllSource.Split("private sealed class").Length.ShouldBe(2);
        run.AllSource.Split("module.AddPlugin<").Length.ShouldBe(3);
    }
}
