using System.Globalization;
using System.Text;
using System.Text.Json;
using Declarative.Delivery;
using Declarative.EventBridge;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Declarative.Tests.EventBridge;

public sealed class SqliteEventBridgeTests : EventBridgeTests<SqliteFixture>;

public sealed class PostgreSqlEventBridgeTests : EventBridgeTests<PostgreSqlFixture>;

/// <summary>Deliveries to an event bus, against a stand-in that answers as AWS does.</summary>
public abstract class EventBridgeTests<TStore> : IAsyncLifetime
    where TStore : class, IStoreFixture, new()
{
    private const string Secret = "s3cret-of-the-key";

    private readonly TStore _store = new();
    private Receiver _aws = null!;
    private TestHost _host = null!;

    private INotifier Notifier => _host.Services.GetRequiredKeyedService<INotifier>("event_bridge");

    public async ValueTask InitializeAsync()
    {
        _aws = await Receiver.StartAsync();
        _aws.Answer = context => AnswerAsync(context, static _ => null);
        _host = Build();
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _aws.DisposeAsync();
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_event_becomes_an_entry()
    {
        await _host.SubscribeAsync("shop", notifier: "event_bridge", token: "");

        var id = await _host.OrderCreated.PublishAsync(42);

        var delivery = await _host.DeliveryOfAsync(id, one => one.State == DeliveryState.Done);
        delivery.Attempts.Single().Response!.ShouldContain("EventId");
        var request = _aws.Requests.Single();
        request.Headers["x-amz-target"].ShouldBe("AWSEvents.PutEvents");
        request.Headers["content-type"].ShouldBe("application/x-amz-json-1.1");
        request.Headers["authorization"].ShouldStartWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/");
        request.Headers["authorization"].ShouldContain("/eu-central-1/events/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=");
        var entry = TestHost.Json(request.Text).GetProperty("Entries").EnumerateArray().Single();
        entry.GetProperty("Source").GetString().ShouldBe("com.example.shop");
        entry.GetProperty("DetailType").GetString().ShouldBe("sales.order.created");
        entry.GetProperty("EventBusName").GetString().ShouldBe("shop");
        TestHost.Json(entry.GetProperty("Detail").GetString()!).GetProperty("data").GetProperty("entity_id").GetInt32().ShouldBe(42);
        entry.GetProperty("Time").GetDouble().ShouldBeGreaterThan(1_500_000_000);
        _host.Log.All.ShouldNotContain(static line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_comes_at_once_goes_in_one_request_and_only_failed_entries_go_again()
    {
        // Two requests are held, so that the next ten gather; of those the third is throttled.
        var held = new TaskCompletionSource();
        var requests = 0;
        _aws.Answer = async context =>
        {
            if (Interlocked.Increment(ref requests) <= 2)
                await held.Task;
            await AnswerAsync(context, static detail => detail.Contains("\"number\":3,", StringComparison.Ordinal) ? "ThrottlingException" : null);
        };
        var first = new[] { NotifyAsync(100), NotifyAsync(101) };
        await Eventually.True(() => _aws.Requests.Count == 2);
        var ten = Enumerable.Range(1, 10).Select(number => NotifyAsync(number)).ToArray();
        held.SetResult();

        await Task.WhenAll(first);
        var results = await Task.WhenAll(ten);

        Entries().ShouldBe([1, 1, 10]);
        results.Select(static one => one.IsSuccess).ShouldBe(Enumerable.Range(1, 10).Select(static number => number != 3));
        (results[2].Reason, results[2].IsRetryable, results[2].Status).ShouldBe(("ThrottlingException", true, 429));
        results[2].Response!.ShouldContain("ErrorMessage");
    }

    /// <summary>The same through the queue: ten deliveries, one of which fails once, are eleven entries.</summary>
    [Fact]
    public async Task A_delivery_whose_entry_failed_is_tried_again_and_the_others_are_not()
    {
        await _host.SubscribeAsync("shop", notifier: "event_bridge", token: "", retry: "0");
        var failed = 0;
        _aws.Answer = context => AnswerAsync(context, detail => detail.Contains("\"entity_id\":3,", StringComparison.Ordinal) && Interlocked.Exchange(ref failed, 1) == 0 ? "InternalFailure" : null);

        var ids = await Task.WhenAll(Enumerable.Range(1, 10).Select(number => _host.OrderCreated.PublishAsync(number)));

        foreach (var id in ids)
            await _host.DeliveryOfAsync(id, static one => one.State == DeliveryState.Done);
        Entries().Sum().ShouldBe(11);
    }

    [Theory]
    [InlineData(400, """{"__type":"com.amazonaws.events#ThrottlingException","message":"Rate exceeded"}""", "ThrottlingException", true)]
    [InlineData(500, """{"__type":"InternalFailure"}""", "InternalFailure", true)]
    [InlineData(503, "<html>", "status", true)]
    [InlineData(400, """{"__type":"AccessDeniedException","Message":"no"}""", "AccessDeniedException", true)]
    [InlineData(400, """{"__type":"ValidationException:http://internal.amazon.com/","message":"no"}""", "ValidationException", false)]
    [InlineData(413, "", "status", false)]
    [InlineData(200, """{"FailedEntryCount":0,"Entries":[]}""", "protocol", true)]
    public async Task What_aws_refuses_says_whether_trying_again_can_help(int status, string answer, string reason, bool isRetryable)
    {
        _aws.Answer = context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(answer);
        };

        var result = await NotifyAsync(1);

        (result.IsSuccess, result.Reason, result.IsRetryable).ShouldBe((false, reason, isRetryable));
    }

    [Fact]
    public async Task One_wrong_entry_does_not_take_the_others_of_its_request_with_it()
    {
        var held = new TaskCompletionSource();
        var requests = 0;
        _aws.Answer = async context =>
        {
            if (Interlocked.Increment(ref requests) <= 2)
                await held.Task;
            var isWrong = _aws.Requests.Last().Text.Contains("number\\u0022:2,", StringComparison.Ordinal);
            context.Response.StatusCode = isWrong ? 400 : 200;
            if (isWrong)
                await context.Response.WriteAsync("""{"__type":"ValidationException"}""");
            else
                await AnswerAsync(context, static _ => null);
        };
        var first = new[] { NotifyAsync(100), NotifyAsync(101) };
        await Eventually.True(() => _aws.Requests.Count == 2);
        var three = Enumerable.Range(1, 3).Select(number => NotifyAsync(number)).ToArray();
        held.SetResult();

        await Task.WhenAll(first);

        (await Task.WhenAll(three)).Select(static one => one.IsSuccess).ShouldBe([true, false, true]);
    }

    [Fact]
    public async Task An_entry_of_256_KB_goes_and_one_byte_more_is_refused_before_it_is_sent()
    {
        // AWS counts 14 bytes for the time, and source, detail type and detail in UTF-8.
        var room = (256 * 1024) - 14 - "com.example.shop".Length - "sales.order.created".Length - """{"data":""}""".Length;

        var fits = await NotifyAsync($"\"{new string('x', room)}\"");
        var tooLarge = await NotifyAsync($"\"{new string('x', room - 1)}é\"");

        fits.IsSuccess.ShouldBeTrue(fits.Response);
        (tooLarge.IsSuccess, tooLarge.Reason, tooLarge.IsRetryable).ShouldBe((false, "too_large", false));
        _aws.Requests.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("shop", null)]
    [InlineData("partner/example.com/shop_1", null)]
    [InlineData("arn:aws:events:eu-central-1:123456789012:event-bus/shop", null)]
    [InlineData("https://example.com/anything", null)]
    [InlineData("", "is no event bus")]
    [InlineData("my bus", "is no event bus")]
    [InlineData("arn:aws:sns:eu-central-1:123456789012:topic", "is no ARN of an event bus")]
    [InlineData("arn:aws:events:us-east-1:123456789012:event-bus/shop", "lies in us-east-1")]
    public void A_recipient_is_a_bus(string recipient, string? problem)
    {
        if (problem is null)
            Notifier.Validate(recipient).ShouldBeNull();
        else
            Notifier.Validate(recipient).ShouldNotBeNull().ShouldContain(problem);
    }

    [Theory]
    [InlineData("https://example.com/anything", "orders")]
    [InlineData("arn:aws:events:eu-central-1:123456789012:event-bus/shop", "arn:aws:events:eu-central-1:123456789012:event-bus/shop")]
    public async Task A_url_means_the_configured_bus(string recipient, string bus)
    {
        await NotifyAsync("{}", recipient);

        TestHost.Json(_aws.Requests.Single().Text).GetProperty("Entries")[0].GetProperty("EventBusName").GetString().ShouldBe(bus);
    }

    [Fact]
    public async Task A_temporary_key_sends_its_token_signed()
    {
        await _host.DisposeAsync();
        _host = Build(static options => options.SessionToken = "t0ken");

        await NotifyAsync(1);

        _aws.Requests.Single().Headers["x-amz-security-token"].ShouldBe("t0ken");
        _aws.Requests.Single().Headers["authorization"].ShouldContain("x-amz-date;x-amz-security-token;x-amz-target");
    }

    [Fact]
    public async Task An_endpoint_in_a_private_network_is_refused_unless_it_is_allowed()
    {
        await _host.DisposeAsync();
        _host = Build(configuration: new(StringComparer.Ordinal) { ["Declarative:Delivery:AllowedNetworks:0"] = "10.0.0.0/8" }, configure: options => options.Endpoint = _aws.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

        (await NotifyAsync(1)).Reason.ShouldBe("refused_address");
        _aws.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Region", "", "Declarative:EventBridge:Region")]
    [InlineData("Region", "evil.example/", "Declarative:EventBridge:Region")]
    [InlineData("Source", "", "Declarative:EventBridge:Source")]
    [InlineData("Source", "aws.events", "Declarative:EventBridge:Source")]
    [InlineData("Bus", "my bus", "Declarative:EventBridge:Bus")]
    [InlineData("SecretAccessKey", null, "must be set both or neither")]
    [InlineData("Endpoint", "http://10.0.0.1/", "Declarative:EventBridge:Endpoint: the address 10.0.0.1 is not public")]
    [InlineData("Endpoint", "events", "no absolute http or https URL")]
    public async Task Wrong_options_are_said_at_start(string key, string? value, string problem)
    {
        var host = Build(options => typeof(EventBridgeOptions).GetProperty(key)!.SetValue(options, value));

        var message = (await Should.ThrowAsync<OptionsValidationException>(host.StartAsync)).Message;

        await ((IAsyncDisposable)host.Services).DisposeAsync();
        message.ShouldContain(problem);
        message.ShouldNotContain(Secret);
    }

    [Fact]
    public async Task Without_keys_in_the_options_those_of_the_environment_sign()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIDOFENVIRONMENT",
            ["AWS_SECRET_ACCESS_KEY"] = Secret,
            ["AWS_SESSION_TOKEN"] = "t0ken-of-environment",
        };
        foreach (var (name, value) in environment)
            Environment.SetEnvironmentVariable(name, value);
        try
        {
            await _host.DisposeAsync();
            _host = Build(static options => (options.AccessKeyId, options.SecretAccessKey) = (null, null));
            await _host.StartAsync();

            (await NotifyAsync(1)).IsSuccess.ShouldBeTrue();
        }
        finally
        {
            foreach (var name in environment.Keys)
                Environment.SetEnvironmentVariable(name, null);
        }

        var request = _aws.Requests.Single();
        request.Headers["authorization"].ShouldStartWith("AWS4-HMAC-SHA256 Credential=AKIDOFENVIRONMENT/");
        request.Headers["x-amz-security-token"].ShouldBe("t0ken-of-environment");
    }

    private TestHost Build(Action<EventBridgeOptions>? configure = null, Dictionary<string, string?>? configuration = null) => TestHost.Build(
        _store.Use,
        configuration: configuration,
        configure: declarative => declarative.AddEventBridge(options =>
        {
            options.Region = "eu-central-1";
            options.Source = "com.example.shop";
            options.Bus = "orders";
            options.Endpoint = _aws.Url;
            options.AccessKeyId = "AKIDEXAMPLE";
            options.SecretAccessKey = Secret;
            configure?.Invoke(options);
        }));

    private Task<NotifierResult> NotifyAsync(int number) => NotifyAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"number":{{number}},"x":1}"""));

    private Task<NotifierResult> NotifyAsync(string payload, string recipient = "shop") => Notifier.NotifyAsync(
        new Notification
        {
            Uuid = Guid.Empty,
            MessageId = Guid.Empty,
            EventName = ShopModule.OrderCreated,
            EventCode = ShopModule.OrderCreated,
            PublishedAt = DateTimeOffset.UnixEpoch,
            StoreId = 0,
            SubscriptionId = 1,
            Recipient = recipient,
            Payload = Encoding.UTF8.GetBytes(payload),
            Attempt = 1,
        },
        TestContext.Current.CancellationToken);

    private IEnumerable<int> Entries() => _aws.Requests.Select(static one => TestHost.Json(one.Text).GetProperty("Entries").GetArrayLength());

    /// <summary>Answers as AWS: an id for each entry, or an error.</summary>
    private async Task AnswerAsync(HttpContext context, Func<string, string?> errorOf)
    {
        var own = _aws.Requests.Last(one => one.Headers["authorization"] == context.Request.Headers.Authorization.ToString());
        var errors = TestHost.Json(own.Text).GetProperty("Entries").EnumerateArray().Select(entry => errorOf(entry.GetProperty("Detail").GetString()!)).ToList();
        await context.Response.WriteAsJsonAsync(new
        {
            FailedEntryCount = errors.Count(static one => one is not null),
            Entries = errors.Select(static one => one is null ? (object)new { EventId = "e" } : new { ErrorCode = one, ErrorMessage = "of the test" }),
        }, new JsonSerializerOptions());
    }
}
