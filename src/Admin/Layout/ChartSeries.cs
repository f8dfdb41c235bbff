using Declarative.History;

namespace Declarative.Admin.Layout;

/// <summary>What a chart shows of each period.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Kind">How it is coloured: <c>good</c>, <c>warning</c>, <c>bad</c> or <c>plain</c>.</param>
/// <param name="Of">Its number in a period.</param>
public sealed record ChartSeries(string Name, string Kind, Func<ActivityPeriod, long> Of);
