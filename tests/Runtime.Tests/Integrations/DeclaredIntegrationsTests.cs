using Declarative.Acl;
using Declarative.Events;
using Declarative.Integrations;
using Declarative.Modules;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Integrations;

public sealed class SqliteDeclaredIntegrationsTests : DeclaredIntegrationsTests<SqliteFixture>;

public sealed class PostgreSqlDeclaredIntegrationsTests : DeclaredIntegrationsTests<PostgreSqlFixture>;

/// <summary>How the modules' integrations become one list, and what an environment says otherwise.</summary>
public abstract class DeclaredIntegrationsTests<TStore> : IDisposable
    where TStore : IStoreFixture, new()
{
    private const string Config = "etc/integration/config.xml", Api = "etc/integration/api.xml", Both = "etc/integration.xml";

    private readonly TStore _store = new();
    private LogLines _log = new();
    private IServiceProvider? _services;

    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Func<ModuleManifest> Module(string name, params IntegrationDescriptor[] integrations) => () =>
    {
        var manifest = new ModuleManifest(name, ModuleManifest.CurrentFormatVersion, name.Replace('_', '.'), "0.1.0");
        manifest.AddResource("Magento_Backend::admin", "etc/acl.xml");
        manifest.AddResource("Shop_Sales::sales", "etc/acl.xml", parent: "Magento_Backend::admin", title: "Sales");
        manifest.AddResource("Shop_Sales::orders", "etc/acl.xml", parent: "Shop_Sales::sales", title: "Orders");
        manifest.AddResource("Shop_Sales::cancel", "etc/acl.xml", parent: "Shop_Sales::orders", title: "Cancel");
        manifest.AddResource("Shop_Sales::off", "etc/acl.xml", parent: "Shop_Sales::sales", title: "Off", isDisabled: true);
        foreach (var integration in integrations)
            manifest.AddIntegration(integration);
        return manifest;
    };

    private DeclaredIntegrations Merge(IReadOnlyList<Func<ModuleManifest>> modules, Dictionary<string, string?>? configuration = null, Action<IServiceCollection>? inCode = null)
    {
        var host = TestHost.Build(_store.Use, configuration: configuration, modules: modules, configure: declarative =>
        {
            DeclaredIntegrations.Add(declarative.Services);
            inCode?.Invoke(declarative.Services);
        });
        (_log, _services) = (host.Log, host.Services);
        return host.Services.GetRequiredService<DeclaredIntegrations>();
    }

    [Fact]
    public void Later_texts_replace_and_resources_add_up_in_the_order_of_first_statement()
    {
        var merged = Merge(
        [
            Module("Shop_Aaa",
                new IntegrationDescriptor("First", Config) { Email = "a@shop.example", EndpointUrl = "https://a.example" },
                new IntegrationDescriptor("Second", Config) { Email = "second@shop.example" },
                new IntegrationDescriptor("First", Api) { Resources = ["Shop_Sales::sales", "Shop_Sales::cancel"] }),
            Module("Shop_Bbb",
                new IntegrationDescriptor("first", Api) { Resources = ["Shop_Sales::orders", "Shop_Sales::sales"] },
                new IntegrationDescriptor("First", Config) { EndpointUrl = "https://b.example", IdentityLinkUrl = "https://b.example/login" },
                new IntegrationDescriptor("Third", Api) { Resources = ["Shop_Sales::cancel"] }),
        ]);

        merged.Problems.ShouldBeEmpty();
        merged.All.Select(one => one.Name).ShouldBe(["First", "Second", "Third"]);
        var first = merged.All[0];
        (first.Email, first.EndpointUrl, first.IdentityLinkUrl, first.IsConsolidated).ShouldBe(("a@shop.example", "https://b.example", "https://b.example/login", false));
        first.DeclaredIn.ShouldBe("module Shop_Bbb, etc/integration/config.xml");
        first.Resources.ShouldBe(["Shop_Sales::sales", "Shop_Sales::cancel", "Shop_Sales::orders"]);
        merged.All[1].Resources.ShouldBeEmpty();
        merged.All[2].Resources.ShouldBe(["Shop_Sales::cancel"], "an api.xml gives what it lists");
    }

    [Fact]
    public void What_the_resources_of_an_integration_xml_stand_under_is_given_too_once()
    {
        var merged = Merge(
        [
            Module("Shop_Aaa",
                new IntegrationDescriptor("Erp", Both) { Resources = ["Shop_Sales::cancel", "Shop_Sales::sales"], IsConsolidated = true },
                new IntegrationDescriptor("Empty", Both) { IsConsolidated = true },
                new IntegrationDescriptor("Mixed", Api) { Resources = ["Shop_Sales::cancel"] },
                new IntegrationDescriptor("Mixed", Both) { Resources = ["MageOS_AsyncEvents::async_events_get"], IsConsolidated = true }),
        ]);

        merged.All[0].Resources.ShouldBe(["Magento_Backend::admin", "Shop_Sales::sales", "Shop_Sales::orders", "Shop_Sales::cancel"]);
        merged.All[1].Resources.ShouldBeEmpty();
        merged.All[2].IsConsolidated.ShouldBeTrue();
        merged.All[2].Resources.ShouldBe(["Shop_Sales::cancel", "Magento_Backend::admin", "MageOS_AsyncEvents::manage", "MageOS_AsyncEvents::async_events_get"], "the api.xml's resources get no ancestors");
    }

    [Fact]
    public void Former_ids_are_known_by_their_present_name() =>
        Merge([Module("Shop_Aaa", new IntegrationDescriptor("Erp", Api) { Resources = ["Aligent_AsyncEvents::manage", "MageOS_AsyncEvents::manage"] })])
            .All.ShouldHaveSingleItem().Resources.ShouldBe(["MageOS_AsyncEvents::manage"]);

    [Fact]
    public void Configuration_and_code_go_before_the_XML_and_what_is_empty_says_nothing()
    {
        var merged = Merge(
            [
                Module("Shop_Aaa",
                    new IntegrationDescriptor("Test Integration", Config) { Email = "xml@shop.example", EndpointUrl = "https://xml.example", IdentityLinkUrl = "https://xml.example/login" },
                    new IntegrationDescriptor("Other", Config) { Email = "other@shop.example" }),
            ],
            new(StringComparer.Ordinal)
            {
                ["Declarative:Integrations:test integration:EndpointUrl"] = " http://127.0.0.1:5081/callback ",
                ["Declarative:Integrations:Test Integration:Email"] = "",
                ["Declarative:Integrations:Test Integration:IdentityLinkUrl"] = "https://configured.example/login",
                ["Declarative:Integrations:Other:EndpointUrl"] = "https://other.example",
            },
            services => services.Configure<IntegrationOptions>("Test Integration", options => options.IdentityLinkUrl = "https://code.example/login"));

        merged.Problems.ShouldBeEmpty();
        merged.All.Select(one => (one.Email, one.EndpointUrl, one.IdentityLinkUrl)).ShouldBe(
        [
            ("xml@shop.example", "http://127.0.0.1:5081/callback", "https://code.example/login"),
            ("other@shop.example", "https://other.example", null),
        ]);
    }

    [Fact]
    public void What_is_wrong_in_the_configuration_names_the_key_and_the_mend() =>
        Merge(
            [Module("Shop_Aaa", new IntegrationDescriptor("Erp", Config) { Email = "a@shop.example" })],
            new(StringComparer.Ordinal)
            {
                ["Declarative:Integrations:Erp:Email"] = "nobody",
                ["Declarative:Integrations:Erp:EndpointUrl"] = "/callback",
                ["Declarative:Integrations:Erp:IdentityLinkUrl"] = "https://me:secret@a.example",
                ["Declarative:Integrations:Nowhere:Email"] = "of no declared integration",
            })
            .Problems.ShouldBe(
            [
                "Declarative:Integrations:Erp:Email (in the configuration, or set in code) can't be used: write name@host.domain, at most 254 characters.",
                "Declarative:Integrations:Erp:EndpointUrl (in the configuration, or set in code) can't be used: write an absolute URL with https:// or http://.",
                "Declarative:Integrations:Erp:IdentityLinkUrl (in the configuration, or set in code) can't be used: leave out the user before the host; whoever is called there knows its caller by other means.",
            ]);

    [Fact]
    public void An_unknown_resource_is_logged_and_given_all_the_same()
    {
        var merged = Merge([Module("Shop_Aaa", new IntegrationDescriptor("Erp", Api) { Resources = ["Shop_Sales::ordrs", "Shop_Sales::off", "Shop_Sales::sales"] })]);

        merged.Problems.ShouldBeEmpty();
        merged.All.ShouldHaveSingleItem().Resources.Count.ShouldBe(3);
        _log.All.Where(line => line.Contains("Integration 'Erp'", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldContain("Integration 'Erp' (module Shop_Aaa, etc/integration/api.xml) is given the resource 'Shop_Sales::ordrs' without effect. No module declares the resource 'Shop_Sales::ordrs'. Did you mean 'Shop_Sales::orders'?");
    }

    [Fact]
    public void A_module_that_is_switched_off_declares_no_integration() =>
        Merge(
            [
                Module("Shop_Aaa", new IntegrationDescriptor("Erp", Config) { Email = "a@shop.example" }),
                Module("Shop_Bbb", new IntegrationDescriptor("Erp", Config) { Email = "b@shop.example" }, new IntegrationDescriptor("Other", Config)),
            ],
            new(StringComparer.Ordinal) { ["Declarative:Modules:Shop_Bbb"] = "false" })
            .All.ShouldHaveSingleItem().Email.ShouldBe("a@shop.example");

    [Fact]
    public void After_a_reload_what_changed_is_told_and_what_is_wrong_is_not_taken()
    {
        var (name, url) = ("Erp", "https://a.example");
        var merged = Merge(
            [() => Module("Shop_Aaa", new IntegrationDescriptor(name, Config) { EndpointUrl = url })()],
            inCode: services => services.Configure<IntegrationOptions>("Wrong", options => options.Email = "nobody"));
        var changes = 0;
        merged.Changed += (_, _) => changes++;

        url = "https://b.example";
        Reload(merged);
        changes.ShouldBe(1);
        merged.All.ShouldHaveSingleItem().EndpointUrl.ShouldBe("https://b.example");

        name = "Wrong";
        Reload(merged);
        changes.ShouldBe(1);
        merged.All.ShouldHaveSingleItem().Name.ShouldBe("Erp");
        _log.All.ShouldContain(line => line.Contains("Declarative:Integrations:Wrong:Email", StringComparison.Ordinal));
    }

    private void Reload(DeclaredIntegrations merged)
    {
        _services!.GetRequiredService<EventRegistry>().Reload();
        _services!.GetRequiredService<AclResources>().Reload();
        merged.Reload();
    }
}
