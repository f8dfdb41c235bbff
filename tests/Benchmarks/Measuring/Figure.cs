namespace Declarative.Benchmarks.Measuring;

/// <summary>One measured value beside its yardstick from the same run.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The median over all rounds.</param>
/// <param name="Unit">The unit of value and yardstick.</param>
/// <param name="Yardstick">The yardstick's median in the same unit; null where the figure is a count or a limit of its own.</param>
/// <param name="Ratio">The median of the rounds' ratios, value to yardstick.</param>
/// <param name="Target">What is wanted, as people read it; empty if the figure only informs.</param>
/// <param name="IsMet">Whether the target is met; null if there is none.</param>
internal sealed record Figure(string Name, double Value, string Unit, double? Yardstick = null, double? Ratio = null, string Target = "", bool? IsMet = null)
{
    /// <summary>A figure that must not exceed a limit of its own.</summary>
    public static Figure AtMost(double limit, string name, double value, string unit) =>
        new(name, value, unit, Target: $"≤ {limit:0.##} {unit}".TrimEnd(), IsMet: value <= limit);

    /// <summary>A figure whose ratio to the yardstick must not exceed a limit.</summary>
    public static Figure RatioAtMost(double limit, string name, string unit, Comparison comparison) =>
        new(name, comparison.Subject, unit, comparison.Yardstick, comparison.Ratio, $"ratio ≤ {limit:0.##}", comparison.Ratio <= limit);

    /// <summary>A figure whose ratio to the yardstick must reach a limit.</summary>
    public static Figure RatioAtLeast(double limit, string name, string unit, Comparison comparison) =>
        new(name, comparison.Subject, unit, comparison.Yardstick, comparison.Ratio, $"ratio ≥ {limit:0.##}", comparison.Ratio >= limit);

    /// <summary>Whether a yardstick is honest: it reaches half of the rate that is known to be possible on a machine of this kind.</summary>
    public static Figure Honest(string name, double value, string unit, double known) =>
        new(name, value, unit, known, value / known, "honest: ratio ≥ 0.5", value / known >= 0.5);

    /// <summary>The same for a yardstick that is a time.</summary>
    public static Figure HonestTime(string name, double value, string unit, double known) =>
        new(name, value, unit, known, value / known, "honest: ratio ≤ 2", value / known <= 2);
}
