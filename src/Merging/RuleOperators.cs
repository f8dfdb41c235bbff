using System.Collections.Generic;

namespace Declarative.Merging;

/// <summary>The operators of rules, as the originals spell them.</summary>
internal static class RuleOperators
{
    public const string Equal = "equal";
    public const string GreaterThan = "greaterThan";
    public const string LessThan = "lessThan";
    public const string In = "in";
    public const string Regex = "regex";
    public const string OnChange = "onChange";

    public static IReadOnlyList<string> All { get; } = [Equal, GreaterThan, LessThan, In, Regex, OnChange];
}
