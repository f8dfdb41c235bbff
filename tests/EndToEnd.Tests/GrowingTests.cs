using System.Collections.Concurrent;
using System.Security.Cryptography;
using Declarative.EndToEnd.Tests.Harness;
using Declarative.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Declarative.EndToEnd.Tests;

/// <summary>The README's application, grown as the README says: from SQLite to PostgreSQL, and to RabbitMQ. Typed as it stands there, but for the addresses.</summary>
[Collection(nameof(UsesFeed))]
public sealed class GrowingTests(Feed feed) : IAsyncDisposable
{
    private const string StoreLine = "builder.AddDeclarative(declarative => declarative.UseSqlite(\"Data Source=hello.db\"));";

    private readonly Scratch _scratch = new();
    private readonly ConcurrentQueue<(string Signature, string Attempt, string Body)> _received = [];
    private readonly string _port = ReadmeTests.FreePort();
    private readonly Dictionary<string, string> _addresses = [];
    private bool _isDown = true;

    public ValueTask DisposeAsync()
    {
        _scratch.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task From_SQLite_to_PostgreSQL_to_RabbitMQ()
    {
        Require(PostgreSqlProcess.IsInstalled, PostgreSqlProcess.Missing);
        Require(RabbitMqProcess.IsInstalled, "There is no RabbitMQ (apt-get install rabbitmq-server).");
        using var postgres = new PostgreSqlProcess();
        await using var rabbit = new RabbitMqProcess();
        await rabbit.FirstStartAsync();
        await using var receiver = await ReceiverAsync();
        var blocks = Markdown.Blocks("README.md", "How it grows");
        _addresses["http://127.0.0.1:5080"] = "http://127.0.0.1:" + _port;
        _addresses["Host=127.0.0.1;Database=hello;Username=postgres;Password=secret"] = postgres.ConnectionString(postgres.Create("hello"));
        _addresses["amqp://guest:guest@127.0.0.1:5672"] = rabbit.Uri;

        await MakeAsync(receiver.Urls.Single());
        using (var onSqlite = await StartAsync("dotnet run --urls http://127.0.0.1:5080"))
        {
            await GreetAsync("Ada");
            await ReceivedAsync("Ada", attempt: "1");
            await onSqlite.TerminateAsync();
        }

        // The receiver was down: it is pending.
        _received.Clear();
        _isDown = false;
        (await TypeAsync(blocks[0].Text)).Output.ShouldContain("Set Declarative:Secrets:Key of the new host");
        Exchange(StoreLine, blocks[1].Text);
        using (var onPostgreSql = await StartAsync(blocks[2].Text))
        {
            await ReceivedAsync("Ada", attempt: "2");
            await GreetAsync("Grace");
            await ReceivedAsync("Grace", attempt: "1");
            await onPostgreSql.TerminateAsync();
        }

        await TypeAsync(blocks[3].Text);
        Exchange(blocks[1].Text, blocks[4].Text);
        using var throughRabbitMq = await StartAsync(blocks[2].Text);
        await GreetAsync("Edsger");
        await ReceivedAsync("Edsger", attempt: "1");
        await using var connection = await rabbit.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        (await channel.QueueDeclarePassiveAsync("event.trigger", TestContext.Current.CancellationToken)).ConsumerCount.ShouldBe(1u);
        _received.Count.ShouldBe(3, "nothing came twice");
        postgres.Scalar("hello", "SELECT count(*) FROM declarative.subscription").ShouldBe(1L);
    }

    private static void Require(bool isThere, string otherwise)
    {
        if (!isThere && Environment.GetEnvironmentVariable("CI") == "true")
            throw new InvalidOperationException(otherwise);
        Assert.SkipUnless(isThere, otherwise);
    }

    /// <summary>The application of the five minutes, which subscribes another process.</summary>
    private async Task MakeAsync(string receiver)
    {
        var blocks = Markdown.Blocks("README.md", "From XML to a delivered event in five minutes");
        _scratch.Write("hello/etc/async_events.xml", blocks[1].Text);
        _scratch.Write("hello/Program.cs", blocks[2].Text);
        _scratch.Write("hello/nuget.config", feed.NugetConfig);
        (await Run.DotnetAsync(_scratch.Path, "new web -o hello --no-restore --force", feed.Environment)).ShouldSucceed();
        _scratch.Write("hello/Program.cs", blocks[2].Text);
        Exchange("app.Urls.First() + \"/receiver\"", $"\"{receiver}/\"");
        await TypeAsync("dotnet add package Declarative.Sqlite");
    }

    private void Exchange(string line, string other)
    {
        var program = File.ReadAllText(_scratch["hello/Program.cs"]);
        program.ShouldContain(Here(line.Trim()));
        _scratch.Write("hello/Program.cs", program.Replace(Here(line.Trim()), Here(other.Trim()), StringComparison.Ordinal));
    }

    private async Task<Run> TypeAsync(string commands) =>
        (await Run.ToEndAsync(_scratch["hello"], "bash", ["-euo", "pipefail", "-c", Here(commands)], feed.Environment)).ShouldSucceed();

    private async Task<Run> StartAsync(string commands)
    {
        var app = Run.Start(_scratch["hello"], "bash", ["-euo", "pipefail", "-c", Here(commands).Replace("dotnet run", "exec dotnet run", StringComparison.Ordinal)], feed.Environment);
        await app.LineAsync(static line => line.Contains("Application started", StringComparison.Ordinal));
        return app;
    }

    private string Here(string text) => _addresses.Aggregate(text, static (now, one) => now.Replace(one.Key, one.Value, StringComparison.Ordinal));

    private async Task GreetAsync(string name)
    {
        using var client = new HttpClient();
        (await client.PostAsync($"http://127.0.0.1:{_port}/greet/{name}", null, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
    }

    /// <summary>Waits for what tells of somebody; the signature is by the token that was given once, to the application on SQLite.</summary>
    private async Task ReceivedAsync(string name, string attempt)
    {
        await Eventually.True(() => _received.Any(one => one.Body.Contains(name, StringComparison.Ordinal)));
        var one = _received.Single(one => one.Body.Contains(name, StringComparison.Ordinal));
        one.Attempt.ShouldBe(attempt);
        one.Signature.ShouldBe(Convert.ToHexStringLower(HMACSHA256.HashData("a secret that the receiver knows too"u8, System.Text.Encoding.UTF8.GetBytes(one.Body))));
    }

    private async Task<WebApplication> ReceiverAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            _received.Enqueue((request.Headers["x-magento-signature"].ToString(), request.Headers["x-attempt"].ToString(), await reader.ReadToEndAsync()));

            // The application must be stopped before the next try, however slow the machine is.
            if (_isDown)
                request.HttpContext.Response.Headers.RetryAfter = "20";
            return Results.StatusCode(_isDown ? 503 : 200);
        });
        await app.StartAsync();
        return app;
    }
}
