using Declarative.Consumers;
using Declarative.Delivery;
using Declarative.Events;
using Declarative.Modules;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Declarative.Tests.Modules;

public sealed class SqliteStartupTests : StartupTests<SqliteFixture>;

public sealed class PostgreSqlStartupTests : StartupTests<PostgreSqlFixture>;

public abstract class StartupTests<TStore> : IDisposable
    where TStore : class, IStoreFixture, new()
{
    private readonly TStore _store = new();

    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task All_that_is_missing_is_said_at_once()
    {
        await using var host = TestHost.Build(
            _ => { },
            modules: [Broken],
            configuration: new()
            {
                ["Declarative:Publishing:QueueCapacity"] = "0",
                ["Declarative:Delivery:AllowedNetworks:1"] = "10.0.0.0/33",
                ["Declarative:Delivery:DefaultRetry"] = "often",
                ["Declarative:Delivery:LeaseDuration"] = "00:00:20",
            });

        var problems = (await Should.ThrowAsync<DeclarativeStartException>(host.StartAsync)).Problems;

        problems.ShouldContain(problem => problem.Contains("UseSqlite", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.Contains("'order.saved' (module Shop_Sales, etc/async_events.xml)", StringComparison.Ordinal) && problem.Contains("System.IFormatProvider is not registered", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.Contains("parameter 'where'", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.Contains("QueueCapacity", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.Contains("'10.0.0.0/33'", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.Contains("'often'", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.Contains("LeaseDuration must be at least twice AttemptTimeout", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_nothing_reads_is_told_with_the_one_that_was_meant()
    {
        await using var host = TestHost.Build(
            _store.Use,
            modules: [WithConsumer],
            configuration: new()
            {
                ["Declarative:Delivery:MaxInFligth"] = "5",
                ["Declarative:Delivery:AllowedNetworks:7"] = "10.0.0.0/8",
                ["Declarative:Publising:QueueCapacity"] = "5",
                ["Declarative:Destinations:erp:Url"] = "http://127.0.0.1:1/",
                ["Declarative:Destinations:erp:Secret"] = "known to both",
                ["Declarative:Destinations:erp:Formatt"] = "standard",
                ["Declarative:Modules:Shop_Slaes"] = "false",
                ["Declarative:RabbitMq:Uri"] = "amqp://127.0.0.1",
                ["Declarative:Erp:Secret"] = "known to both",
                ["Elsewhere:Delivery"] = "5",
            });

        await host.StartAsync();

        host.Log.All.Where(line => line.Contains("Nothing reads", StringComparison.Ordinal)).Select(line => line.Trim()).ShouldBe(
            [
                "Warning Nothing reads Declarative:Delivery:MaxInFligth of the configuration. Did you mean Declarative:Delivery:MaxInFlight?",
                "Warning Nothing reads Declarative:Publising of the configuration. Did you mean Declarative:Publishing?",
                "Warning Nothing reads Declarative:Destinations:erp:Formatt of the configuration. Did you mean Declarative:Destinations:erp:Format?",
                "Warning Nothing reads Declarative:Modules:Shop_Slaes of the configuration. Did you mean Declarative:Modules:Shop_Sales?",
            ],
            StringComparer.Ordinal,
            ignoreOrder: true);
    }

    [Fact]
    public async Task A_notifier_that_can_not_be_made_is_found_at_start()
    {
        await using var host = TestHost.Build(_store.Use, configure: builder => builder.AddNotifier<NeedsMore>("needy"));

        (await Should.ThrowAsync<DeclarativeStartException>(host.StartAsync)).Problems.ShouldHaveSingleItem().ShouldContain("'needy'");
    }

    [Fact]
    public void Adding_twice_is_refused()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        DeclarativeHost.Add(builder, [], null);

        Should.Throw<InvalidOperationException>(() => DeclarativeHost.Add(builder, [], null)).Message.ShouldContain("twice");
    }

    [Fact]
    public async Task Mapping_without_adding_is_refused()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();

        Should.Throw<InvalidOperationException>(() => DeclarativeHost.Map(app)).Message.ShouldContain("AddDeclarative");
    }

    [Fact]
    public async Task Publishing_works_from_the_hosts_own_services_before_the_workers_start()
    {
        await using var host = TestHost.Build(_store.Use, services: services => services.AddHostedService<PublishesAtStart>());

        await host.StartAsync();

        ((PublishesAtStart)host.Services.GetServices<IHostedService>().Single(service => service is PublishesAtStart)).Id.ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task A_publisher_of_a_module_that_is_off_is_there_and_says_so()
    {
        await using var host = TestHost.Build(_store.Use, configuration: new() { ["Declarative:Modules:Shop_Sales"] = "false" });
        await host.StartAsync();

        (await Should.ThrowAsync<UnknownEventException>(async () => await host.OrderCreated.PublishAsync(1))).Message.ShouldContain("switched off");
    }

    [Fact]
    public async Task A_running_engine_is_healthy()
    {
        await using var host = TestHost.Build(_store.Use);
        await host.StartAsync();

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        report.Entries["declarative"].Status.ShouldBe(HealthStatus.Healthy);
    }

    private static ModuleManifest WithConsumer()
    {
        var manifest = new ModuleManifest("Shop_Sales", ModuleManifest.CurrentFormatVersion, "Shop.Sales", "0.1.0");
        manifest.AddConsumer(new ConsumerDescriptor("erp", "etc/event_consumers.xml") { Path = "/erp", Signature = "x-magento-signature", Secret = "Declarative:Erp:Secret" });
        return manifest;
    }

    private static ModuleManifest Broken()
    {
        var manifest = new ModuleManifest("Shop_Sales", ModuleManifest.CurrentFormatVersion, "Shop.Sales", "0.1.0");
        manifest.Add(new AsyncEventDescriptor("order.saved", "etc/async_events.xml")
        {
            Service = typeof(IFormatProvider),
            Method = "Get",
            Parameters = [new ServiceParameter("where", typeof(IntPtr).MakePointerType())],
            Payload = typeof(string),
            Resolve = static _ => new ValueTask<byte[]?>((byte[]?)null),
        });
        return manifest;
    }

    private sealed class PublishesAtStart(ICustomerSavedPublisher publisher) : IHostedService
    {
        public Guid Id { get; private set; }

        public async Task StartAsync(CancellationToken cancellationToken) =>
            Id = await publisher.PublishAsync(new CustomerSaved(1, "a@example.com"), cancellationToken: cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class NeedsMore(IFormatProvider missing) : INotifier
    {
        public string? Validate(string recipient) => missing.ToString();

        public Task<NotifierResult> NotifyAsync(Notification notification, CancellationToken cancellationToken) => Task.FromResult(NotifierResult.Success());
    }
}
