using Declarative.Eventing;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Eventing;

public sealed class SqliteSubscriptionInstallerTests : SubscriptionInstallerTests<SqliteFixture>;

public sealed class PostgreSqlSubscriptionInstallerTests : SubscriptionInstallerTests<PostgreSqlFixture>;

/// <summary>What a start makes of the stored subscriptions, by what modules declare and destinations say then.</summary>
public abstract class SubscriptionInstallerTests<TStore> : IDisposable
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();
    private readonly TestClock _time = new();

    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<IReadOnlyList<Subscription>> AfterStartAsync(string? declared = null, string url = "http://127.0.0.1:9/a", bool isAudited = false, Func<IServiceProvider, Task>? act = null)
    {
        await using var host = TestHost.Build(
            _store.Use,
            _time,
            new()
            {
                ["Declarative:Destinations:default:Url"] = url,
                ["Declarative:Destinations:default:Secret"] = "s",
                ["Declarative:Eventing:ProviderId"] = "p",
                ["Declarative:Eventing:HipaaAuditRequired"] = isAudited ? "true" : "false",
            },
            [
                () =>
                {
                    var module = ShopModule.Create();
                    if (declared is not null)
                        module.AddSubscription(new SubscriptionDescriptor(declared, "etc/io_events.xml") { Fields = [new SubscriptionField("entity_id")] });
                    return module;
                },
            ]);
        await host.StartAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        if (act is not null)
            await act(host.Services);
        return host.Subscriptions.List();
    }

    private static Task SubscribeAsync(IServiceProvider services) => services.GetRequiredService<EventSubscriptionRoutes>().Subscribe(
        new EventInput { Name = "observer.sales.order.created", Fields = [new FieldInput { Name = "*" }] });

    [Fact]
    public async Task A_declared_subscription_is_made_once_and_left_alone_while_nothing_changes()
    {
        var first = (await AfterStartAsync("observer.sales.order.created")).ShouldHaveSingleItem();
        var second = (await AfterStartAsync("observer.sales.order.created")).ShouldHaveSingleItem();

        (first.IsRequired, first.Status, first.Recipient).ShouldBe((true, SubscriptionStatus.Active, "http://127.0.0.1:9/a"));
        (second.Id, second.ModifiedAt).ShouldBe((first.Id, first.ModifiedAt));
    }

    [Fact]
    public async Task What_nobody_declares_any_more_is_switched_off_and_anybodys_to_subscribe_to_again()
    {
        await AfterStartAsync("observer.sales.order.created");

        var off = (await AfterStartAsync()).ShouldHaveSingleItem();
        (off.IsRequired, off.Status).ShouldBe((false, SubscriptionStatus.Disabled));
        off.DisabledReason!.ShouldContain("no module declares it");
        (await AfterStartAsync(act: SubscribeAsync)).ShouldHaveSingleItem().Status.ShouldBe(SubscriptionStatus.Active);
    }

    [Fact]
    public async Task One_made_over_rest_becomes_the_declared_one_whatever_its_spelling()
    {
        var made = (await AfterStartAsync(act: SubscribeAsync)).ShouldHaveSingleItem();

        var declared = (await AfterStartAsync("sales.order.created")).ShouldHaveSingleItem();

        (declared.Id, declared.Name, declared.IsRequired).ShouldBe((made.Id, "sales.order.created", true));
        declared.Fields.ShouldBe([new SubscriptionField("entity_id")]);
    }

    [Fact]
    public async Task A_changed_destination_and_audits_for_all_reach_what_was_made_over_rest()
    {
        var before = (await AfterStartAsync(act: SubscribeAsync)).ShouldHaveSingleItem();

        var after = (await AfterStartAsync(url: "http://127.0.0.1:9/b", isAudited: true)).ShouldHaveSingleItem();

        (before.Recipient, before.IsHipaaAuditRequired).ShouldBe(("http://127.0.0.1:9/a", false));
        (after.Id, after.Recipient, after.IsHipaaAuditRequired).ShouldBe((before.Id, "http://127.0.0.1:9/b", true));
    }

    [Fact]
    public async Task What_was_unsubscribed_stays_off()
    {
        await AfterStartAsync(act: async services =>
        {
            await SubscribeAsync(services);
            await services.GetRequiredService<EventSubscriptionRoutes>().Unsubscribe("observer.sales.order.created");
        });

        (await AfterStartAsync(url: "http://127.0.0.1:9/b")).ShouldHaveSingleItem().Status.ShouldBe(SubscriptionStatus.Disabled);
    }
}
