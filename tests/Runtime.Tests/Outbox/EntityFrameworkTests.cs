using Declarative.Events;
using Declarative.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Outbox;

public sealed class SqliteEntityFrameworkTests : EntityFrameworkTests<SqliteFixture>
{
    protected override void Use(DbContextOptionsBuilder options) => options.UseSqlite($"Data Source={Store.File}");
}

public sealed class PostgreSqlEntityFrameworkTests : EntityFrameworkTests<PostgreSqlFixture>
{
    protected override void Use(DbContextOptionsBuilder options) => options.UseNpgsql(Store.ConnectionString + ";Pooling=false");

    [Fact]
    public async Task A_transaction_under_a_strategy_that_repeats_publishes_once()
    {
        var options = new DbContextOptionsBuilder<ShopDb>();
        options.UseNpgsql(Store.ConnectionString + ";Pooling=false", static npgsql => npgsql.EnableRetryOnFailure()).UseDeclarativeOutbox();
        await using var db = new ShopDb(options.Options);
        await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await SaveAndPublishAsync(db, 1);
            await transaction.CommitAsync();
        });
        await PublishAsync(db, 2);
        await db.SaveChangesAsync();

        Messages.ShouldBe(2);
    }
}

/// <summary>Events published with SaveChanges: stored and rolled back with what is saved.</summary>
public abstract class EntityFrameworkTests<TStore> : IAsyncLifetime
    where TStore : class, IStoreFixture, new()
{
    protected TStore Store { get; } = new();

    private Receiver _receiver = null!;
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _host = TestHost.Build(Store.Use, services: services => services.AddDbContextPool<ShopDb>(Configure, poolSize: 1));
        await _host.StartAsync();
        await _host.SubscribeAsync(_receiver.Url);
        await WithAsync(static db => db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS orders; CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT NOT NULL UNIQUE)"));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _receiver.DisposeAsync();
        Store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_event_is_published_by_saving()
    {
        await WithAsync(async db =>
        {
            db.Orders.Add(new Order { Id = 7, Item = "book" });
            await PublishAsync(db, 7);
            Messages.ShouldBe(0);
            await db.SaveChangesAsync();
        });

        (await OrdersAsync()).ShouldBe(1);
        await Eventually.True(() => _receiver.Requests.Count == 1);
    }

    [Fact]
    public async Task Saving_without_await_publishes_too()
    {
        await WithAsync(async db =>
        {
            db.Orders.Add(new Order { Id = 7, Item = "book" });
            await PublishAsync(db, 7);
#pragma warning disable CA1849, MA0042 // This is what is tested.
            db.SaveChanges();
#pragma warning restore CA1849, MA0042
        });

        await Eventually.True(() => _receiver.Requests.Count == 1);
    }

    [Fact]
    public async Task A_save_that_fails_publishes_nothing_and_one_that_then_succeeds_does_so_once()
    {
        await WithAsync(async db =>
        {
            db.Orders.Add(new Order { Id = 1, Item = "book" });
            await db.SaveChangesAsync();
            var second = db.Orders.Add(new Order { Id = 2, Item = "book" });
            await PublishAsync(db, 2);
            await Should.ThrowAsync<DbUpdateException>(() => db.SaveChangesAsync());
            Messages.ShouldBe(0);

            second.Entity.Item = "pen";
            await db.SaveChangesAsync();
            await db.SaveChangesAsync();
        });

        Messages.ShouldBe(1);
        (await OrdersAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task What_is_published_in_a_transaction_goes_with_it()
    {
        await WithAsync(async db =>
        {
            await using (var rolledBack = await db.Database.BeginTransactionAsync())
            {
                await SaveAndPublishAsync(db, 1);
                await rolledBack.RollbackAsync();
            }

            await using (var disposed = await db.Database.BeginTransactionAsync())
                await SaveAndPublishAsync(db, 2);
            Messages.ShouldBe(0);
            db.ChangeTracker.Clear();

            await using var committed = await db.Database.BeginTransactionAsync();
            await SaveAndPublishAsync(db, 3);
            Messages.ShouldBe(0);
            await committed.CommitAsync();
        });

        Messages.ShouldBe(1);
        await Eventually.True(() => _receiver.Requests.Count == 1);
        _receiver.Requests.Single().Text.ShouldContain("000000003");
    }

    [Fact]
    public async Task The_transaction_itself_can_be_given_as_well()
    {
        await WithAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            db.Orders.Add(new Order { Id = 7, Item = "book" });
            await db.SaveChangesAsync();
            await _host.OrderCreated.PublishAsync(7, options: new PublishOptions { Transaction = transaction.GetDbTransaction() });
            await transaction.CommitAsync();
        });

        Messages.ShouldBe(1);
    }

    [Fact]
    public async Task A_transaction_of_the_applications_own_is_joined_whoever_commits_it()
    {
        await WithAsync(async db =>
        {
            await db.Database.OpenConnectionAsync();
            await using (var rolledBack = await db.Database.GetDbConnection().BeginTransactionAsync())
            {
                await db.Database.UseTransactionAsync(rolledBack);
                await SaveAndPublishAsync(db, 1);
                await rolledBack.RollbackAsync();
            }

            await db.Database.UseTransactionAsync(null);
            db.ChangeTracker.Clear();
            await using var committed = await db.Database.GetDbConnection().BeginTransactionAsync();
            await db.Database.UseTransactionAsync(committed);
            await SaveAndPublishAsync(db, 2);
            await committed.CommitAsync();
        });

        Messages.ShouldBe(1);
    }

    [Fact]
    public async Task A_rollback_to_a_savepoint_takes_the_event_along()
    {
        await WithAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await SaveAndPublishAsync(db, 1);
            await transaction.CreateSavepointAsync("before");
            await SaveAndPublishAsync(db, 2);
            await transaction.RollbackToSavepointAsync("before");
            await transaction.CommitAsync();
        });

        Messages.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_published_before_the_transaction_began_goes_with_the_save_in_it()
    {
        await WithAsync(async db =>
        {
            await PublishAsync(db, 1);
            await using (var transaction = await db.Database.BeginTransactionAsync())
            {
                db.Orders.Add(new Order { Id = 1, Item = "book" });
                await db.SaveChangesAsync();
                await transaction.RollbackAsync();
            }

            db.ChangeTracker.Clear();
            await db.SaveChangesAsync();
        });

        Messages.ShouldBe(0);
    }

    [Fact]
    public async Task A_transaction_scope_is_refused_rather_than_published_past()
    {
        await WithAsync(async db =>
        {
            using var scope = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeAsyncFlowOption.Enabled);
            (await Should.ThrowAsync<NotSupportedException>(() => PublishAsync(db, 1))).Message.ShouldContain("BeginTransactionAsync");
        });
    }

    [Fact]
    public async Task A_publish_with_nothing_to_save_is_saved()
    {
        await WithAsync(async db =>
        {
            await PublishAsync(db, 7);
            await db.SaveChangesAsync();
        });

        Messages.ShouldBe(1);
    }

    [Fact]
    public async Task What_nobody_saved_is_not_published_by_the_next_who_gets_the_context()
    {
        await WithAsync(db => PublishAsync(db, 1));
        await WithAsync(async db =>
        {
            db.Orders.Add(new Order { Id = 2, Item = "book" });
            await PublishAsync(db, 2);
            await db.SaveChangesAsync();
        });

        Messages.ShouldBe(1);
        await Eventually.True(() => _receiver.Requests.Count == 1);
        _receiver.Requests.Single().Text.ShouldContain("000000002");
    }

    [Fact]
    public async Task A_key_that_was_used_with_other_content_fails_the_save_as_a_whole()
    {
        await _host.OrderCreated.PublishAsync(1, options: new PublishOptions { IdempotencyKey = "k" });
        await WithAsync(async db =>
        {
            db.Orders.Add(new Order { Id = 2, Item = "book" });
            await _host.OrderCreated.PublishAsync(2, options: new PublishOptions { IdempotencyKey = "k", Outbox = db.Outbox() });
            await Should.ThrowAsync<IdempotencyConflictException>(() => db.SaveChangesAsync());
        });

        (await OrdersAsync()).ShouldBe(0);
        Messages.ShouldBe(1);
    }

    [Fact]
    public void A_context_without_the_outbox_says_how_to_get_it()
    {
        var options = new DbContextOptionsBuilder<ShopDb>();
        Use(options);
        using var db = new ShopDb(options.Options);
        Should.Throw<InvalidOperationException>(() => db.Outbox()).Message.ShouldContain("Add .UseDeclarativeOutbox() to its options");
    }

    protected long Messages => Store.Scalar("SELECT count(*) FROM message");

    private async Task<int> OrdersAsync()
    {
        var count = 0;
        await WithAsync(async db => count = await db.Orders.CountAsync());
        return count;
    }

    protected abstract void Use(DbContextOptionsBuilder options);

    private void Configure(DbContextOptionsBuilder options)
    {
        Use(options);
        options.UseDeclarativeOutbox();
    }

    protected Task<Guid> PublishAsync(ShopDb db, int id) => _host.OrderCreated.PublishAsync(id, options: new PublishOptions { Outbox = db.Outbox() });

    protected async Task SaveAndPublishAsync(ShopDb db, int id)
    {
        db.Orders.Add(new Order { Id = id, Item = "item " + id.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        await db.SaveChangesAsync();
        await PublishAsync(db, id);
    }

    protected async Task WithAsync(Func<ShopDb, Task> work)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<ShopDb>());
    }
}

public sealed class ShopDb(DbContextOptions<ShopDb> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var order = modelBuilder.Entity<Order>().ToTable("orders");
        order.Property(one => one.Id).HasColumnName("id").ValueGeneratedNever();
        order.Property(one => one.Item).HasColumnName("item");
    }
}

public sealed class Order
{
    public int Id { get; set; }

    public string Item { get; set; } = "";
}
