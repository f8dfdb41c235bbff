using System.Text;
using Declarative.Consumers;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Consumers;

public sealed class SqliteStatusTests : StatusTests<SqliteFixture>;

public sealed class PostgreSqlStatusTests : StatusTests<PostgreSqlFixture>;

/// <summary>The status that a handler gives is the status that the sender gets, with the starter kit's bodies.</summary>
public abstract class StatusTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    [Fact]
    public async Task A_success_is_200_with_type_and_response()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        using var response = await host.RespondAsync(Encoding.UTF8.GetBytes($$$"""{"type":"{{{ProductConsumer.Create}}}","data":{"sku":"A"}}"""));
        ((int)response.StatusCode).ShouldBe(200);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("""{"type":"be-observer.catalog_product_create","response":{"success":true,"message":"Product A handled"}}""");
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(409, false)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(505, false)]
    [InlineData(599, true)]
    public async Task A_failure_is_the_handlers_status_with_its_error(int status, bool isRetried)
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        host.Handled.Do = (_, _) => Task.FromResult(EventResult.Failure(status, "It's broken"));
        var (answered, body) = await host.SendAsync(ProductConsumer.Create, """{"sku":"A"}""");
        answered.ShouldBe(status);
        body.ToString().ShouldBe("""{"error":"It's broken"}""");
        EventResult.Failure(status, "").IsRetried.ShouldBe(isRetried);
    }

    [Fact]
    public async Task A_wait_that_the_handler_asks_for_reaches_the_sender()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        host.Handled.Do = static (_, _) => Task.FromResult(RetryableResult.TooMany("Slower, please", TimeSpan.FromMilliseconds(1500)));
        using var response = await host.RespondAsync(Encoding.UTF8.GetBytes($$$"""{"type":"{{{ProductConsumer.Create}}}","data":{"sku":"A"}}"""));
        ((int)response.StatusCode).ShouldBe(429);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Helpers_pick_statuses_by_whether_a_sender_tries_again()
    {
        RetryableResult.Because("x").Status.ShouldBe(503);
        RetryableResult.Upstream(504, "x").Status.ShouldBe(504);
        RetryableResult.Upstream(404, "x").Status.ShouldBe(502);
        RetryableResult.Upstream(null, "x").Status.ShouldBe(502);
        PermanentResult.Because("x").Status.ShouldBe(400);
        PermanentResult.NotFound("x").Status.ShouldBe(404);
        PermanentResult.Upstream(422, "x").Status.ShouldBe(422);
        PermanentResult.Upstream(503, "x").Status.ShouldBe(400);
        Should.Throw<ArgumentOutOfRangeException>(static () => EventResult.Failure(200, "x"));
    }

    [Fact]
    public async Task An_unknown_event_is_400_which_is_not_sent_again()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        var (status, body) = await host.SendAsync("be-observer.unknown", "{}");
        status.ShouldBe(400);
        body.ToString().ShouldBe("""{"error":"The consumer 'product' takes no event of the type 'be-observer.unknown'."}""");
        host.Handled.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_exception_is_500_and_what_it_says_goes_to_the_log_only()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        host.Handled.Do = static (_, _) => throw new InvalidOperationException("password is hunter2");
        var (status, body) = await host.SendAsync(ProductConsumer.Create, """{"sku":"A"}""");
        status.ShouldBe(500);
        var error = body.GetProperty("error").GetString()!;
        error.ShouldNotContain("hunter2");
        var report = error.Split(' ')[^1].TrimEnd('.');
        host.Log.All.ShouldContain(line => line.Contains(report, StringComparison.Ordinal) && line.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_handler_that_is_not_written_yet_is_501_with_a_line_in_the_log()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        var (status, body) = await host.SendAsync(ProductConsumer.Unwritten, """{"sku":"A"}""");
        status.ShouldBe(501);
        body.GetProperty("error").GetString().ShouldBe("No handler is written yet for the event 'be-observer.catalog_product_move'.");
        host.Log.All.ShouldContain(static line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("BackOffice.ProductMoved isn't written yet", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ProductConsumer.Create, """{"price":-1}""", "The payload is not as declared: price must be at least 0; sku is missing.")]
    [InlineData(ProductConsumer.Create, """[]""", null)]
    [InlineData(ProductConsumer.Delete, """{}""", null)]
    [InlineData(ProductConsumer.Delete, """{"sku":[]}""", null)]
    [InlineData(ProductConsumer.Delete, """null""", null)]
    public async Task A_payload_that_is_not_as_declared_is_400_by_field(string type, string data, string? expected)
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        var (status, body) = await host.SendAsync(type, data);
        status.ShouldBe(400);
        var error = body.GetProperty("error").GetString()!;
        if (expected is not null)
            error.ShouldBe(expected);
        else if (data.Contains("sku", StringComparison.Ordinal))
            error.ShouldContain("sku");
        host.Handled.All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "application/json", 400)]
    [InlineData("{", "application/json", 400)]
    [InlineData("""{"data":{}}""", "application/json", 400)]
    [InlineData("""{"type":"be-observer.catalog_product_create"}""", "application/json", 400)]
    [InlineData("""{"type":"","data":{}}""", "application/json", 400)]
    [InlineData("""{"type":"be-observer.catalog_product_create","type":"be-observer.catalog_product_delete","data":{"sku":"A"}}""", "application/json", 400)]
    [InlineData("""{"type":"be-observer.catalog_product_create","data":{"sku":"A"}} {}""", "application/json", 400)]
    [InlineData("""{"type":"be-observer.catalog_product_create","data":{"sku":"A"}}""", "application/cloudevents+json", 400)]
    [InlineData("""{"specversion":"0.3","id":"1","source":"s","type":"be-observer.catalog_product_create","data":{"sku":"A"}}""", "application/cloudevents+json", 400)]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"be-observer.catalog_product_create","datacontenttype":"text/xml","data":"<a/>"}""", "application/cloudevents+json", 400)]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","type":"be-observer.catalog_product_create","data_base64":"%"}""", "application/cloudevents+json", 400)]
    [InlineData("{}", "application/cloudevents-batch+json", 400)]
    [InlineData("[1]", "application/cloudevents-batch+json", 400)]
    public async Task What_can_not_be_read_is_400(string body, string contentType, int expected)
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        var (status, answer) = await host.PostAsync(body, contentType);
        status.ShouldBe(expected);
        answer.GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
        host.Handled.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_413()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(configuration: new() { ["Declarative:Consumers:MaxBodyBytes"] = "1000" });
        var (status, _) = await host.SendAsync(ProductConsumer.Create, $$"""{"sku":"A","description":"{{new string('x', 1000)}}"}""");
        status.ShouldBe(413);
    }

    /// <summary>One status for all: sent again if one is to be sent again, since the others are known by their ids.</summary>
    [Theory]
    [InlineData("A,B", 200, "200,200")]
    [InlineData("A,bad", 400, "200,400")]
    [InlineData("bad,busy,A", 503, "400,503,200")]
    [InlineData("", 200, "")]
    public async Task A_batch_has_one_status_and_a_result_for_each_event(string skus, int expected, string each)
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        host.Handled.Do = static (product, _) => Task.FromResult(product.Sku switch
        {
            "bad" => PermanentResult.Because("bad"),
            "busy" => RetryableResult.Because("busy", TimeSpan.FromSeconds(7)),
            _ => EventResult.Success("done"),
        });
        var batch = "[" + string.Join(',', skus.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static (sku, index) => $$$"""{"specversion":"1.0","id":"{{{index}}}","source":"s","type":"{{{ProductConsumer.Create}}}","data":{"sku":"{{{sku}}}"}}""")) + "]";
        using var response = await host.RespondAsync(Encoding.UTF8.GetBytes(batch), "application/cloudevents-batch+json");
        ((int)response.StatusCode).ShouldBe(expected);
        if (expected == 503)
            response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        var results = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("results").EnumerateArray().ToList();
        string.Join(',', results.Select(static one => one.GetProperty("status").GetInt32())).ShouldBe(each);
        results.ShouldAllBe(static one => one.GetProperty("response").GetProperty("success").GetBoolean() == (one.GetProperty("status").GetInt32() == 200));
    }

    [Fact]
    public async Task A_batch_sent_again_handles_only_what_was_not_handled()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>();
        var isBusy = true;
        host.Handled.Do = (product, _) => Task.FromResult(product.Sku == "busy" && isBusy ? RetryableResult.Because("busy") : EventResult.Success("done"));
        const string Batch = """[{"specversion":"1.0","id":"1","source":"s","type":"be-observer.catalog_product_create","data":{"sku":"A"}},{"specversion":"1.0","id":"2","source":"s","type":"be-observer.catalog_product_create","data":{"sku":"busy"}}]""";
        (await host.PostAsync(Batch, "application/cloudevents-batch+json")).Status.ShouldBe(503);
        isBusy = false;
        (await host.PostAsync(Batch, "application/cloudevents-batch+json")).Status.ShouldBe(200);
        host.Handled.What.ShouldBe(["created A", "created busy", "created busy"]);
    }

    [Fact]
    public async Task A_batch_beyond_the_limit_is_413()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(configuration: new() { ["Declarative:Consumers:MaxBatch"] = "2" });
        var one = $$$"""{"specversion":"1.0","id":"1","source":"s","type":"{{{ProductConsumer.Create}}}","data":{"sku":"A"}}""";
        (await host.PostAsync($"[{one},{one},{one}]", "application/cloudevents-batch+json")).Status.ShouldBe(413);
        host.Handled.All.ShouldBeEmpty();
    }
}
