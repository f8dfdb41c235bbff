using System.Net;
using System.Net.Http.Json;
using Declarative.Testing;
using Microsoft.Extensions.DependencyInjection;
using Manifest = Declarative.Generated.Template_1;

namespace Template._1.Tests;

public sealed class NotesTests
{
    private static Task<TestApp> StartAsync() =>
        TestApp.StartAsync([Manifest.Create], builder => builder.Services.AddSingleton<INotes, NotesInMemory>());

    [Fact]
    public async Task A_note_that_is_taken_is_delivered()
    {
        await using var app = await StartAsync();

        var note = await app.Get<INotes>().TakeAsync("Buy milk", TestContext.Current.CancellationToken);
        await app.IdleAsync();

        app.Published.One("note.taken");
        Assert.Equal(note, Assert.Single(app.Received).As<Note>());
    }

    [Fact]
    public async Task Who_has_no_permission_takes_no_note()
    {
        await using var app = await StartAsync();

        using var answer = await app.Client.PostAsJsonAsync("/rest/V1/notes", new { text = "Buy milk" }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        app.Published.None();
    }
}
