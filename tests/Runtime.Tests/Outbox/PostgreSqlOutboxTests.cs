using Declarative.Events;
using Declarative.Tests.Fixtures;
using Npgsql;

namespace Declarative.Tests.Outbox;

/// <summary>Publishing in transactions of Npgsql, with the database's own clock as applications have it.</summary>
public sealed class PostgreSqlOutboxTests : IAsyncLifetime
{
    private readonly PostgreSqlFixture _store = new() { GoesByItsClock = true };
    private readonly PostgreSqlServer _server = PostgreSqlServer.Shared;
    private string _shop = "";
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _shop = _server.Create();
        _receiver = await Receiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _server.Drop(_shop);
        _store.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_committed_is_delivered_soon_and_what_is_rolled_back_never_was(bool inTheEnginesDatabase)
    {
        await using var host = await StartAsync();
        await using var connection = await OpenAsync(inTheEnginesDatabase);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await host.OrderCreated.PublishAsync(7, options: new PublishOptions { Transaction = transaction });
            await transaction.RollbackAsync();
        }

        Guid id;
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            id = await host.OrderCreated.PublishAsync(8, options: new PublishOptions { Transaction = transaction });
            (await host.DeliveryLog.OfMessageAsync(id)).ShouldBeEmpty();
            await transaction.CommitAsync();
        }

        await Eventually.True(() => _receiver.Requests.Count == 1);
        _receiver.Requests.Single().Text.ShouldContain("000000008");
        _store.Scalar("SELECT count(*) FROM message").ShouldBe(1);
    }

    [Fact]
    public async Task Another_node_hears_of_the_commit()
    {
        await using var host = await StartAsync();
        await using (var connection = await OpenAsync(inTheEnginesDatabase: true))
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await host.OrderCreated.PublishAsync(7, options: new PublishOptions { Transaction = transaction });

            // The node that published is gone before the commit: only the other one can deliver, and its back-stop is far away.
            await using var other = await StartAsync(subscribe: false);
            await host.StopAsync();
            await transaction.CommitAsync();
            await Eventually.True(() => _receiver.Requests.Count == 1);
        }
    }

    [Fact]
    public async Task A_key_makes_repeats_one_event_and_refuses_other_content()
    {
        await using var host = await StartAsync();
        var first = await host.OrderCreated.PublishAsync(7, options: new PublishOptions { IdempotencyKey = "order-7" });
        await using var connection = await OpenAsync(inTheEnginesDatabase: true);
        await using var transaction = await connection.BeginTransactionAsync();

        (await host.OrderCreated.PublishAsync(7, options: new PublishOptions { IdempotencyKey = "order-7", Transaction = transaction })).ShouldBe(first);
        await Should.ThrowAsync<IdempotencyConflictException>(() => host.OrderCreated.PublishAsync(8, options: new PublishOptions { IdempotencyKey = "order-7", Transaction = transaction }));

        // The transaction is as good as before.
        await host.OrderCreated.PublishAsync(9, options: new PublishOptions { Transaction = transaction });
        await transaction.CommitAsync();
        await Eventually.True(() => _receiver.Requests.Count == 2);
    }

    [Fact]
    public async Task A_database_that_is_not_known_is_refused_with_the_mend()
    {
        await using var host = TestHost.Build(_store.Use);
        await host.StartAsync();
        await using var connection = await OpenAsync(inTheEnginesDatabase: false);
        await using var transaction = await connection.BeginTransactionAsync();

        (await Should.ThrowAsync<InvalidOperationException>(() => host.OrderCreated.PublishAsync(7, options: new PublishOptions { Transaction = transaction })))
            .Message.ShouldContain("declarative.AddPostgreSqlOutbox(");
    }

    private async Task<TestHost> StartAsync(bool subscribe = true)
    {
        var host = TestHost.Build(_store.Use, configure: declarative => declarative.AddPostgreSqlOutbox(_server.ConnectionString(_shop)));
        await host.StartAsync();
        if (subscribe)
            await host.SubscribeAsync(_receiver.Url);
        return host;
    }

    private async Task<NpgsqlConnection> OpenAsync(bool inTheEnginesDatabase)
    {
        var connection = new NpgsqlConnection((inTheEnginesDatabase ? _store.ConnectionString : _server.ConnectionString(_shop)) + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}
