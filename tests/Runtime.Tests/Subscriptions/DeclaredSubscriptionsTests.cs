using System.Text.Json;
using Declarative.Merging;
using Declarative.Modules;
using Declarative.Subscriptions;
using Declarative.Tests.Fixtures;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Subscriptions;

public sealed class SqliteDeclaredSubscriptionsTests : DeclaredSubscriptionsTests<SqliteFixture>;

public sealed class PostgreSqlDeclaredSubscriptionsTests : DeclaredSubscriptionsTests<PostgreSqlFixture>;

/// <summary>How the modules' subscriptions become one list.</summary>
public abstract class DeclaredSubscriptionsTests<TStore> : IDisposable
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();

    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Func<ModuleManifest> Module(string name, bool isHost, params SubscriptionDescriptor[] subscriptions) => () =>
    {
        var manifest = new ModuleManifest(name, ModuleManifest.CurrentFormatVersion, name.Replace('_', '.'), "0.1.0") { IsHost = isHost };
        manifest.AddPayloadEvent<CustomerSaved>("a." + name.ToLowerInvariant(), "etc/async_events.xml", []);
        foreach (var subscription in subscriptions)
            manifest.AddSubscription(subscription);
        return manifest;
    };

    private DeclaredSubscriptions Merge(params Func<ModuleManifest>[] modules) =>
        TestHost.Build(_store.Use, modules: modules).Services.GetRequiredService<DeclaredSubscriptions>();

    [Fact]
    public void Fields_rules_and_processors_add_up_and_later_attributes_win()
    {
        var merged = Merge(
            Module("Shop_Aaa", false,
                new SubscriptionDescriptor("first", "etc/io_events.xml") { Parent = "a.shop_aaa", Destination = "erp", IsPriority = true, Fields = [new("id") { Converter = "X" }, new("sku")], Rules = [new("qty", "lessThan", "5")], Processors = [new("P", 3), new("Q")] },
                new SubscriptionDescriptor("second", "etc/io_events.xml") { Fields = [new("id")] }),
            Module("Shop_Bbb", false,
                new SubscriptionDescriptor("first", "etc/b/io_events.xml") { IsPriority = false, ProviderId = "p", Fields = [new("sku") { Source = "nr" }, new("name")], Rules = [new("qty", "lessThan", "9"), new("qty", "greaterThan", "1")], Processors = [new("P"), new("R", 1)] })).All;

        merged.Select(one => one.Name).ShouldBe(["first", "second"]);
        var first = merged[0];
        first.DeclaredIn.ShouldBe("module Shop_Bbb, etc/b/io_events.xml");
        (first.Parent, first.Destination, first.ProviderId, first.IsPriority, first.IsHipaaAuditRequired).ShouldBe(("a.shop_aaa", "erp", "p", false, null));
        first.Fields.ShouldBe([new("id") { Converter = "X" }, new("sku") { Source = "nr" }, new("name")]);
        first.Rules.ShouldBe([new("qty", "lessThan", "9"), new("qty", "greaterThan", "1")]);
        first.Processors.ShouldBe([new("P", 3), new("Q"), new("R", 1)]);
    }

    [Fact]
    public void The_applications_own_statement_replaces_all_others_and_is_merged_with_itself()
    {
        var merged = Merge(
            Module("Shop_Host", true,
                new SubscriptionDescriptor("first", "etc/io_events.xml") { Fields = [new("id")] },
                new SubscriptionDescriptor("first", "etc/more/io_events.xml") { Fields = [new("nr")] },
                new SubscriptionDescriptor("third", "etc/io_events.xml") { Fields = [new("id")] }),
            Module("Shop_Zzz", false,
                new SubscriptionDescriptor("first", "etc/io_events.xml") { Destination = "erp", Fields = [new("sku")], Rules = [new("a", "equal", "1")] },
                new SubscriptionDescriptor("second", "etc/io_events.xml") { Fields = [new("id")] })).All;

        merged.Select(one => one.Name).ShouldBe(["first", "second", "third"]);
        merged[0].Destination.ShouldBeNull();
        merged[0].Rules.ShouldBeEmpty();
        merged[0].Fields.ShouldBe([new("id"), new("nr")]);
    }

    [Fact]
    public void All_spellings_of_an_event_are_one_subscription() =>
        Merge(
            Module("Shop_Aaa", false, new SubscriptionDescriptor("observer.a.b", "etc/io_events.xml") { Fields = [new("id")] }),
            Module("Shop_Bbb", false, new SubscriptionDescriptor("com.adobe.commerce.A.B", "etc/io_events.xml") { Fields = [new("nr")] }))
            .All.ShouldHaveSingleItem().Fields.Count.ShouldBe(2);

    [Fact]
    public void What_is_wrong_names_file_and_mend()
    {
        Merge(Module("Shop_Aaa", false,
            new SubscriptionDescriptor("no.parent", "etc/io_events.xml") { Fields = [new("id")], Rules = [new("id", "equal", "1")] },
            new SubscriptionDescriptor("a.shop_aaa", "etc/io_events.xml") { Parent = "a.other", Fields = [new("id")] },
            new SubscriptionDescriptor("fine", "etc/io_events.xml") { Parent = "a.shop_aaa", Fields = [new("id")], Rules = [new("id", "near", "1")] },
            new SubscriptionDescriptor("plugin.a.b", "etc/io_events.xml") { Fields = [new("id")] }))
            .Problems.ShouldBe(
            [
                "Subscription 'no.parent' (module Shop_Aaa, etc/io_events.xml): it has rules, so it needs a parent: name the event that it is for as its parent, and give it a name of its own.",
                "Subscription 'a.shop_aaa' (module Shop_Aaa, etc/io_events.xml): it has the parent 'a.other', but 'a.shop_aaa' is itself an event (etc/async_events.xml); give it a name of its own.",
                "Subscription 'fine' (module Shop_Aaa, etc/io_events.xml): there is no operator 'near'; known are equal, greaterThan, lessThan, in, regex, onChange.",
                "Subscription 'plugin.a.b' (module Shop_Aaa, etc/io_events.xml): No module declares the event 'plugin.a.b'. Declare it in etc/async_events.xml or by [AsyncEvent].",
            ]);
    }

    [Fact]
    public void Snake_case_is_that_of_the_serializer()
    {
        // Pieces of names as people write them, and anything else.
        var pieces = Gen.Elements("A", "B", "a", "b", "1", "_", "-", " ", "É", "ß", "ǅ", "XML", "Id", "order", "\ud83d\ude00", "İ", "ⅷ").ListOf().Select(string.Concat);
        var names = Gen.OneOf(pieces, ArbMap.Default.GeneratorFor<string>().Select(static text => text ?? ""));
        Prop.ForAll(names.ToArbitrary(), static name => SnakeCase.Of(name) == JsonNamingPolicy.SnakeCaseLower.ConvertName(name)).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }
}
