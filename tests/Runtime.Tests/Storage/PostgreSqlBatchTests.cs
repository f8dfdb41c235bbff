using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Storage;

/// <summary>What is one call need not be one statement: a server must hold that whole.</summary>
public sealed class PostgreSqlBatchTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly PostgreSqlFixture _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Messages_and_payloads_of_many_bytes_are_stored_apart()
    {
        var services = new ServiceCollection();
        _store.Use(new DeclarativeBuilder(services, new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build()));
        await using var node = services.BuildServiceProvider();
        await node.GetRequiredService<IStoreLifecycle>().OpenAsync(MigrationMode.Verify, default);
        var messages = node.GetRequiredService<IMessageStore>();
        _store.Execute("INSERT INTO endpoint (id, key) VALUES (1, 'a'); INSERT INTO subscription (id, event_name, recipient, notifier, status, retry, retry_on, endpoint_id, created_at, modified_at) VALUES (1, 'a', 'a', 'http', 1, 'aligent', 0, 1, now(), now())");
        int[] sizes = [10, 5_000_000, 10, 10, 2_000_000, 2_000_000, 2_000_000];

        var appended = await messages.AppendAsync([.. sizes.Select(static size => new NewMessage { Id = Guid.CreateVersion7(Now), Name = "a", StoreId = 0, CarriesPayload = true, Json = new byte[size], CreatedAt = Now })], default);
        var appends = _store.Scalar("SELECT count(DISTINCT xmin::text) FROM message");
        var claimed = (await messages.ClaimAsync(new Claim<string>(Now, Now.AddMinutes(1), 1, 100, 100, new Dictionary<string, int>()), default)).Rows.OrderBy(static row => row.Seq).ToList();
        await messages.CompleteAsync([.. claimed.Select(static row => new MessageOutcome(row.Seq, 1, MessageEnd.FannedOut) { Payloads = [new(row.Json, [new(Guid.CreateVersion7(Now), 1, 1)])] })], Now, default);

        appended.Count(static one => one.Outcome == AppendOutcome.Stored).ShouldBe(sizes.Length);
        claimed.Select(static row => row.Json.Length).ShouldBe(sizes);

        // Each statement is a transaction of its own: 10 | 5,000,000 | 10, 10, 2,000,000 and 2,000,000 | 2,000,000.
        appends.ShouldBe(4);
        _store.Scalar("SELECT count(DISTINCT xmin::text) FROM payload").ShouldBe(4);
        _store.Scalar("SELECT count(*) FROM delivery").ShouldBe(sizes.Length);
    }
}
