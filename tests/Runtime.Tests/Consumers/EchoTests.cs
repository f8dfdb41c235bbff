using Declarative.Consumers;
using Declarative.Modules;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Consumers;

public sealed class SqliteEchoTests : EchoTests<SqliteFixture>;

public sealed class PostgreSqlEchoTests : EchoTests<PostgreSqlFixture>;

/// <summary>Two systems that tell each other of changes: the echo of a change is discarded, in both directions, with and without a prefix.</summary>
public abstract class EchoTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private static readonly LoopRule Rule = new("sku", ["price", "description"]) { Group = "product" };

    [Fact]
    public async Task The_echo_of_a_handled_change_is_a_success_that_says_it_was_discarded()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(Declare());
        (await host.SendAsync(ProductConsumer.Update, """{"sku":"A","price":10,"description":"x"}""", "1")).Status.ShouldBe(200);
        var (status, body) = await host.SendAsync(ProductConsumer.Update, """{"description":"x","sku":"A","price":"10.0000"}""", "2");
        status.ShouldBe(200);
        body.GetProperty("response").GetProperty("message").GetString()!.ShouldContain(ProductConsumer.Update + " was discarded, to prevent an infinite loop");
        host.Handled.All.Count.ShouldBe(1);
    }

    /// <summary>The starter kit's list of event types lacks the prefix there, so that its commerce side never discards anything.</summary>
    [Fact]
    public async Task It_works_in_both_directions_with_a_prefix()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(static module =>
        {
            Declare(static consumer => consumer with { Prefix = "acme" })(module);
            module.AddConsumer(new ConsumerDescriptor("erp", ProductConsumer.File) { Path = "/consumers/erp", Signature = "none" });
            module.AddEventHandler<ProductUpdated, ProductPayload>(new("erp", "erp.product.changed", "BackOffice.ProductUpdated", ProductConsumer.File) { Loop = new LoopRule("sku", ["cost", "text"]) { Group = "product" } }, ProductPayload.Shape);
        });
        const string ByCommerce = """{"sku":"A","price":10,"description":"x","created_at":"1","updated_at":"2"}""";
        const string ByErp = """{"type":"erp.product.changed","data":{"sku":"A","cost":10,"text":"x"}}""";

        await host.SendAsync("com.adobe.commerce.acme.observer.catalog_product_save_commit_after", ByCommerce);
        (await host.PostAsync(ByErp, path: "/consumers/erp")).Body.ToString().ShouldContain("discarded");
        host.Handled.All.Count.ShouldBe(1);

        await host.PostAsync(ByErp.Replace("\"A\"", "\"B\"", StringComparison.Ordinal), path: "/consumers/erp");
        (await host.SendAsync("com.adobe.commerce.acme.observer.catalog_product_save_commit_after", ByCommerce.Replace("\"A\"", "\"B\"", StringComparison.Ordinal))).Body.ToString().ShouldContain("discarded");
        host.Handled.All.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"sku":"A","price":11,"description":"x"}""")]
    [InlineData("""{"sku":"A","price":10}""")]
    [InlineData("""{"sku":"A","price":10,"description":""}""")]
    [InlineData("""{"sku":"B","price":10,"description":"x"}""")]
    public async Task Another_change_is_handled(string other)
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(Declare());
        await host.SendAsync(ProductConsumer.Update, """{"sku":"A","price":10,"description":"x"}""");
        await host.SendAsync(ProductConsumer.Update, other);
        host.Handled.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_change_back_and_forth_is_handled_each_time()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(Declare());
        foreach (var price in new[] { 1, 2, 1, 2 })
            await host.SendAsync(ProductConsumer.Update, $$"""{"sku":"A","price":{{price}}}""");
        host.Handled.All.Count.ShouldBe(4);
    }

    [Fact]
    public async Task An_echo_is_expected_for_a_minute()
    {
        var time = new TestClock();
        await using var host = await ConsumerHost.StartAsync<TStore>(Declare(), time: time);
        await host.SendAsync(ProductConsumer.Update, """{"sku":"A","price":1}""");
        time.Advance(TimeSpan.FromSeconds(59));
        await host.SendAsync(ProductConsumer.Update, """{"sku":"A","price":1}""");
        host.Handled.All.Count.ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(2));
        await host.SendAsync(ProductConsumer.Update, """{"sku":"A","price":1}""");
        host.Handled.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task No_echo_is_expected_of_a_change_that_failed()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(Declare());
        host.Handled.Do = static (_, _) => Task.FromResult(RetryableResult.Because("not now"));
        await host.SendAsync(ProductConsumer.Update, """{"sku":"A","price":1}""");
        await host.SendAsync(ProductConsumer.Update, """{"sku":"A","price":1}""");
        host.Handled.All.Count.ShouldBe(2);
    }

    /// <summary>What is called 5 here is another thing than what is called 5 there.</summary>
    [Fact]
    public async Task Without_a_group_only_the_same_event_can_be_an_echo()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(static module => ProductConsumer.Declare(module, null, new LoopRule("sku", ["price"])));
        await host.SendAsync(ProductConsumer.Create, """{"sku":"5","price":1}""");
        await host.SendAsync(ProductConsumer.Update, """{"sku":"5","price":1}""");
        await host.SendAsync(ProductConsumer.Update, """{"sku":"5","price":1}""");
        host.Handled.What.ShouldBe(["created 5", "updated 5"]);
    }

    [Theory]
    [InlineData("0012", "12")]
    [InlineData("2E4", "20000")]
    [InlineData("1.50", "1.5")]
    public async Task Keys_that_look_like_the_same_number_are_two(string one, string other)
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(Declare());
        await host.SendAsync(ProductConsumer.Update, $$"""{"sku":"{{one}}","price":1}""");
        await host.SendAsync(ProductConsumer.Update, $$"""{"sku":"{{other}}","price":1}""");
        host.Handled.All.Count.ShouldBe(2);
    }

    /// <summary>The sender gave up waiting and sends again, without an id; the first attempt fails then.</summary>
    [Fact]
    public async Task A_repeat_is_no_echo_of_an_attempt_that_fails()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(Declare());
        var isRunning = new TaskCompletionSource();
        var goOn = new TaskCompletionSource<EventResult>();
        host.Handled.Do = (_, _) =>
        {
            isRunning.TrySetResult();
            return goOn.Task;
        };
        var first = host.SendAsync(ProductConsumer.Update, """{"sku":"A","price":1}""");
        await isRunning.Task;
        var second = host.SendAsync(ProductConsumer.Update, """{"sku":"A","price":1}""");
        host.Handled.Do = static (_, _) => Task.FromResult(EventResult.Success("done"));
        goOn.SetResult(RetryableResult.Because("not now"));
        (await first).Status.ShouldBe(503);
        (await second).Status.ShouldBe(200);
        host.Handled.All.Count.ShouldBe(2);
    }

    /// <summary>Whoever makes the change may itself be waiting for the answer to its echo.</summary>
    [Fact]
    public async Task An_echo_waits_for_its_change_three_seconds_and_is_then_asked_to_come_again()
    {
        var time = new TestClock();
        await using var host = await ConsumerHost.StartAsync<TStore>(Declare(), time: time);
        var isRunning = new TaskCompletionSource();
        var goOn = new TaskCompletionSource<EventResult>();
        host.Handled.Do = (_, _) =>
        {
            isRunning.TrySetResult();
            return goOn.Task;
        };
        var first = host.SendAsync(ProductConsumer.Update, """{"sku":"A","price":1}""", "1");
        await isRunning.Task;
        var second = host.SendAsync(ProductConsumer.Update, """{"sku":"A","price":1}""", "2");
        await Eventually.True(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return second.IsCompleted;
        });
        (await second).Status.ShouldBe(429);
        goOn.SetResult(EventResult.Success("done"));
        (await first).Status.ShouldBe(200);
    }

    /// <summary>The other system tells of the change before our handler has answered.</summary>
    [Fact]
    public async Task An_echo_that_comes_while_the_change_is_still_being_made_is_discarded()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(Declare());
        var isRunning = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        host.Handled.Do = async (_, _) =>
        {
            isRunning.TrySetResult();
            await goOn.Task;
            return EventResult.Success("done");
        };
        var first = host.SendAsync(ProductConsumer.Update, """{"sku":"A","price":1}""", "1");
        await isRunning.Task;
        var second = host.SendAsync(ProductConsumer.Update, """{"sku":"A","price":1}""", "2");
        goOn.SetResult();
        (await first).Status.ShouldBe(200);
        (await second).Body.ToString().ShouldContain("discarded");
        host.Handled.All.Count.ShouldBe(1);
    }

    private static Action<ModuleManifest> Declare(Func<ConsumerDescriptor, ConsumerDescriptor>? consumer = null) => module => ProductConsumer.Declare(module, consumer, Rule);
}
