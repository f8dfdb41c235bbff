using Declarative.Cli;
using Declarative.Delivery;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Cli;

public sealed class SqliteStoreCommandsTests : StoreCommandsTests<SqliteFixture>
{
    protected override string Database => $"Data Source={Store.File}";

    [Fact]
    public async Task A_file_whose_host_runs_is_refused()
    {
        await using var running = TestHost.Build(Store.Use);
        await running.StartAsync();

        (await RunAsync("subscriptions list")).ShouldBe(1);
        Error.ToString().ShouldContain("is in use by another process");
        Error.ToString().TrimEnd().ShouldEndWith("If that is its host, ask the host: --url with its address, and a token.");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_made()
    {
        (await RunAsync("subscriptions list")).ShouldBe(1);
        Error.ToString().ShouldContain($"There is no file '{Store.File}'. Name the host's database by --database");
        File.Exists(Store.File).ShouldBeFalse();
    }
}

public sealed class PostgreSqlStoreCommandsTests : StoreCommandsTests<PostgreSqlFixture>
{
    protected override string Database => Store.ConnectionString;
}

/// <summary>Commands on a store, with no host: the same routes, nothing delivered.</summary>
public abstract class StoreCommandsTests<TStore> : IAsyncDisposable
    where TStore : class, IStoreFixture, new()
{
    private static readonly string _key = Convert.ToBase64String(new byte[32]);

    private readonly StringWriter _output = new();

    protected TStore Store { get; } = new();

    protected StringWriter Error { get; } = new();

    protected abstract string Database { get; }

    public async ValueTask DisposeAsync()
    {
        Store.Dispose();
        await _output.DisposeAsync();
        await Error.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<int> RunAsync(string arguments, params string[] more)
    {
        _output.GetStringBuilder().Clear();
        Error.GetStringBuilder().Clear();
        return await Commands.RunAsync([.. arguments.Split(' '), "--database", Database, "--secrets-key", _key, .. more], _output, Error);
    }

    private async Task<string> DoneAsync(string arguments, params string[] more)
    {
        (await RunAsync(arguments, more)).ShouldBe(0, Error.ToString());
        return _output.ToString();
    }

    [Fact]
    public async Task A_dead_letter_is_found_and_replayed_and_the_next_host_delivers_it()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500);
        var configuration = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Declarative:Secrets:Key"] = _key };
        Guid message;
        await using (var host = TestHost.Build(Store.Use, configuration: configuration))
        {
            await host.StartAsync();
            await host.SubscribeAsync(receiver.Url, retry: "0");
            message = await host.OrderCreated.PublishAsync(1);
            await host.DeliveryOfAsync(message, static one => one.State == DeliveryState.Dead);
        }

        var uuid = (await DoneAsync("deliveries list --state dead")).Split(Environment.NewLine)[1].Split(' ')[0];
        (await DoneAsync($"deliveries trace {uuid}")).ShouldContain("500   status");
        receiver.Requests.Clear();
        await DoneAsync($"deliveries replay {uuid}");
        receiver.Requests.ShouldBeEmpty("nothing is delivered from here");

        receiver.AnswerWith(200);
        await using var next = TestHost.Build(Store.Use, configuration: configuration);
        await next.StartAsync();
        await Eventually.True(() => receiver.Requests.Count == 1);
    }

    [Fact]
    public async Task Subscribing_takes_the_built_application_which_knows_the_events()
    {
        await using (var host = TestHost.Build(Store.Use, configuration: new(StringComparer.Ordinal) { ["Declarative:Secrets:Key"] = _key }))
            await host.StartAsync();
        const string Subscribe = "subscriptions subscribe stock.counted https://example.com/ --verification-token t";

        (await RunAsync(Subscribe)).ShouldBe(1);
        Error.ToString().ShouldContain("No module declares the event 'stock.counted'");
        await DoneAsync(Subscribe, "--app", Path.Combine(AppContext.BaseDirectory, "Declarative.Stock.Module.dll"));

        (await DoneAsync("subscriptions list")).ShouldContain("stock.counted  https://example.com/  active");
        (await DoneAsync("integrations list")).Trim().ShouldBe("There is no integration.");
    }
}
