using System.Net;
using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>Under <c>dotnet watch</c> an edit of the XML reaches the process that is running.</summary>
[Collection(nameof(UsesFeed))]
public sealed class WatchTests(Feed feed)
{
    [Fact]
    public async Task A_new_event_can_be_published_without_a_restart_and_a_mistake_takes_none_away()
    {
        using var scratch = new Scratch();
        feed.WriteApp(scratch, "Declarative.Sqlite");
        scratch.Write("app/etc/async_events.xml", "<config>\n  <async_event name=\"first\"><payload class=\"Note\"/></async_event>\n</config>");
        scratch.Write("app/etc/integration.xml", Integration("it@warehouse.example"));
        scratch.Write("app/Program.cs", """
            using Declarative.Events;
            using System.Text.Json;

            var builder = WebApplication.CreateBuilder(args);
            builder.AddDeclarative(declarative => declarative.UseSqlite("Data Source=app.db"));
            var app = builder.Build();
            app.MapDeclarative();
            app.MapPost("/{name}", async (string name, IEventPublisher publisher) =>
            {
                try
                {
                    await publisher.PublishAsync(name, JsonDocument.Parse("{\"text\":\"x\"}").RootElement);
                    return Results.Text($"{Environment.ProcessId}");
                }
                catch (UnknownEventException exception)
                {
                    return Results.NotFound(exception.Message);
                }
            });
            app.Run();

            public record Note(string Text);
            """);
        var url = "http://127.0.0.1:" + ReadmeTests.FreePort();

        using var watch = Run.Start(scratch["app"], "dotnet", ["watch", "--non-interactive", "--verbose", "run", "--urls", url], feed.Environment);
        await watch.LineAsync(line => line.Contains("Waiting for changes", StringComparison.Ordinal));
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        var before = await PublishAsync(client, "first", HttpStatusCode.OK);
        await PublishAsync(client, "second", HttpStatusCode.NotFound);

        scratch.Write("app/etc/async_events.xml", "<config>\n  <async_event name=\"first\"><payload class=\"Note\"/></async_event>\n  <async_event name=\"second\"><payload class=\"Note\"/></async_event>\n</config>");

        var after = await PublishAsync(client, "second", HttpStatusCode.OK);
        after.ShouldBe(before, "the process must be the same one\n" + watch.Output);

        // A mistake takes nothing away: an integration without its address would be another one, and lose its tokens.
        scratch.Write("app/etc/integration.xml", Integration("it warehouse"));
        await watch.LineAsync(line => line.Contains("Declarations can't be reloaded and stay as they were: The build reports errors in the declarations of app.", StringComparison.Ordinal));
        scratch.Write("app/etc/integration.xml", Integration("it@warehouse.example"));
        scratch.Write("app/etc/async_events.xml", "<config>\n  <async_event name=\"first\"><payload class=\"Note\"/></async_event>\n  <async_event name=\"second\"><payload class=\"Note\"/></async_event>\n  <async_event name=\"third\"><payload class=\"Note\"/></async_event>\n</config>");
        (await PublishAsync(client, "third", HttpStatusCode.OK)).ShouldBe(before);
        watch.Output.ShouldNotContain("was made anew");
        watch.Output.ShouldNotContain("app.db-wal");
    }

    private static string Integration(string email) => $"<config>\n  <integration name=\"Warehouse\">\n    <email>{email}</email>\n    <resources/>\n  </integration>\n</config>";

    /// <summary>Publishes until the answer is the expected one, at most for three minutes.</summary>
    private static async Task<string> PublishAsync(HttpClient client, string name, HttpStatusCode expected)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            try
            {
                var answer = await client.PostAsync("/" + name, null, limit.Token);
                if (answer.StatusCode == expected)
                    return await answer.Content.ReadAsStringAsync(limit.Token);
            }
            catch (HttpRequestException)
            {
                // It is still starting.
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
