using System.Text;
using Declarative.Events;

namespace Declarative.Tests.Events;

public sealed class EventMessageTests
{
    [Fact]
    public void The_wire_form_is_an_array_of_three_strings() =>
        Encoding.UTF8.GetString(new EventMessage("sales.order.created", "{\"id\":42}"u8.ToArray(), 3).ToWire())
            .ShouldBe("""["sales.order.created","{\"id\":42}","3"]""");

    /// <summary>Expected by <c>php -r 'echo json_encode(["a", "…", "0"]);'</c>.</summary>
    [Theory]
    [InlineData("\"/\\", """\"\/\\""")]
    [InlineData("\b\f\n\r\t\u0001\u007f", "\\b\\f\\n\\r\\t\\u0001\u007f")]
    [InlineData("zo\u00eb \u2603 \ud83d\ude00", """zo\u00eb \u2603 \ud83d\ude00""")]
    [InlineData("<a href='x'>&</a>", "<a href='x'>&<\\/a>")]
    public void It_is_written_as_php_writes_it(string json, string expected) =>
        Encoding.UTF8.GetString(new EventMessage("a", Encoding.UTF8.GetBytes(json), 0).ToWire()).ShouldBe($"[\"a\",\"{expected}\",\"0\"]");

    [Theory]
    [InlineData("""["a","{\"id\":1}","7"]""", 7)]
    [InlineData("""["a","{\"id\":1}",7]""", 7)]
    [InlineData("""["a","{\"id\":1}"]""", 0)]
    [InlineData(""" [ "a" , "{\"id\":1}" , "0" ] """, 0)]
    public void It_is_read_with_the_store_as_string_as_number_or_not_at_all(string wire, int store)
    {
        var message = EventMessage.FromWire(Encoding.UTF8.GetBytes(wire));

        message.Name.ShouldBe("a");
        Encoding.UTF8.GetString(message.Json.Span).ShouldBe("""{"id":1}""");
        message.StoreId.ShouldBe(store);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var json = "{\"näme\":\"\\u2603 \\\" \\\\ \"}"u8.ToArray();

        var message = EventMessage.FromWire(new EventMessage("a.b", json, 12).ToWire());

        message.Json.ToArray().ShouldBe(json);
        message.StoreId.ShouldBe(12);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""["a"]""")]
    [InlineData("""["","{}"]""")]
    [InlineData("""["a",{}]""")]
    [InlineData("""["a","{}","-1"]""")]
    [InlineData("""["a","{}","x"]""")]
    [InlineData("""["a","{}","1","2"]""")]
    [InlineData("""["a","{}"] []""")]
    [InlineData("""["a","{\ud800}"]""")]
    [InlineData("""["a","{}" """)]
    public void What_is_no_event_message_is_refused(string wire) =>
        Should.Throw<FormatException>(() => EventMessage.FromWire(Encoding.UTF8.GetBytes(wire)));
}
