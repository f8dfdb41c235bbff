using Declarative.RabbitMq;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Declarative.Tests.RabbitMq;

/// <summary>Where the broker is, who is let in, and what is said when that is wrong.</summary>
public sealed class OptionsTests : IDisposable
{
    private readonly SqliteFixture _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("Uri", "", "Declarative:RabbitMq:Uri is not set")]
    [InlineData("Uri", "http://localhost", "amqp://host or amqps://host")]
    [InlineData("Uri", "amqp:secret@host", "amqp://host or amqps://host")]
    [InlineData("Exchange", "amq.topic", "Declarative:RabbitMq:Exchange is 'amq.topic'")]
    [InlineData("Queue", " ", "Declarative:RabbitMq:Queue")]
    [InlineData("DeadLetterQueue", "event.trigger", "must differ")]
    [InlineData("Prefetch", "0", "Declarative:RabbitMq:Prefetch")]
    [InlineData("DeliveryLimit", "0", "Declarative:RabbitMq:DeliveryLimit")]
    [InlineData("ConfirmTimeout", "00:00:00", "Declarative:RabbitMq:ConfirmTimeout")]
    [InlineData("Events:0", "sales.*.created", "'sales.*.created'")]
    [InlineData("Tls:ServerName", "rabbit", "write amqps://")]
    [InlineData("Tls:CaCertificate", "/nowhere/ca.pem", "there is no file '/nowhere/ca.pem'")]
    public async Task What_is_wrong_is_said_at_start(string key, string value, string problem)
    {
        var host = TestHost.Build(
            _store.Use,
            configuration: new(StringComparer.Ordinal) { ["Declarative:RabbitMq:Uri"] = "amqp://localhost", ["Declarative:RabbitMq:" + key] = value },
            configure: static declarative => declarative.UseRabbitMq());

        var message = (await Should.ThrowAsync<OptionsValidationException>(host.StartAsync)).Message;

        await ((IAsyncDisposable)host.Services).DisposeAsync();
        message.ShouldContain(problem);
        message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Code_goes_before_configuration()
    {
        await using var host = TestHost.Build(
            _store.Use,
            configuration: new(StringComparer.Ordinal) { ["Declarative:RabbitMq:Uri"] = "amqp://one", ["Declarative:RabbitMq:Queue"] = "q", ["Declarative:RabbitMq:Events:0"] = "a" },
            configure: static declarative => declarative.UseRabbitMq("amqp://two", static options => options.Prefetch = 5));

        var options = host.Services.GetRequiredService<IOptions<RabbitMqOptions>>().Value;

        (options.Uri, options.Queue, options.Prefetch, options.Events.Single()).ShouldBe(("amqp://two", "q", 5, "a"));
    }

    [Theory]
    [InlineData("sales.order.created", true)]
    [InlineData("Customer.Saved", true)]
    [InlineData("customer.saved.twice", false)]
    [InlineData("sale", false)]
    public void Names_and_beginnings_choose_events(string name, bool isCarried) =>
        new CarriedEvents(["sales.*", "customer.saved"]).Contains(name).ShouldBe(isCarried);

    [Fact]
    public void No_choice_and_a_star_mean_all() =>
        (new CarriedEvents([]).Contains("x"), new CarriedEvents(["*"]).Contains("x")).ShouldBe((true, true));
}
