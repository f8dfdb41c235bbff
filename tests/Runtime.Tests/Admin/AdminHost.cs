using Declarative.Integrations;
using Declarative.Modules;
using Declarative.Tests.Acl;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Admin;

/// <summary>A host with the pages, and browsers without script that look at them.</summary>
public sealed class AdminHost : IAsyncDisposable
{
    /// <summary>What the pages of integrations need.</summary>
    public const string Integrations = "Magento_Integration::integrations";

    public const string Everything = "Magento_Backend::all";

    private readonly IStoreFixture? _ownStore;
    private readonly CallerHost _host;

    private AdminHost(IStoreFixture? ownStore, CallerHost host)
    {
        _ownStore = ownStore;
        _host = host;
    }

    public CallerHost Callers => _host;

    public Uri Url => new(_host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public IntegrationService Service => _host.Services.GetRequiredService<IntegrationService>();

    public static async Task<AdminHost> StartAsync<TStore>(
        TestClock? time = null,
        Dictionary<string, string?>? configuration = null,
        Action<WebApplicationBuilder>? configure = null,
        Action<WebApplication>? map = null,
        Action<ModuleManifest>? declare = null,
        string prefix = "/admin",
        TStore? store = null)
        where TStore : class, IStoreFixture, new()
    {
        var ownStore = store is null ? new TStore() : null;
        Dictionary<string, string?> settings = new(configuration ?? [])
        {
            ["Declarative:Delivery:AllowedNetworks:0"] = "127.0.0.0/8",
            ["Declarative:Rest:BaseUrl"] = "https://shop.test",
        };
        var host = CallerHost.Build(
            new WithAdmin(store ?? ownStore!),
            time,
            settings,
            configure,
            app =>
            {
                map?.Invoke(app);
                app.MapDeclarativeAdmin(prefix);
            },
            modules: [ShopModule.Create, CallerHost.Permissions, () => RestHost.Module("Shop_More", declare ?? (_ => { }))]);
        await host.StartAsync();
        return new AdminHost(ownStore, host);
    }

    /// <summary>A browser in which nobody is signed in.</summary>
    public Visitor Visitor() => new(Url);

    /// <summary>A browser in which an admin user, whose role holds these resources, is signed in.</summary>
    public async Task<Visitor> SignedInAsync(string name = "anna", params string[] resources)
    {
        await _host.AdminAsync(name, resources.Length == 0 ? [Everything] : resources);
        var visitor = Visitor();
        (await visitor.SignInAsync(name, CallerHost.Password)).Status.ShouldBe(303);
        return visitor;
    }

    /// <summary>An integration that is made by hand.</summary>
    public Task<Integration> AddAsync(string name, string? endpointUrl = null, params string[] resources) => Service.CreateAsync(new IntegrationData
    {
        Name = name,
        EndpointUrl = endpointUrl,
        IdentityLinkUrl = endpointUrl is null ? null : endpointUrl + "/login",
        Resources = resources,
    });

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _ownStore?.Dispose();
    }

    private sealed class WithAdmin(IStoreFixture store) : IStoreFixture
    {
        public void Use(DeclarativeBuilder builder)
        {
            store.Use(builder);
            builder.UseAdmin();
        }

        public long Scalar(string sql) => store.Scalar(sql);

        public void Execute(string sql) => store.Execute(sql);

        public IReadOnlyList<string> Files() => store.Files();

        public void Dispose()
        {
            // Whoever made the store removes it.
        }
    }
}
