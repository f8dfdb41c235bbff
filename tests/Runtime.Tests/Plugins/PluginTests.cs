using Declarative.Events;
using Declarative.Matching;
using Declarative.Modules;
using Declarative.Plugins;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Stock.Module;

namespace Declarative.Tests.Plugins;

public sealed class SqlitePluginTests : PluginTests<SqliteFixture>;

public sealed class PostgreSqlPluginTests : PluginTests<PostgreSqlFixture>;

/// <summary>Generated decorators: what they tell, and that the service behind them behaves as without them.</summary>
public abstract class PluginTests<TStore> : IDisposable
    where TStore : IStoreFixture, new()
{
    private const string Prefix = "plugin.stock.module.stock.";

    private readonly TStore _store = new();

    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    private TestHost Build(Action<IServiceCollection>? services = null, Dictionary<string, string?>? configuration = null, Action<DeclarativeBuilder>? configure = null, params Func<ModuleManifest>[] others) =>
        TestHost.Build(_store.Use, services: services ?? (static all => all.AddSingleton<IStock, Stocks>()), configuration: new(configuration ?? [], StringComparer.Ordinal)
        {
            ["Declarative:Destinations:default:Url"] = "http://127.0.0.1:9/",
            ["Declarative:Destinations:default:Secret"] = "s",
            ["Declarative:Destinations:erp:Url"] = "http://127.0.0.1:9/",
            ["Declarative:Destinations:erp:Secret"] = "s",
        }, configure: configure, modules: [Declarative.Generated.Declarative_Stock_Module.Create, .. others]);

    private async Task<TestHost> StartAsync(Action<IServiceCollection>? services = null, Dictionary<string, string?>? configuration = null, Action<DeclarativeBuilder>? configure = null, params Func<ModuleManifest>[] others)
    {
        var host = Build(services, configuration, configure, others);
        await host.StartAsync();
        return host;
    }

    [Fact]
    public async Task Calls_are_told_once_they_are_done()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync();
        foreach (var method in new[] { "save", "restore", "load", "remove", "clear" })
            await host.SubscribeAsync(receiver.Url + "/" + method, Prefix + method);
        var stock = host.Services.GetRequiredService<IStock>();

        (await stock.SaveAsync(new Item(1, 2.5m), TestContext.Current.CancellationToken)).ItemId.ShouldBe(1);
        stock.Restore(2).Quantity.ShouldBe(1.5m);
        (await stock.LoadAsync(0)).ShouldBeNull();
        (await stock.LoadAsync(3))!.ItemId.ShouldBe(3);
        stock.Remove(4, "old", TestContext.Current.CancellationToken);
        await stock.ClearAsync(5);

        await Eventually.True(() => receiver.Requests.Count == 5);
        receiver.Requests.Select(request => request.Path + " " + request.Text).ShouldBe(
            [
                """/save {"data":{"item_id":1,"quantity":2.5}}""",
                """/restore {"data":{"item_id":2,"quantity":1.5}}""",
                """/load {"data":{"item_id":3,"quantity":1}}""",
                """/remove {"data":{"item_id":4,"reason":"old"}}""",
                """/clear {"data":{"warehouse_id":5}}""",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task A_call_that_fails_is_not_told_and_fails_as_it_would()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync();
        await host.SubscribeAsync(receiver.Url, Prefix + "save");
        await host.SubscribeAsync(receiver.Url, Prefix + "remove");
        var stock = host.Services.GetRequiredService<IStock>();

        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => stock.SaveAsync(new Item(-1, 1), TestContext.Current.CancellationToken));
        Should.Throw<ArgumentOutOfRangeException>(() => stock.Remove(-1, "", default));
        stock.Remove(1, "", default);

        await Eventually.True(() => !receiver.Requests.IsEmpty);
        receiver.Requests.ShouldHaveSingleItem().Text.ShouldContain("\"item_id\":1");
    }

    [Fact]
    public async Task A_publish_that_fails_is_logged_and_the_call_goes_on()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync("http://127.0.0.1:1/", Prefix + "spoil");

        host.Services.GetRequiredService<IStock>().Spoil().ShouldNotBeNull();

        host.Log.All.ShouldContain(line => line.Contains("Plugin event plugin.stock.module.stock.spoil could not be published", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_that_hangs_holds_a_call_no_longer_than_configured()
    {
        await using var host = await StartAsync(
            configuration: new() { ["Declarative:Publishing:PluginWait"] = "00:00:00.050" },
            configure: static declarative => declarative.Services.AddSingleton<IMessageStore, Hanging>());
        await host.SubscribeAsync("http://127.0.0.1:1/", Prefix + "restore");
        await host.SubscribeAsync("http://127.0.0.1:1/", Prefix + "save");
        var stock = host.Services.GetRequiredService<IStock>();

        stock.Restore(1).ItemId.ShouldBe(1);
        (await stock.SaveAsync(new Item(2, 1), TestContext.Current.CancellationToken)).ItemId.ShouldBe(2);

        host.Log.All.Count(line => line.Contains("is not stored after", StringComparison.Ordinal)).ShouldBe(2);
        Hanging.Release.TrySetResult();
    }

    [Fact]
    public void Without_a_start_nothing_is_told_and_nothing_waits()
    {
        var host = Build();
        host.Services.GetRequiredService<IStock>().Restore(1).ItemId.ShouldBe(1);
    }

    [Fact]
    public async Task Every_member_is_forwarded()
    {
        await using var host = await StartAsync();
        var stock = host.Services.GetRequiredService<IStock>();
        stock.ShouldNotBeOfType<Stocks>();
        var changes = 0;
        void Count(object? sender, EventArgs arguments) => changes++;

        stock.Changed += Count;
        await stock.SaveAsync(new Item(1, 1), TestContext.Current.CancellationToken);
        stock.Changed -= Count;
        await stock.SaveAsync(new Item(1, 1), TestContext.Current.CancellationToken);
        changes.ShouldBe(1);
        stock.Count = 7;
        stock.Count.ShouldBe(7);
        stock["a"].ShouldBe("a!");
        stock.TryFind(2, out var item).ShouldBeTrue();
        item!.ItemId.ShouldBe(2);
        stock.TryFind(0, out _).ShouldBeFalse();
        var (from, to) = (1, 2);
        stock.Move(ref from, in to);
        from.ShouldBe(2);
        stock.Echo("x").ShouldBe("x");
        stock.Describe().ShouldBe("described");
    }

    [Theory]
    [InlineData(ServiceLifetime.Singleton)]
    [InlineData(ServiceLifetime.Scoped)]
    [InlineData(ServiceLifetime.Transient)]
    public async Task A_registration_keeps_its_lifetime_and_the_container_disposes_it(ServiceLifetime lifetime)
    {
        var made = new List<Stocks>();
        Stocks Make()
        {
            var one = new Stocks();
            made.Add(one);
            return one;
        }

        await using (var host = await StartAsync(all => all.Add(new ServiceDescriptor(typeof(IStock), _ => Make(), lifetime))))
        {
            await using (var scope = host.Services.CreateAsyncScope())
            {
                _ = scope.ServiceProvider.GetRequiredService<IStock>();
                _ = scope.ServiceProvider.GetRequiredService<IStock>();
                made.Count.ShouldBe(lifetime == ServiceLifetime.Transient ? 2 : 1);
            }

            (made[0].Disposals > 0).ShouldBe(lifetime != ServiceLifetime.Singleton);
            await using var other = host.Services.CreateAsyncScope();
            _ = other.ServiceProvider.GetRequiredService<IStock>();
            made.Count.ShouldBe(lifetime switch { ServiceLifetime.Transient => 3, ServiceLifetime.Scoped => 2, _ => 1 });
        }

        made.ShouldAllBe(one => one.Disposals > 0);
    }

    [Fact]
    public async Task An_instance_and_the_last_of_several_registrations_are_decorated()
    {
        var (first, last) = (new Stocks(), new Stocks());
        var host = await StartAsync(all => all.AddSingleton<IStock>(first).AddSingleton<IStock>(last));

        host.Services.GetRequiredService<IStock>().Count = 5;

        last.Count.ShouldBe(5);
        host.Services.GetServices<IStock>().ToList().ShouldSatisfyAllConditions(all => all.Count.ShouldBe(2), all => all[0].ShouldBeSameAs(first), all => all[1].ShouldNotBeSameAs(last));
        await host.DisposeAsync();
        (first.Disposals + last.Disposals).ShouldBe(0, "an instance is its owner's to dispose");
    }

    [Fact]
    public async Task A_service_that_is_registered_too_late_or_not_at_all_fails_the_start()
    {
        await using var late = Build(configure: static declarative => declarative.Services.AddSingleton<IStock>(new Stocks()));
        (await Should.ThrowAsync<DeclarativeStartException>(late.StartAsync)).Problems.ShouldContain("Event 'plugin.stock.module.stock.save' (etc/io_events.xml): the service Stock.Module.IStock is registered after AddDeclarative(), so that nothing would tell of its calls; register it before.");

        await using var missing = Build(static _ => { });
        (await Should.ThrowAsync<DeclarativeStartException>(missing.StartAsync)).Problems.ShouldContain("Event 'plugin.stock.module.stock.save' (etc/io_events.xml): the service Stock.Module.IStock is not registered; add it to builder.Services before AddDeclarative().");
    }

    [Fact]
    public async Task A_module_that_is_switched_off_tells_nothing_and_needs_no_service()
    {
        await using var off = await StartAsync(static _ => { }, new() { ["Declarative:Modules:Stock_Module"] = "false" });
        await using var forwarding = Build(configuration: new() { ["Declarative:Modules:Stock_Module"] = "false" });
        forwarding.Services.GetRequiredService<IStock>().Restore(1).ItemId.ShouldBe(1);
        off.Services.GetRequiredService<EventRegistry>().Find(Prefix + "save").ShouldBeNull();
    }

    [Fact]
    public async Task An_event_that_two_modules_ask_for_is_told_once()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await StartAsync(others: Other);
        await host.SubscribeAsync(receiver.Url, Prefix + "restore");
        await host.SubscribeAsync(receiver.Url, Prefix + "save");

        host.Services.GetRequiredService<IStock>().Restore(1);
        await host.Services.GetRequiredService<IStock>().SaveAsync(new Item(2, 1), TestContext.Current.CancellationToken);

        await Eventually.True(() => receiver.Requests.Count == 2);
        await host.StopAsync();
        receiver.Requests.Select(request => request.Text).ShouldBe(["""{"data":{"item_id":1,"quantity":1.5}}""", """{"data":{"item_id":2,"quantity":1}}"""], ignoreOrder: true);
    }

    [Fact]
    public async Task Plugin_events_are_among_the_supported_events()
    {
        await using var host = await StartAsync();
        var registry = host.Services.GetRequiredService<EventRegistry>();

        var save = registry.Find("com.adobe.commerce." + Prefix + "save")!;
        save.IsPlugin.ShouldBeTrue();
        save.CarriesPayload.ShouldBeTrue();
        (save.Service, save.Method, save.Payload).ShouldBe((typeof(IStock), "SaveAsync", typeof(Item)));
        registry.Find(Prefix + "clear")!.Parameters.ShouldHaveSingleItem().SnakeCaseName.ShouldBe("warehouse_id");
        registry.Find("stock.counted")!.IsPlugin.ShouldBeFalse();
    }

    [Fact]
    public async Task What_the_file_names_is_registered_by_itself_and_must_be_possible_to_make()
    {
        await using (var host = await StartAsync())
        {
            host.Services.GetKeyedService<IFieldConverter>("Stock.Module.Rounded").ShouldBeOfType<Rounded>();
            host.Services.GetKeyedService<IEventProcessor>("Stock.Module.Marks+Stamp").ShouldBeOfType<Marks.Stamp>();
        }

        await using var without = Build(configure: static declarative => declarative.Services.RemoveAllKeyed<IFieldConverter>("Stock.Module.Rounded"));
        (await Should.ThrowAsync<DeclarativeStartException>(without.StartAsync)).Problems.ShouldHaveSingleItem()
            .ShouldBe("Subscription 'stock.low' (module Stock_Module, etc/io_events.xml): 'Stock.Module.Rounded' is not registered; add it in AddDeclarative(declarative => ...).");
        await without.DisposeAsync();
        await using var unmakable = Build(configure: static declarative => declarative.Services.RemoveAllKeyed<IEventProcessor>("Stock.Module.Marks+Stamp").AddKeyedSingleton<IEventProcessor>("Stock.Module.Marks+Stamp", (_, _) => throw new InvalidOperationException("no clock")));
        (await Should.ThrowAsync<DeclarativeStartException>(unmakable.StartAsync)).Problems.ShouldHaveSingleItem().ShouldEndWith("'Stock.Module.Marks+Stamp' can't be made: no clock");
    }

    private static ModuleManifest Other()
    {
        var manifest = new ModuleManifest("Zoo_Other", ModuleManifest.CurrentFormatVersion, "Zoo.Other", "0.1.0");
        manifest.AddPlugin<IStock, OtherPlugin, Item>(Prefix + "restore", "etc/io_events.xml", "Restore", static (inner, plugins) => new OtherPlugin(inner, plugins));
        return manifest;
    }

    /// <summary>What another module's generator would write.</summary>
    private sealed class OtherPlugin(IStock inner, PluginPublisher plugins) : IStock
    {
        event EventHandler? IStock.Changed
        {
            add => inner.Changed += value;
            remove => inner.Changed -= value;
        }

        int ICounting<string>.Count { get => inner.Count; set => inner.Count = value; }

        string ICounting<string>.this[string key] => inner[key];

        Item IStock.Restore(int id)
        {
            var result = inner.Restore(id);
            plugins.After(Prefix + "restore", result);
            return result;
        }

        Task<Item> IStock.SaveAsync(Item item, CancellationToken cancellationToken) => inner.SaveAsync(item, cancellationToken);

        ValueTask<Item?> IStock.LoadAsync(int id) => inner.LoadAsync(id);

        void IStock.Remove(int itemId, string reason, CancellationToken cancellationToken) => inner.Remove(itemId, reason, cancellationToken);

        Task IStock.ClearAsync(int warehouseId) => inner.ClearAsync(warehouseId);

        Spoiled IStock.Spoil() => inner.Spoil();

        bool IStock.TryFind(int id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Item? item) => inner.TryFind(id, out item);

        void IStock.Move(ref int from, in int to) => inner.Move(ref from, in to);

        T IStock.Echo<T>(T value) => inner.Echo(value);

        ValueTask IAsyncDisposable.DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Hanging : IMessageStore
    {
        public static TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<IReadOnlyList<AppendResult>> AppendAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken)
        {
            await Release.Task;
            throw new StoreException("released");
        }

        public Task<Claimed<ClaimedMessage>> ClaimAsync(Claim<string> claim, CancellationToken cancellationToken) => Task.FromResult(new Claimed<ClaimedMessage>([], null));

        public Task<int> CompleteAsync(IReadOnlyList<MessageOutcome> outcomes, DateTimeOffset now, CancellationToken cancellationToken) => Task.FromResult(outcomes.Count);
    }
}
