using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Storage;

/// <summary>A removal takes as many rows as it is allowed to, whatever plan the server makes of it.</summary>
public sealed class PostgreSqlRemovalTests : IDisposable
{
    private const int Rows = 50;
    private const int Limit = 10;

    private readonly PostgreSqlServer _server = PostgreSqlServer.Shared;
    private readonly string _database;

    public PostgreSqlRemovalTests() => _database = _server.Create();

    public void Dispose() => _server.Drop(_database);

    [Fact]
    public async Task No_more_rows_are_removed_at_once_than_asked_for()
    {
        // So that a subquery is run again for each row.
        foreach (var way in (string[])["hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize"])
            _server.Execute("postgres", $"ALTER DATABASE {_database} SET enable_{way} = off");
        var services = new ServiceCollection();
        new DeclarativeBuilder(services, new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build()).UsePostgreSql(_server.ConnectionString(_database));
        await using var node = services.BuildServiceProvider();
        await node.GetRequiredService<IStoreLifecycle>().OpenAsync(MigrationMode.Auto, default);
        _server.Execute(_database, $"""
            INSERT INTO declarative.login_failure SELECT 1, i::text::bytea, 1, now() - interval '1 day' FROM generate_series(1, {Rows}) i;
            INSERT INTO declarative.token SELECT i::text::bytea, 1, 'a', now(), now() - interval '1 day' FROM generate_series(1, {Rows}) i;
            INSERT INTO declarative.inbox SELECT 'erp', i::text, now() - interval '1 day' FROM generate_series(1, {Rows}) i;
            INSERT INTO declarative.echo SELECT i::text, 'x', now() - interval '1 day' FROM generate_series(1, {Rows}) i;
            INSERT INTO declarative.integration_nonce SELECT i, 1, 'n' FROM generate_series(1, {Rows}) i;
            """);

        var now = TimeProvider.System.GetUtcNow();

        (await node.GetRequiredService<ICallerStore>().DeleteExpiredAsync(now, Limit, default)).ShouldBeTrue();
        (await node.GetRequiredService<IConsumerStore>().ForgetAsync(now, Limit, default)).ShouldBeTrue();
        (await node.GetRequiredService<IIntegrationStore>().DeleteNoncesAsync(now.ToUnixTimeSeconds(), Limit, default)).ShouldBeTrue();

        foreach (var table in (string[])["login_failure", "token", "inbox", "echo", "integration_nonce"])
            _server.Scalar(_database, $"SELECT count(*) FROM declarative.{table}").ShouldBe((long)(Rows - Limit), table);
    }
}
