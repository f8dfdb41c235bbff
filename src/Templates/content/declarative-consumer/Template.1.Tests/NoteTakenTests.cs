using System.Net;
using Declarative.Testing;
using Microsoft.Extensions.DependencyInjection;
using Manifest = Declarative.Generated.Template_1;

namespace Template._1.Tests;

public sealed class NoteTakenTests
{
    private const string Secret = "a secret for tests";

    private static Task<TestApp> StartAsync() => TestApp.StartAsync([Manifest.Create], builder =>
    {
        builder.Configuration["Notes:Secret"] = Secret;
        builder.Services.AddSingleton<NotesTold>();
    });

    private static async Task<HttpStatusCode> SendAsync(TestApp app, string secret, object payload)
    {
        using var request = SignedRequest.StandardWebhooks("/consumers/notes", secret, "note.taken", payload, app.Clock.GetUtcNow());
        using var answer = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    [Fact]
    public async Task A_note_that_we_are_told_of_is_known()
    {
        await using var app = await StartAsync();

        Assert.Equal(HttpStatusCode.OK, await SendAsync(app, Secret, new { Id = 1, Text = "Buy milk" }));

        Assert.Equal("Buy milk", app.Get<NotesTold>().Texts[1]);
    }

    [Fact]
    public async Task A_note_without_a_text_is_refused_for_good()
    {
        await using var app = await StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(app, Secret, new { Id = 1 }));

        Assert.Empty(app.Get<NotesTold>().Texts);
    }

    [Fact]
    public async Task Who_does_not_know_the_secret_tells_us_nothing()
    {
        await using var app = await StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(app, "guessed", new { Id = 1, Text = "Buy milk" }));

        Assert.Empty(app.Get<NotesTold>().Texts);
    }
}
