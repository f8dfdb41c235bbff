using System.Net;
using System.Net.Http.Json;
using Declarative.Testing;
using Manifest = Declarative.Generated.Template_1;

namespace Template._1.Tests;

public sealed class BookmarksTests
{
    private static Task<TestApp> StartAsync() =>
        TestApp.StartAsync([Manifest.Create], builder => builder.Services.AddBookmarks());

    [Fact]
    public async Task A_bookmark_that_is_added_is_told()
    {
        await using var app = await StartAsync();
        await app.SubscribeAsync("bookmark.added");

        var bookmark = await app.Get<IBookmarks>().AddAsync("https://example.com", TestContext.Current.CancellationToken);
        await app.IdleAsync();

        Assert.Equal(bookmark, app.Received.One("bookmark.added").As<Bookmark>());
    }

    [Fact]
    public async Task Everybody_may_read_a_bookmark()
    {
        await using var app = await StartAsync();
        var bookmark = await app.Get<IBookmarks>().AddAsync("https://example.com", TestContext.Current.CancellationToken);

        Assert.Equal(bookmark, await app.Client.GetFromJsonAsync<Bookmark>($"/rest/V1/bookmarks/{bookmark.Id}", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Who_has_no_permission_adds_no_bookmark()
    {
        await using var app = await StartAsync();

        using var answer = await app.Client.PostAsJsonAsync("/rest/V1/bookmarks", new { url = "https://example.com" }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        app.Published.None();
    }
}
