using Declarative.Matching;
using Declarative.Rest;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Matching;

public sealed class StoreContextTests
{
    [Theory]
    [InlineData(1, "context_store.get_store.get_id", "1")]
    [InlineData(2, "context_store.get_store.get_code", "\"de\"")]
    [InlineData(9, "context_store.get_store.get_code", "null")]
    [InlineData(1, "context_store.get_group", "null")]
    public async Task The_store_is_known(int storeId, string expression, string expected)
    {
        using var log = new LogLines();
        var services = new ServiceCollection();
        services.AddKeyedSingleton<IEventContext, StoreContext>(StoreContext.Name);
        services.Configure<RestOptions>(options =>
        {
            options.Stores["de"] = 2;
            options.Stores["view_de"] = 2;
        });
        await using var provider = services.BuildServiceProvider();
        (await Plans.ProjectAsync(Plans.Target([new("store") { Source = expression }]), "{}", services: MatchServices.From(provider, log), storeId: storeId))
            .ShouldBe($$"""{"store":{{expected}}}""");
    }
}
