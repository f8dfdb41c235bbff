using Declarative.Integrations;
using Declarative.Modules;
using Declarative.Rest;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Declarative.Tests.Integrations;

public sealed class SqliteIntegrationInstallerTests : IntegrationInstallerTests<SqliteFixture>;

public sealed class PostgreSqlIntegrationInstallerTests : IntegrationInstallerTests<PostgreSqlFixture>;

/// <summary>What a start makes of the integrations that modules declare and of those that are stored.</summary>
public abstract class IntegrationInstallerTests<TStore> : IDisposable
    where TStore : IStoreFixture, new()
{
    private const string Orders = "Shop_Sales::orders";
    private const string Products = "Shop_Sales::products";

    private static readonly Uri Callback = new("https://shop.example.com/linked");

    private readonly TStore _store = new();

    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_declared_integration_is_installed_inactive_with_its_permissions()
    {
        var installed = await StartAsync(module => Declare(module, "Erp", [Orders]), async service => (await service.ListAsync()).ShouldHaveSingleItem());

        installed.Name.ShouldBe("Erp");
        installed.Email.ShouldBe("erp@example.com");
        installed.Resources.ShouldBe([Orders]);
        installed.Status.ShouldBe(IntegrationStatus.Inactive);
        installed.Type.ShouldBe(IntegrationType.Config);
        installed.ConsumerKey.Length.ShouldBe(32);
    }

    [Fact]
    public async Task A_second_start_changes_nothing()
    {
        var first = await StartAsync(module => Declare(module, "Erp", [Orders]), One);
        var second = await StartAsync(module => Declare(module, "Erp", [Orders]), One);

        (second with { Resources = first.Resources }).ShouldBe(first);
    }

    [Fact]
    public async Task What_the_module_says_otherwise_is_taken_over_and_status_and_tokens_stay()
    {
        var before = await StartAsync(module => Declare(module, "Erp", [Orders]), ActivateAsync);

        var after = await StartAsync(module => Declare(module, "ERP", [Orders, Products], email: "new@example.com"), One);

        after.Id.ShouldBe(before.Id);
        after.Name.ShouldBe("ERP");
        after.Email.ShouldBe("new@example.com");
        after.Resources.ShouldBe([Orders, Products], ignoreOrder: true);
        (after.Status, after.AccessTokens, after.ConsumerKey).ShouldBe((IntegrationStatus.Active, 1, before.ConsumerKey));
    }

    [Fact]
    public async Task A_changed_integration_xml_makes_it_anew_without_tokens()
    {
        var before = await StartAsync(module => Declare(module, "Erp", [Orders], isConsolidated: true), ActivateAsync);
        var same = await StartAsync(module => Declare(module, "Erp", [Orders], isConsolidated: true), One);
        (same.Status, same.AccessTokens).ShouldBe((IntegrationStatus.Active, 1));

        var after = await StartAsync(module => Declare(module, "Erp", [Orders, Products], isConsolidated: true), One);

        (after.Status, after.AccessTokens).ShouldBe((IntegrationStatus.Recreated, 0));
        after.ConsumerKey.ShouldNotBe(before.ConsumerKey);
        after.Resources.ShouldContain("Shop_Sales::sales");
        after.Resources.ShouldContain("Magento_Backend::admin");

        // It stays so until it is activated.
        (await StartAsync(module => Declare(module, "Erp", [Orders, Products], isConsolidated: true), One)).Status.ShouldBe(IntegrationStatus.Recreated);
        (await StartAsync(module => Declare(module, "Erp", [Orders, Products], isConsolidated: true), ActivateAsync)).Status.ShouldBe(IntegrationStatus.Active);
    }

    [Fact]
    public async Task What_nobody_declares_any_more_is_deactivated_and_can_be_deleted()
    {
        var before = await StartAsync(module => Declare(module, "Erp", [Orders]), ActivateAsync);

        await StartAsync(static _ => { }, async service =>
        {
            var after = await One(service);
            (after.Status, after.Type, after.AccessTokens).ShouldBe((IntegrationStatus.Inactive, IntegrationType.Manual, 1));
            await service.DeleteAsync(before.Id);
            return (await service.ListAsync()).Count;
        });
    }

    [Fact]
    public async Task A_declared_integration_cant_be_edited_or_deleted()
    {
        await StartAsync(module => Declare(module, "Erp", [Orders]), async service =>
        {
            var one = await One(service);
            (await Should.ThrowAsync<InputException>(service.UpdateAsync(one.Id, new IntegrationData { Name = "Other" }))).Message.ShouldContain("declared by a module");
            (await Should.ThrowAsync<InputException>(service.DeleteAsync(one.Id))).Message.ShouldContain("declared by a module");
            return await One(service);
        });
    }

    [Fact]
    public async Task One_made_by_hand_becomes_the_module_s_without_its_tokens()
    {
        var manual = await StartAsync(static _ => { }, async service =>
        {
            var one = await service.CreateAsync(new IntegrationData { Name = "erp", Resources = [Products] });
            return (await service.ActivateAsync(one.Id, Callback)).Integration;
        });

        var declared = await StartAsync(module => Declare(module, "Erp", [Orders]), One);

        (declared.Id, declared.Type, declared.Status, declared.AccessTokens).ShouldBe((manual.Id, IntegrationType.Config, IntegrationStatus.Recreated, 0));
        declared.ConsumerKey.ShouldNotBe(manual.ConsumerKey);
        declared.Resources.ShouldNotContain(Products);
    }

    [Fact]
    public async Task An_environment_says_otherwise_without_the_xml()
    {
        var one = await StartAsync(
            module => Declare(module, "Test Integration1", [Orders]),
            One,
            new() { ["Declarative:Integrations:Test Integration1:EndpointUrl"] = "https://staging.example.com/callback" });

        one.EndpointUrl.ShouldBe("https://staging.example.com/callback");
        one.Email.ShouldBe("erp@example.com");
    }

    [Fact]
    public async Task A_wrong_environment_fails_the_start_and_is_named()
    {
        var exception = await Should.ThrowAsync<DeclarativeStartException>(StartAsync(
            module => Declare(module, "Erp", [Orders]),
            One,
            new() { ["Declarative:Integrations:Erp:EndpointUrl"] = "ftp://x", ["Declarative:OAuth:TimestampTolerance"] = "00:00:01" }));

        exception.Message.ShouldContain("Declarative:Integrations:Erp:EndpointUrl");
        exception.Message.ShouldContain("Declarative:OAuth:TimestampTolerance");
    }

    [Fact]
    public async Task Nodes_that_start_at_once_make_one()
    {
        // One process has the file; so the second node is what it does: the same installing at the same time, by other caches.
        await StartAsync(static _ => { }, async (IServiceProvider services) =>
        {
            var store = services.GetRequiredService<IIntegrationStore>();
            var nodes = Enumerable.Range(0, 8).Select(_ => new IntegrationCache(store, services.GetRequiredService<Secrets.SecretProtector>())).ToList();
            var declared = Declarations(services);

            await Task.WhenAll(nodes.Select(cache => Task.Run(() => new IntegrationInstaller(declared, cache, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<IntegrationInstaller>.Instance).RunAsync(CancellationToken.None))));

            (await store.LoadAsync(CancellationToken.None)).ShouldHaveSingleItem().Name.ShouldBe("Erp");
            nodes.ForEach(static node => node.Dispose());
            return 0;
        });
    }

    private static DeclaredIntegrations Declarations(IServiceProvider services)
    {
        using var other = Host(new TStore(), module => Declare(module, "Erp", [Orders]), []);
        return other.Services.GetRequiredService<DeclaredIntegrations>();
    }

    private static async Task<Integration> One(IntegrationService service) => (await service.ListAsync()).ShouldHaveSingleItem();

    private static async Task<Integration> ActivateAsync(IntegrationService service) =>
        (await service.ActivateAsync((await One(service)).Id, Callback)).Integration;

    private static void Declare(ModuleManifest module, string name, string[] resources, string? email = "erp@example.com", bool isConsolidated = false) =>
        module.AddIntegration(new IntegrationDescriptor(name, "etc/integration.xml") { Email = email, Resources = resources, IsConsolidated = isConsolidated });

    private Task<T> StartAsync<T>(Action<ModuleManifest> declare, Func<IntegrationService, Task<T>> work, Dictionary<string, string?>? settings = null) =>
        StartAsync(declare, services => work(services.GetRequiredService<IntegrationService>()), settings);

    /// <summary>Starts a host on the same database, works and stops it.</summary>
    private async Task<T> StartAsync<T>(Action<ModuleManifest> declare, Func<IServiceProvider, Task<T>> work, Dictionary<string, string?>? settings = null)
    {
        using var host = Host(_store, declare, settings ?? []);
        await host.StartAsync();
        try
        {
            return await work(host.Services);
        }
        finally
        {
            await host.StopAsync();
        }
    }

    private static IHost Host(IStoreFixture store, Action<ModuleManifest> declare, Dictionary<string, string?> settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        DeclarativeHost.Add(
            builder,
            [
                () => RestHost.Module("Shop_Sales", module =>
                {
                    module.AddResource("Magento_Backend::admin", "etc/acl.xml");
                    module.AddResource("Shop_Sales::sales", "etc/acl.xml", "Magento_Backend::admin", "Sales");
                    module.AddResource(Orders, "etc/acl.xml", "Shop_Sales::sales", "Orders");
                    module.AddResource(Products, "etc/acl.xml", "Shop_Sales::sales", "Products");
                    declare(module);
                }),
            ],
            store.Use);
        return builder.Build();
    }
}
