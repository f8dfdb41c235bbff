using System.Text;
using System.Text.Json;
using Declarative.Matching;
using Declarative.Subscriptions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Declarative.Tests.Matching;

/// <summary>Plans of a few subscriptions, matched with JSON written as text.</summary>
internal static class Plans
{
    public static MatchServices NoServices { get; } = new(_ => null, _ => null, _ => null, NullLogger.Instance);

    public static MatchTarget Fields(string[] fields, SubscriptionRule[]? rules = null, int storeId = 0, string name = "observer.test") =>
        Target([.. fields.Select(Field)], rules, storeId, name);

    public static MatchTarget Target(SubscriptionField[] fields, SubscriptionRule[]? rules = null, int storeId = 0, string name = "observer.test", params SubscriptionProcessor[] processors) =>
        new(1, name, storeId, fields, rules ?? [], processors);

    /// <summary><c>name</c>, or <c>name=source</c>.</summary>
    public static SubscriptionField Field(string text) => text.Split('=', 2) is [var name, var source]
        ? new SubscriptionField(name) { Source = source }
        : new SubscriptionField(text);

    public static async Task<IReadOnlyList<Matched>> MatchAsync(IReadOnlyList<MatchTarget> targets, string payload, string original = "", int storeId = 0, MatchServices? services = null) =>
        await MatchPlan.Compile(targets, services ?? NoServices).MatchAsync(Encoding.UTF8.GetBytes(payload), Encoding.UTF8.GetBytes(original), storeId, Guid.Empty, "observer.test", CancellationToken.None);

    /// <summary>What a subscription with some fields gets.</summary>
    public static async Task<string> ProjectAsync(MatchTarget target, string payload, string original = "", MatchServices? services = null, int storeId = 0)
    {
        var matched = (await MatchAsync([target], payload, original, storeId, services)).ShouldHaveSingleItem();
        matched.Failure.ShouldBeNull();
        matched.End.ShouldBe(MatchEnd.Deliver);
        return matched.Payload is null ? payload : Encoding.UTF8.GetString(matched.Payload);
    }

    public static Task<string> ProjectAsync(string[] fields, string payload, string original = "") => ProjectAsync(Fields(fields), payload, original);

    /// <summary>True, false, or the error's text.</summary>
    public static async Task<object> HoldsAsync(string field, string @operator, string value, string payload, string original = "")
    {
        var matched = await MatchAsync([Target([], [new SubscriptionRule(field, @operator, value)])], payload, original);
        return matched switch
        {
            [] => false,
            [{ End: MatchEnd.Deliver }] => true,
            [var one] => one.Failure!,
            _ => throw new InvalidOperationException("One subscription has one outcome."),
        };
    }

    public static void ShouldBeJson(this string actual, string expected)
    {
        using var one = JsonDocument.Parse(actual);
        using var other = JsonDocument.Parse(expected);
        JsonElement.DeepEquals(one.RootElement, other.RootElement).ShouldBeTrue($"expected {expected}\nbut was  {actual}");
    }
}
