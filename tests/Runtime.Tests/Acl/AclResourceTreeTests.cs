using Declarative.Acl;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Acl;

public sealed class SqliteAclResourceTreeTests : AclResourceTreeTests<SqliteFixture>;

public sealed class PostgreSqlAclResourceTreeTests : AclResourceTreeTests<PostgreSqlFixture>;

/// <summary>The permissions as people choose from them.</summary>
public abstract class AclResourceTreeTests<TStore> : IDisposable
    where TStore : class, IStoreFixture, new()
{
    private readonly TStore _store = new();

    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task It_holds_what_the_modules_declare_with_titles_and_without_what_is_disabled()
    {
        await using var host = CallerHost.Build(_store);
        var tree = host.Services.GetRequiredService<AclResourceTree>();

        tree.Roots.Select(root => root.Id).ShouldBe(["Magento_Backend::all", "Magento_Backend::admin"]);
        var shop = tree.Roots[1].Children.Where(one => one.Id.StartsWith("Shop_", StringComparison.Ordinal)).ShouldHaveSingleItem();
        (shop.Id, shop.Title).ShouldBe((CallerHost.View, "View"));
        var orders = shop.Children.ShouldHaveSingleItem();
        var cancel = orders.Children.ShouldHaveSingleItem();
        (cancel.Id, cancel.Title).ShouldBe((CallerHost.Cancel, CallerHost.Cancel), "where no title is stated the id stands for it");
        tree.TitleOf(CallerHost.Orders).ShouldBe("Orders");
        tree.TitleOf("No_Module::such").ShouldBe("No_Module::such");
    }
}
