using System.Text;
using Declarative.Events;
using Declarative.Json;
using Declarative.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Events;

public sealed class EventCallTests
{
    private static readonly AsyncEventDescriptor Descriptor = new("order.saved", "etc/async_events.xml")
    {
        Parameters = [new ServiceParameter("orderId", typeof(int)), new ServiceParameter("isNew", typeof(bool)), new ServiceParameter("note", typeof(string), isRequired: false)],
        Payload = typeof(string),
    };

    [Theory]
    [InlineData("""{"orderId":1,"isNew":true,"note":"x"}""")]
    [InlineData("""{"order_id":"1","is_new":1,"note":"x"}""")]
    [InlineData("""{"unknown":{"deep":[1,2]},"note":"x","is_new":"1","orderId":1}""")]
    public void Arguments_are_bound_by_name_in_camel_or_snake_case_in_any_order(string json)
    {
        var call = Call(json);

        call.Argument<int>(0).ShouldBe(1);
        call.Argument<bool>(1).ShouldBeTrue();
        call.Argument<string>(2).ShouldBe("x");
    }

    [Fact]
    public void What_has_a_default_can_be_left_out() => Call("""{"orderId":1,"isNew":0}""").Argument(2, "none").ShouldBe("none");

    [Fact]
    public void All_that_is_missing_is_said_at_once() =>
        Should.Throw<EventArgumentsException>(() => Call("{}")).Problems.ShouldBe(["'orderId' is missing", "'isNew' is missing"]);

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("""{"orderId":1""")]
    [InlineData("""{"orderId":1,"order_id":2,"isNew":true}""")]
    public void What_is_no_object_with_each_argument_once_is_refused(string json) => Should.Throw<EventArgumentsException>(() => Call(json));

    [Theory]
    [InlineData("\"x\"")]
    [InlineData("[]")]
    [InlineData("1e400")]
    [InlineData("99999999999")]
    public void A_value_of_another_type_is_named(string value) =>
        Should.Throw<EventArgumentsException>(() => Call($$"""{"orderId":{{value}},"isNew":true}""").Argument<int>(0)).Message.ShouldContain("'orderId'");

    private static EventCall Call(string json) =>
        new(Descriptor, new ServiceCollection().BuildServiceProvider(), Encoding.UTF8.GetBytes(json), new WireJson([], []).Options, CancellationToken.None);
}
