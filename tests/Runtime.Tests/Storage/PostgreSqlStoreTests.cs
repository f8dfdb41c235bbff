using System.Diagnostics;
using Declarative.Modules;
using Declarative.PostgreSql;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Declarative.Tests.Storage;

/// <summary>What is PostgreSQL's own: its schema, its server, its key.</summary>
public sealed class PostgreSqlStoreTests : IDisposable
{
    private readonly PostgreSqlServer _server = PostgreSqlServer.Shared;
    private readonly string _database;

    public PostgreSqlStoreTests() => _database = _server.Create();

    public void Dispose() => _server.Drop(_database);

    [Fact]
    public async Task Nodes_that_start_together_make_the_tables_once()
    {
        var nodes = Enumerable.Range(0, 4).Select(_ => Build()).ToList();

        await Task.WhenAll(nodes.Select(static node => node.StartAsync()));

        _server.Scalar(_database, "SELECT count(*) FROM declarative.migration").ShouldBe((long)Migrations.Steps.Count);
        _server.Scalar(_database, "SELECT count(*) FROM declarative.store").ShouldBe(1L);
        _server.Scalar(_database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").ShouldBe(0L);
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task Mode_verify_changes_no_tables()
    {
        await using (var strict = Build("verify"))
            (await Should.ThrowAsync<DeclarativeStartException>(strict.StartAsync)).Message.ShouldContain($"has tables of version 0; version {Migrations.Steps.Count} is needed. Start once with Declarative:Storage:Migrations = auto");
        _server.Scalar(_database, "SELECT to_regnamespace('declarative')::text").ShouldBe(DBNull.Value);
        await using (var host = Build())
            await host.StartAsync();

        await using var again = Build("verify");
        await again.StartAsync();
    }

    [Fact]
    public async Task Tables_of_a_later_version_are_left_alone()
    {
        await using (var host = Build())
            await host.StartAsync();
        _server.Execute(_database, "INSERT INTO declarative.migration (step) VALUES (999)");

        await using var next = Build();
        (await Should.ThrowAsync<DeclarativeStartException>(next.StartAsync)).Message.ShouldContain("later version");
    }

    [Fact]
    public async Task Tables_of_every_version_are_brought_to_this_one_and_keep_their_rows()
    {
        for (var version = 1; version <= Migrations.Steps.Count; version++)
        {
            var database = _server.Create();
            await using (var connection = new NpgsqlConnection(_server.ConnectionString(database) + ";Pooling=false"))
            {
                await connection.OpenAsync(TestContext.Current.CancellationToken);
                await Migrations.ApplyAsync(connection, version, CancellationToken.None);
            }

            _server.Execute(
                database,
                """
                INSERT INTO declarative.endpoint (id, key) VALUES (1, 'http|https://example.com:443');
                INSERT INTO declarative.subscription (id, event_name, recipient, notifier, status, retry, retry_on, endpoint_id, created_at, modified_at)
                VALUES (7, 'sales.order.created', 'https://example.com/', 'http', 1, 'standard', 0, 1, now(), now())
                """);

            await using (var host = Build(database: database))
            {
                await host.StartAsync();
                host.Subscriptions.List().ShouldHaveSingleItem().Id.ShouldBe(7);
            }

            _server.Drop(database);
        }
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_with_a_mend_and_without_the_password()
    {
        await using var host = TestHost.Build(declarative => declarative.UsePostgreSql("Host=127.0.0.1;Port=1;Database=shop;Username=shop;Password=a-password-nobody-may-read"));

        var message = (await Should.ThrowAsync<DeclarativeStartException>(host.StartAsync)).Message;

        message.ShouldContain("The database 'shop' at 127.0.0.1:1 can't be opened: ");
        message.ShouldContain("Does the server run");
        message.ShouldNotContain("a-password-nobody-may-read");
    }

    [Fact]
    public async Task Without_a_key_for_all_nodes_nothing_starts()
    {
        await using var host = TestHost.Build(declarative => declarative.UsePostgreSql(_server.ConnectionString(_database)));
        (await Should.ThrowAsync<DeclarativeStartException>(host.StartAsync)).Message.ShouldContain("set Declarative:Secrets:Key (32 bytes in base64");
    }

    [Theory]
    [InlineData("Database=shop")]
    [InlineData("Host=db;Colour=blue")]
    public void A_connection_string_that_names_no_server_or_can_not_be_read_is_refused(string connectionString) =>
        Should.Throw<ArgumentException>(() => TestHost.Build(declarative => declarative.UsePostgreSql(connectionString)));

    [Fact]
    public async Task While_the_server_refuses_publishes_fail_at_once_and_afterwards_all_goes_on()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = Build();
        await host.StartAsync();
        await host.SubscribeAsync(receiver.Url);
        (await host.OrderCreated.PublishAsync(1)).ShouldNotBe(Guid.Empty);

        _server.Execute("postgres", $"ALTER DATABASE {_database} ALLOW_CONNECTIONS false; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_database}'");
        var started = Stopwatch.GetTimestamp();
        (await Should.ThrowAsync<StoreException>(() => host.OrderCreated.PublishAsync(2))).Message.ShouldContain($"The database '{_database}' at 127.0.0.1:");
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(3));

        _server.Execute("postgres", $"ALTER DATABASE {_database} ALLOW_CONNECTIONS true");
        await host.OrderCreated.PublishAsync(3);
        await Eventually.True(() => receiver.Requests.Any(static request => request.Text.Contains("\"entity_id\":3", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Text_that_PostgreSQL_can_not_hold_is_stored_all_the_same()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = static async context =>
        {
            context.Response.StatusCode = 500;
            await context.Response.Body.WriteAsync("a\0b"u8.ToArray());
        };
        await using var host = Build();
        await host.StartAsync();
        await host.SubscribeAsync(receiver.Url);

        var message = await host.OrderCreated.PublishAsync(1, options: new PublishOptions { IdempotencyKey = "\0\ud800" });

        var delivery = await host.DeliveryOfAsync(message, static one => one.Attempts.Count > 0);
        delivery.Attempts[0].Response.ShouldBe("a\ufffdb");
        (await host.OrderCreated.PublishAsync(1, options: new PublishOptions { IdempotencyKey = "\0\ud800" })).ShouldBe(message);
    }

    private TestHost Build(string migrations = "auto", string? database = null) => TestHost.Build(
        declarative => declarative.UsePostgreSql(_server.ConnectionString(database ?? _database)),
        configuration: new() { ["Declarative:Storage:Migrations"] = migrations, ["Declarative:Secrets:Key"] = Convert.ToBase64String(new byte[32]) });
}
