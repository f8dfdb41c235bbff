using Declarative.History;
using Declarative.Rest;

namespace Declarative.Tests.History;

/// <summary>Searches as people write them.</summary>
public sealed class SearchQueryTests
{
    [Theory]
    [InlineData("customer.*", "name(customer.*)")]
    [InlineData("*.created", "name(*.created)")]
    [InlineData("event_name:Sales.*", "name(sales.*)")]
    [InlineData("data.increment_id:CK* AND success:false", "(increment_id^ck & failed)")]
    [InlineData("data.data.increment_id: CK* AND success: true", "(increment_id^ck & accepted)")]
    [InlineData("customer.* success:false", "(name(customer.*) & failed)")]
    [InlineData("data.a:1 OR data.b:2 AND data.c:3", "(a=1 | (b=2 & c=3))")]
    [InlineData("(data.a:1 OR data.b:2) AND NOT data.c:3", "((a=1 | b=2) & !c=3)")]
    [InlineData("data.name:\"Zoë Two*\"", "name=zoë two*")]
    [InlineData("data.name:\"say \\\"hi\\\"\"", "name=say \"hi\"")]
    [InlineData("data.url:https://example.com/*", "url^https://example.com/")]
    [InlineData("data.any:*", "any^")]
    [InlineData("ORDER OR ANDROID", "(name(order) | name(android))")]
    [InlineData("subscription_id:7", "subscription(7)")]
    public void Are_read(string text, string tree) => Show(SearchQuery.Parse(text)).ShouldBe(tree);

    [Theory]
    [InlineData("", 1)]
    [InlineData("success:maybe", 14)]
    [InlineData("(data.a:1", 10)]
    [InlineData("data.a:1)", 9)]
    [InlineData("data.a:", 8)]
    [InlineData("data.:1", 8)]
    [InlineData("sku:1", 6)]
    [InlineData("data.a:\"x", 10)]
    [InlineData("uuid:1", 7)]
    [InlineData("data.a:1 AND", 13)]
    [InlineData(":x", 1)]
    public void Are_refused_with_the_place(string text, int position) =>
        Should.Throw<InputException>(() => SearchQuery.Parse(text)).Parameters["position"].ShouldBe(position.ToString());

    [Fact]
    public void Are_bounded()
    {
        Should.Throw<InputException>(() => SearchQuery.Parse(new string('(', 1_000)));
        Should.Throw<InputException>(() => SearchQuery.Parse(string.Join(' ', Enumerable.Repeat("a", 100))));
        Should.Throw<InputException>(() => SearchQuery.Parse(new string('a', 2_001)));
        Should.Throw<InputException>(() => SearchQuery.Parse(string.Concat(Enumerable.Repeat("NOT ", 400)) + "a"));
    }

    private static string Show(SearchExpression expression) => expression switch
    {
        SearchExpression.Several several => "(" + string.Join(several.IsAll ? " & " : " | ", several.Parts.Select(Show)) + ")",
        SearchExpression.Not not => "!" + Show(not.Part),
        SearchExpression.EventName name => $"name({name.Pattern})",
        SearchExpression.Success success => success.IsAccepted ? "accepted" : "failed",
        SearchExpression.Subscription subscription => $"subscription({subscription.Id})",
        SearchExpression.Value value => value.Path + (value.IsPrefix ? "^" : "=") + value.Text,
        _ => expression.ToString(),
    };
}
