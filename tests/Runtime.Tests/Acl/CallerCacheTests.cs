using System.Net;
using Declarative.Acl;
using Declarative.Storage;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Acl;

public sealed class SqliteCallerCacheTests : CallerCacheTests<SqliteFixture>;

public sealed class PostgreSqlCallerCacheTests : CallerCacheTests<PostgreSqlFixture>;

public abstract class CallerCacheTests<TStore> : IDisposable
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();
    private readonly TestClock _time = new();

    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void It_never_holds_more_than_its_capacity()
    {
        var cache = new CallerCache(_time) { Capacity = 100 };

        for (var i = 0u; i < 1000; i++)
            cache.Keep(Token(i), Owner("a"), cache.Changes);

        cache.Count.ShouldBeInRange(80, 100);
        cache.Find(Token(999)).ShouldNotBeNull();
    }

    [Fact]
    public void What_has_expired_makes_room_first()
    {
        var cache = new CallerCache(_time) { Capacity = 100 };
        cache.Keep(Token(5000), Owner("a", hours: 9), cache.Changes);
        for (var i = 1u; i < 100; i++)
            cache.Keep(Token(i), Owner("a"), cache.Changes);
        _time.Advance(TimeSpan.FromHours(1));
        cache.Find(Token(1)).ShouldBeNull();

        cache.Keep(Token(6000), Owner("a", hours: 9), cache.Changes);

        cache.Count.ShouldBe(2);
        cache.Find(Token(5000)).ShouldNotBeNull();
    }

    [Fact]
    public void An_answer_from_before_a_change_is_not_kept()
    {
        var cache = new CallerCache(_time);
        var changes = cache.Changes;

        cache.Forget((_, _) => false);
        cache.Keep(Token(1), Owner("a"), changes);

        cache.Find(Token(1)).ShouldBeNull();
    }

    [Fact]
    public async Task A_revocation_while_the_token_is_being_read_counts_for_the_next_request()
    {
        CountedCallers? counted = null;
        await using var host = await CallerHost.StartAsync(_store, afterwards: services => counted = CountedCallers.Register(services));
        var token = await host.AdminAsync("anna", CallerHost.Orders);
        var isRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        counted!.AfterFind = () =>
        {
            isRead.TrySetResult();
            return goOn.Task;
        };

        var first = host.GetAsync("/orders", token);
        await isRead.Task;
        await host.Users.RevokeTokensAsync("anna");
        goOn.SetResult();
        await first;

        (await host.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static AccessToken Token(uint number)
    {
        AccessToken.TryParse(number.ToString("D32"), out var token).ShouldBeTrue();
        return token;
    }

    private TokenOwner Owner(string owner, int hours = 1) =>
        new(CallerKind.Admin, owner, owner, 1, _time.GetUtcNow() + TimeSpan.FromHours(hours));
}
