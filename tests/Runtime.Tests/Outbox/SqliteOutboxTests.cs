using System.Globalization;
using Declarative.Events;
using Declarative.Modules;
using Declarative.Outbox;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Outbox;

/// <summary>An order and the event that tells of it, in one transaction of the application's: both are there, or neither.</summary>
public sealed class SqliteOutboxTests : IAsyncLifetime
{
    private readonly SqliteFixture _store = new();
    private readonly SqliteFixture _shop = new();
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await Receiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _store.Dispose();
        _shop.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_committed_is_delivered_soon(bool inTheEnginesDatabase)
    {
        await using var host = await StartAsync();
        await using var connection = Open(inTheEnginesDatabase ? _store : _shop);
        Guid id;
        await using (var transaction = connection.BeginTransaction())
        {
            Order(connection, 7);
            id = await host.OrderCreated.PublishAsync(7, options: new PublishOptions { Transaction = transaction });
            transaction.Commit();
        }

        // Far less than the back-stop: the commit wakes the worker.
        await Eventually.True(() => _receiver.Requests.Count == 1);
        (await host.DeliveryLog.OfMessageAsync(id)).ShouldHaveSingleItem();
        Count(inTheEnginesDatabase ? _store : _shop, "orders").ShouldBe(1);
        if (!inTheEnginesDatabase)
            await Eventually.True(() => Count(_shop, "declarative_outbox") == 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_rolled_back_never_was(bool inTheEnginesDatabase)
    {
        await using var host = await StartAsync();
        await using var connection = Open(inTheEnginesDatabase ? _store : _shop);
        await using (var transaction = connection.BeginTransaction())
        {
            Order(connection, 7);
            await host.OrderCreated.PublishAsync(7, options: new PublishOptions { Transaction = transaction });
            transaction.Rollback();
        }

        await host.OrderCreated.PublishAsync(8);
        await Eventually.True(() => _receiver.Requests.Count == 1);
        _receiver.Requests.Single().Text.ShouldContain("8");
        _store.Scalar("SELECT count(*) FROM message").ShouldBe(1);
        Count(inTheEnginesDatabase ? _store : _shop, "orders").ShouldBe(0);
    }

    [Fact]
    public async Task A_key_makes_repeats_one_event_and_refuses_other_content()
    {
        await using var host = await StartAsync();
        await using var connection = Open(_store);
        var first = await host.OrderCreated.PublishAsync(7, options: new PublishOptions { IdempotencyKey = "order-7" });
        await using var transaction = connection.BeginTransaction();

        (await host.OrderCreated.PublishAsync(7, options: new PublishOptions { IdempotencyKey = "order-7", Transaction = transaction })).ShouldBe(first);
        await Should.ThrowAsync<IdempotencyConflictException>(() => host.OrderCreated.PublishAsync(8, options: new PublishOptions { IdempotencyKey = "order-7", Transaction = transaction }));
    }

    [Fact]
    public async Task A_repeat_through_the_outbox_is_moved_once_and_other_content_is_dropped_with_a_word()
    {
        await using var host = await StartAsync();
        await using var connection = Open(_shop);
        foreach (var order in new[] { 7, 7, 8 })
        {
            await using var transaction = connection.BeginTransaction();
            await host.OrderCreated.PublishAsync(order, options: new PublishOptions { IdempotencyKey = "order", Transaction = transaction });
            transaction.Commit();
        }

        await Eventually.True(() => Count(_shop, "declarative_outbox") == 0);
        _store.Scalar("SELECT count(*) FROM message").ShouldBe(1);
        host.Log.All.ShouldContain(line => line.Contains("its idempotency key 'order' was used for an event with other content"));
    }

    [Fact]
    public async Task What_was_moved_but_not_removed_when_the_process_died_is_not_published_twice()
    {
        Guid id;
        await using (var host = await StartAsync())
        {
            await using var connection = Open(_shop);
            await using var transaction = connection.BeginTransaction();
            id = await host.OrderCreated.PublishAsync(7, options: new PublishOptions { Transaction = transaction });
            Execute(connection, "CREATE TABLE kept AS SELECT * FROM declarative_outbox");
            transaction.Commit();
            await Eventually.True(() => Count(_shop, "declarative_outbox") == 0);
            await Eventually.True(() => _receiver.Requests.Count == 1);
        }

        await using (var connection = Open(_shop))
            Execute(connection, "INSERT INTO declarative_outbox SELECT * FROM kept");
        await using (var host = await StartAsync())
        {
            await Eventually.True(() => Count(_shop, "declarative_outbox") == 0);
            (await host.DeliveryLog.OfMessageAsync(id)).ShouldHaveSingleItem();
        }

        _store.Scalar("SELECT count(*) FROM message").ShouldBe(1);
    }

    [Fact]
    public async Task A_database_that_is_not_known_is_refused_with_the_mend()
    {
        using var other = new SqliteFixture();
        await using var host = await StartAsync();
        await using var connection = Open(other);
        await using var transaction = connection.BeginTransaction();

        (await Should.ThrowAsync<InvalidOperationException>(() => host.OrderCreated.PublishAsync(7, options: new PublishOptions { Transaction = transaction })))
            .Message.ShouldContain($"declarative.AddSqliteOutbox(\"Data Source={other.File}\")");
    }

    [Fact]
    public async Task A_transaction_that_has_ended_is_refused()
    {
        await using var host = await StartAsync();
        await using var connection = Open(_store);
        var transaction = connection.BeginTransaction();
        transaction.Commit();

        (await Should.ThrowAsync<InvalidOperationException>(() => host.OrderCreated.PublishAsync(7, options: new PublishOptions { Transaction = transaction }))).Message.ShouldContain("has ended");
    }

    [Fact]
    public async Task Verifying_names_the_missing_table()
    {
        await using (var first = TestHost.Build(_store.Use))
            await first.StartAsync();
        await using var host = TestHost.Build(
            _store.Use,
            configuration: new() { ["Declarative:Storage:Migrations"] = "verify" },
            configure: declarative => declarative.AddSqliteOutbox($"Data Source={_shop.File}"));

        (await Should.ThrowAsync<DeclarativeStartException>(host.StartAsync)).Message.ShouldContain("has no table declarative_outbox");
    }

    private async Task<TestHost> StartAsync()
    {
        Execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER)", _shop);
        var host = TestHost.Build(_store.Use, configure: declarative => declarative.AddSqliteOutbox($"Data Source={_shop.File}"));
        await host.StartAsync();
        Execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER)", _store);
        await host.SubscribeAsync(_receiver.Url);
        return host;
    }

    private static SqliteConnection Open(SqliteFixture database)
    {
        var connection = new SqliteConnection($"Data Source={database.File}");
        connection.Open();
        return connection;
    }

    private static void Order(SqliteConnection connection, int id) => Execute(connection, string.Create(CultureInfo.InvariantCulture, $"INSERT INTO orders (id) VALUES ({id})"));

    private static long Count(SqliteFixture database, string table) => database.Scalar("SELECT count(*) FROM " + table);

    private static void Execute(string sql, SqliteFixture database)
    {
        using var connection = Open(database);
        Execute(connection, sql);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
