using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Declarative.Tests.Storage;

namespace Declarative.Tests.Commerce;

public sealed class SqliteIntegrationTokenStoreBehaviour : IntegrationTokenStoreBehaviour<SqliteFixture>;

public sealed class PostgreSqlIntegrationTokenStoreBehaviour : IntegrationTokenStoreBehaviour<PostgreSqlFixture>;

/// <summary>What every store must do for the third party's posts and tokens.</summary>
public abstract class IntegrationTokenStoreBehaviour<TStore> : StoreTest<TStore>
    where TStore : IStoreFixture, new()
{
    private IIntegrationTokenStore Tokens => Get<IIntegrationTokenStore>();

    [Fact]
    public async Task Posts_are_kept_in_their_order_up_to_the_limit()
    {
        (await Tokens.AddPostAsync(Post("a"), 3, None)).ShouldBeTrue();
        (await Tokens.AddPostAsync(Post("b"), 3, None)).ShouldBeTrue();
        (await Tokens.AddPostAsync(Post("a"), 3, None)).ShouldBeTrue();
        (await Tokens.AddPostAsync(Post("c"), 3, None)).ShouldBeFalse();

        var posts = await Tokens.LoadPostsAsync(None);
        posts.Select(static post => post.ConsumerKey).ShouldBe(["a", "b", "a"]);
        posts[1].Credentials.ShouldBe(Post("b").Credentials);
        posts[1].PostedAt.ShouldBe(Now);

        await Tokens.DeletePostAsync(posts[0].Id, None);
        (await Tokens.LoadPostsAsync(None)).Select(static post => post.Id).ShouldBe(posts.Skip(1).Select(static post => post.Id));
    }

    [Fact]
    public async Task Tokens_replace_those_before_and_end_their_post()
    {
        (await Tokens.FindAsync(None)).ShouldBeNull();
        await Tokens.AddPostAsync(Post("a"), 3, None);
        await Tokens.AddPostAsync(Post("b"), 3, None);
        var posts = await Tokens.LoadPostsAsync(None);

        await Tokens.SaveAsync(posts[0].Id, Link("a", 1), None);
        var first = (await Tokens.FindAsync(None)).ShouldNotBeNull();
        (first.ConsumerKey, first.Login, first.LinkedAt).ShouldBe(("a", null, Now));
        first.Tokens.ShouldBe([1]);
        (await Tokens.LoadPostsAsync(None)).ShouldHaveSingleItem().ConsumerKey.ShouldBe("b");

        await Tokens.SaveAsync(posts[1].Id, Link("b", 2), None);
        (await Tokens.FindAsync(None)).ShouldNotBeNull().ConsumerKey.ShouldBe("b");
        (await Tokens.LoadPostsAsync(None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_login_is_tied_before_during_and_after_the_exchange()
    {
        (await Tokens.TieAsync("a", "ada", None)).ShouldBeFalse();
        await Tokens.AddPostAsync(Post("a"), 9, None);
        (await Tokens.TieAsync("a", "ada", None)).ShouldBeTrue();
        await SaveAsync("a");
        (await Tokens.FindAsync(None))!.Login.ShouldBe("ada");

        // Reauthorized: who logged in stays until somebody else does.
        await Tokens.AddPostAsync(Post("a"), 9, None);
        await SaveAsync("a");
        (await Tokens.FindAsync(None))!.Login.ShouldBe("ada");
        (await Tokens.TieAsync("a", "bob", None)).ShouldBeTrue();
        (await Tokens.FindAsync(None))!.Login.ShouldBe("bob");

        // Another consumer is nobody's yet.
        await Tokens.AddPostAsync(Post("b"), 9, None);
        await SaveAsync("b");
        (await Tokens.FindAsync(None))!.Login.ShouldBeNull();
        (await Tokens.TieAsync("a", "ada", None)).ShouldBeFalse();

        async Task SaveAsync(string key) => await Tokens.SaveAsync((await Tokens.LoadPostsAsync(None)).Single().Id, Link(key, 1), None);
    }

    private static IntegrationPostRecord Post(string key) => new() { ConsumerKey = key, Credentials = System.Text.Encoding.UTF8.GetBytes("secret of " + key), PostedAt = Now };

    private static IntegrationLinkRecord Link(string key, byte token) => new() { ConsumerKey = key, Tokens = [token], LinkedAt = Now };
}
