using System.Text;
using Declarative.Modules;
using Declarative.Sqlite;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Storage;

/// <summary>What is SQLite's own: its file, its lock, its key.</summary>
public sealed class SqliteStoreTests : IDisposable
{
    private readonly SqliteFixture _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Every_commit_is_on_the_disk_before_it_is_acknowledged()
    {
        await using var host = await StartAsync();
        var store = host.Services.GetRequiredService<SqliteStore>();

        (await store.WriteAsync(session => session.Scalar("PRAGMA synchronous"), CancellationToken.None)).ShouldBe(2);
        (await store.ReadAsync(session => session.Prepare("PRAGMA journal_mode").Query().Read(), CancellationToken.None)).ShouldBeTrue();
        File.Exists(_store.File + "-wal").ShouldBeTrue();
    }

    [Fact]
    public async Task A_second_process_is_refused_at_start()
    {
        await using var first = await StartAsync();
        await using var second = TestHost.Build(_store.Use);

        (await Should.ThrowAsync<DeclarativeStartException>(second.StartAsync)).Message.ShouldContain("in use by another process");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_second_process_that_comes_by_a_link_is_refused_too(bool linksFolder)
    {
        var links = Directory.CreateTempSubdirectory("declarative-").FullName;
        try
        {
            var link = Path.Combine(links, "there");
            if (linksFolder)
                Directory.CreateSymbolicLink(link, _store.Folder);
            else
                File.CreateSymbolicLink(link, _store.File);
            var file = linksFolder ? Path.Combine(link, "shop.db") : link;
            await using var first = await StartAsync();
            await using var second = TestHost.Build(declarative => declarative.UseSqlite($"Data Source={file}"));

            (await Should.ThrowAsync<DeclarativeStartException>(second.StartAsync)).Message.ShouldContain("in use by another process");
        }
        finally
        {
            Directory.Delete(links, recursive: true);
        }
    }

    [Fact]
    public void Links_that_lead_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(Path.Combine(_store.Folder, "a"), "b/x");
        File.CreateSymbolicLink(Path.Combine(_store.Folder, "b"), "a/x");

        Should.Throw<StoreException>(() => new SqliteStore($"Data Source={Path.Combine(_store.Folder, "a")}")).Message.ShouldContain("in a circle");
    }

    [Fact]
    public async Task A_journal_that_a_reader_keeps_from_being_taken_back_is_told_of_once_and_so_is_its_end()
    {
        await using var host = await StartAsync();
        var store = host.Services.GetRequiredService<SqliteStore>();
        using (var connection = new SqliteConnection($"Data Source={_store.File};Pooling=False"))
        {
            await connection.OpenAsync();
            using var command = connection.CreateCommand();
            command.CommandText = "BEGIN; SELECT count(*) FROM message";
            await command.ExecuteScalarAsync();
            await WriteAsync(JournalWatch.Limit + 1);
            await store.CountAsync(CancellationToken.None);
            await store.CountAsync(CancellationToken.None);

            host.Log.All.Count(line => line.Contains("Warning", StringComparison.Ordinal) && line.Contains($"'{_store.File}-wal' has grown to 64 MiB", StringComparison.Ordinal)).ShouldBe(1);
            command.CommandText = "ROLLBACK";
            await command.ExecuteNonQueryAsync();
        }

        await Eventually.True(async () =>
        {
            await WriteAsync(1);
            await store.CountAsync(CancellationToken.None);
            return host.Log.All.Count(static line => line.Contains("was taken back into the database", StringComparison.Ordinal)) == 1;
        });

        Task<int> WriteAsync(long bytes) =>
            store.WriteAsync(session => session.Prepare("INSERT INTO payload (message_seq, bytes) VALUES (0, zeroblob($1))").Run(bytes), CancellationToken.None);
    }

    [Fact]
    public async Task After_the_stop_another_may_start()
    {
        await using (var first = await StartAsync())
            await first.StopAsync();
        await using var second = await StartAsync();
    }

    [Fact]
    public async Task Tokens_are_encrypted_at_rest()
    {
        await using (var host = await StartAsync())
            await host.SubscribeAsync("https://example.com/", token: "a-token-nobody-may-read");

        foreach (var file in Directory.GetFiles(_store.Folder))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            bytes.AsSpan().IndexOf("a-token-nobody-may-read"u8).ShouldBe(-1, file);
            bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes("a-token-nobody-may-read")).ShouldBe(-1, file);
            bytes.AsSpan().IndexOf("<masterKey"u8).ShouldBe(-1, file);
        }
    }

    [Fact]
    public async Task The_first_run_makes_a_key_file_that_only_its_user_can_read()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("File modes are Unix's.");
            return;
        }

        await using (var host = await StartAsync())
            await host.SubscribeAsync("https://example.com/");

        File.GetUnixFileMode(_store.File + ".key").ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_lost_key_file_is_not_replaced_by_another()
    {
        await using (var host = await StartAsync())
            await host.SubscribeAsync("https://example.com/");
        File.Delete(_store.File + ".key");

        await using var next = TestHost.Build(_store.Use);

        (await Should.ThrowAsync<DeclarativeStartException>(next.StartAsync)).Message.ShouldContain("is missing, but the store holds secrets");
        File.Exists(_store.File + ".key").ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_from_configuration_needs_no_file_and_a_wrong_one_is_named()
    {
        var key = Convert.ToBase64String(new byte[32]);
        await using (var host = TestHost.Build(_store.Use, configuration: new() { ["Declarative:Secrets:Key"] = key }))
        {
            await host.StartAsync();
            await host.SubscribeAsync("https://example.com/");
        }

        File.Exists(_store.File + ".key").ShouldBeFalse();
        var other = Convert.ToBase64String(Enumerable.Repeat((byte)1, 32).ToArray());
        await using var next = TestHost.Build(_store.Use, configuration: new() { ["Declarative:Secrets:Key"] = other });
        (await Should.ThrowAsync<DeclarativeStartException>(next.StartAsync)).Message.ShouldContain("Declarative:Secrets:Key");
    }

    [Fact]
    public async Task Mode_verify_changes_no_tables()
    {
        await using (var strict = TestHost.Build(_store.Use, configuration: new() { ["Declarative:Storage:Migrations"] = "verify" }))
            (await Should.ThrowAsync<DeclarativeStartException>(strict.StartAsync)).Message.ShouldContain("Declarative:Storage:Migrations = auto");
        await using (await StartAsync())
        {
        }

        await using var again = TestHost.Build(_store.Use, configuration: new() { ["Declarative:Storage:Migrations"] = "verify" });
        await again.StartAsync();
    }

    [Fact]
    public async Task Tables_of_a_later_version_are_left_alone()
    {
        await using (await StartAsync())
        {
        }

        await ExecuteAsync("PRAGMA user_version = 999");

        await using var host = TestHost.Build(_store.Use);
        (await Should.ThrowAsync<DeclarativeStartException>(host.StartAsync)).Message.ShouldContain("later version");
    }

    [Fact]
    public async Task Tables_of_the_first_version_are_brought_to_this_one_and_keep_their_rows()
    {
        await ExecuteAsync($"""
            {Migrations.Steps[0]}
            INSERT INTO endpoint (id, key) VALUES (1, 'http|https://example.com:443');
            INSERT INTO subscription (id, event_name, recipient, notifier, status, retry, retry_on, endpoint_id, created_at, modified_at)
            VALUES (7, 'sales.order.created', 'https://example.com/', 'http', 1, 'standard', 0, 1, 0, 0);
            PRAGMA user_version = 1;
            """);

        await using (var strict = TestHost.Build(_store.Use, configuration: new() { ["Declarative:Storage:Migrations"] = "verify" }))
            (await Should.ThrowAsync<DeclarativeStartException>(strict.StartAsync)).Message.ShouldContain("has tables of version 1; version 7 is needed");

        await using var host = await StartAsync();
        host.Subscriptions.List().ShouldHaveSingleItem().Id.ShouldBe(7);
        var callers = host.Services.GetRequiredService<ICallerStore>();
        (await callers.LoadRolesAsync(CancellationToken.None)).ShouldBeEmpty();
        (await callers.LoadAdminsAsync(CancellationToken.None)).ShouldBeEmpty();
        (await host.Services.GetRequiredService<IIntegrationStore>().LoadAsync(CancellationToken.None)).ShouldBeEmpty();
        (await host.Services.GetRequiredService<IConsumerStore>().RecallAsync(new("erp", "1"), "sku", DateTimeOffset.UnixEpoch, CancellationToken.None)).ShouldBe(default);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_a_clear_error()
    {
        await File.WriteAllTextAsync(_store.File, new string('x', 8192));

        await using var host = TestHost.Build(_store.Use);
        (await Should.ThrowAsync<DeclarativeStartException>(host.StartAsync)).Message.ShouldContain("can't be opened");
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=x;Mode=Memory")]
    [InlineData("Cache=Shared")]
    public void A_store_in_memory_is_refused(string connectionString) =>
        Should.Throw<ArgumentException>(() => new SqliteStore(connectionString));

    [Fact]
    public async Task Writes_fail_while_the_file_is_locked_and_go_on_afterwards()
    {
        await using var host = await StartAsync();
        using (var connection = new SqliteConnection($"Data Source={_store.File};Pooling=False"))
        {
            await connection.OpenAsync();
            using var command = connection.CreateCommand();
            command.CommandText = "BEGIN EXCLUSIVE";
            await command.ExecuteNonQueryAsync();

            await Should.ThrowAsync<StoreException>(() => host.OrderCreated.PublishAsync(1));
            command.CommandText = "ROLLBACK";
            await command.ExecuteNonQueryAsync();
        }

        (await host.OrderCreated.PublishAsync(2)).ShouldNotBe(Guid.Empty);
    }

    private async Task<TestHost> StartAsync()
    {
        var host = TestHost.Build(_store.Use);
        await host.StartAsync();
        return host;
    }

    private async Task ExecuteAsync(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_store.File};Pooling=False");
        await connection.OpenAsync();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
