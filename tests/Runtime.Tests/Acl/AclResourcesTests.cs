using Declarative.Acl;
using Declarative.Events;
using Declarative.Modules;
using Declarative.Rest;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Declarative.Tests.Acl;

public sealed class SqliteAclResourcesTests : AclResourcesTests<SqliteFixture>;

public sealed class PostgreSqlAclResourcesTests : AclResourcesTests<PostgreSqlFixture>;

public abstract class AclResourcesTests<TStore> : IDisposable
    where TStore : class, IStoreFixture, new()
{
    private readonly TStore _store = new();
    private readonly LogLines _log = new();

    public void Dispose()
    {
        _store.Dispose();
        _log.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Modules_merge_in_their_order()
    {
        var resources = Resources(
            Module("B_B", ["A_A"], ("Root_A::root", null, "Other title"), ("B_B::child", "Root_A::root", "Child")),
            Module("A_A", [], ("Root_A::root", null, "Root")));

        resources.Problems.ShouldBeEmpty();
        resources.TitleOf("Root_A::root").ShouldBe("Other title");
        resources.Tree.Find("B_B::child")!.ParentId.ShouldBe("Root_A::root");
    }

    [Fact]
    public void A_resource_without_a_title_shows_its_id()
    {
        var resources = Resources(Module("A_A", [], ("A_A::root", null, null)));

        resources.TitleOf("A_A::root").ShouldBe("A_A::root");
        resources.TitleOf("A_A::none").ShouldBe("A_A::none");
    }

    [Fact]
    public void One_id_under_two_parents_is_a_problem_with_both_places()
    {
        var problem = Resources(
            Module("A_A", [], ("A_A::one", null, "One"), ("A_A::two", null, "Two"), ("A_A::child", "A_A::one", "Child")),
            Module("B_B", ["A_A"], ("A_A::child", "A_A::two", null))).Problems.ShouldHaveSingleItem();

        problem.ShouldContain("'A_A::child'");
        problem.ShouldContain("under 'A_A::one' in assembly 'A_A.dll' (etc/acl.xml)");
        problem.ShouldContain("under 'A_A::two' in assembly 'B_B.dll' (etc/acl.xml)");
    }

    [Fact]
    public async Task Such_a_problem_fails_the_start()
    {
        await using var host = TestHost.Build(_store.Use, modules:
        [
            () => Module("A_A", [], ("A_A::one", null, "One"), ("A_A::child", "A_A::one", "Child")),
            () => Module("B_B", ["A_A"], ("A_A::child", null, null)),
        ]);

        (await Should.ThrowAsync<DeclarativeStartException>(host.StartAsync)).Problems.ShouldHaveSingleItem().ShouldContain("at the root in assembly 'B_B.dll'");
    }

    [Fact]
    public async Task Ids_that_nothing_declares_are_named_at_start_with_the_nearest()
    {
        await using var host = TestHost.Build(_store.Use, modules: [ShopModule.Create, () => Routes("Shop_Sales::ordres", "self", "anonymous", "Magento_Backend::all"), CallerHost.Permissions]);

        await host.StartAsync();

        var warnings = host.Log.All.Where(line => line.Contains("no module declares", StringComparison.Ordinal)).ToList();
        var warning = warnings.ShouldHaveSingleItem();
        warning.ShouldStartWith("Warning Route GET /V1/orders (etc/webapi.xml of assembly 'Shop.Routes')");
        warning.ShouldContain("'Shop_Sales::ordres'");
        warning.ShouldContain("Did you mean 'Shop_Sales::orders'?");
    }

    [Fact]
    public async Task An_id_of_an_event_counts_too_and_a_module_that_is_off_is_named()
    {
        await using var host = TestHost.Build(_store.Use, modules: [ShopModule.Create, CallerHost.Permissions], configuration: new() { ["Declarative:Modules:Shop_Permissions"] = "false" });

        await host.StartAsync();

        var warning = host.Log.All.Where(line => line.Contains("no module declares", StringComparison.Ordinal)).ShouldHaveSingleItem();
        warning.ShouldContain("Event 'sales.order.created' (etc/async_events.xml of assembly 'Shop.Sales')");
        warning.ShouldContain("Module 'Shop_Permissions' declares it and is switched off");
    }

    [Fact]
    public void A_disabled_id_is_declared() =>
        Resources(CallerHost.Permissions()).ProblemOf(CallerHost.LegacyChild).ShouldBeNull();

    [Fact]
    public void A_hot_reload_builds_the_tree_again_and_keeps_the_former_if_it_is_wrong()
    {
        var stated = new List<(string Id, string? Parent, string? Title)> { ("A_A::root", null, "Root") };
        var registry = Registry([() => Module("A_A", [], [.. stated])]);
        var resources = new AclResources(registry, new Logger<AclResources>(new LoggerFactory([_log])));

        stated.Add(("A_A::child", "A_A::root", "Child"));
        registry.Reload();
        resources.Reload();
        resources.Tree.Find("A_A::child").ShouldNotBeNull();

        stated.Add(("A_A::child", null, "Child"));
        stated.Add(("A_A::late", null, "Late"));
        registry.Reload();
        resources.Reload();
        resources.Tree.Find("A_A::late").ShouldBeNull();
        _log.All.ShouldContain(line => line.StartsWith("Error Declarations can't be reloaded", StringComparison.Ordinal));
    }

    private static AclResources Resources(params ModuleManifest[] modules) =>
        new(Registry([.. modules.Select(module => (Func<ModuleManifest>)(() => module))]), NullLogger<AclResources>.Instance);

    private static EventRegistry Registry(IReadOnlyList<Func<ModuleManifest>> modules) =>
        new(new ModuleCatalog(modules, new ConfigurationBuilder().Build()), NullLogger<EventRegistry>.Instance);

    private static ModuleManifest Module(string name, IReadOnlyList<string> sequence, params (string Id, string? Parent, string? Title)[] resources)
    {
        var manifest = new ModuleManifest(name, ModuleManifest.CurrentFormatVersion, name + ".dll", "0.1.0") { Sequence = sequence };
        foreach (var (id, parent, title) in resources)
            manifest.AddResource(id, "etc/acl.xml", parent, title);
        return manifest;
    }

    private static ModuleManifest Routes(params string[] resources)
    {
        var manifest = new ModuleManifest("Shop_Routes", ModuleManifest.CurrentFormatVersion, "Shop.Routes", "0.1.0");
        manifest.AddRoute<IOrders>("GET", "/V1/orders", "etc/webapi.xml", "GetAsync", [], resources, static (_, _) => ValueTask.CompletedTask);
        return manifest;
    }
}
