using System.Globalization;
using System.Text.RegularExpressions;
using Declarative.Merging;

namespace Declarative.Rest;

/// <summary>Applies search criteria to what is in memory.</summary>
/// <typeparam name="T">What is searched.</typeparam>
/// <param name="fields">The fields that can be named: text, <see cref="long"/>, <see cref="bool"/>, or null.</param>
internal sealed class SearchPage<T>(IReadOnlyDictionary<string, Func<T, object?>> fields)
{
    /// <exception cref="InputException">The criteria name a field or condition that isn't there.</exception>
    public SearchResults<T> Of(IEnumerable<T> items, SearchCriteria? criteria)
    {
        criteria ??= new SearchCriteria();
        var found = items;
        foreach (var group in criteria.FilterGroups)
        {
            if (group.Filters.Count == 0)
                continue;
            var conditions = group.Filters.Select(Condition).ToArray();
            found = found.Where(item => conditions.Any(condition => condition(item)));
        }

        var all = Sort(found, criteria.SortOrders).ToList();
        var size = criteria.PageSize ?? Math.Max(1, all.Count);
        var page = all.Skip((int)Math.Min(int.MaxValue, ((criteria.CurrentPage ?? 1) - 1L) * size)).Take(size).ToList();
        return new SearchResults<T>(page, criteria, all.Count);
    }

    private IEnumerable<T> Sort(IEnumerable<T> items, IReadOnlyList<SortOrder> orders)
    {
        IOrderedEnumerable<T>? sorted = null;
        foreach (var order in orders)
        {
            var key = Field(order.Field);
            var isDescending = order.Direction.Equals("DESC", StringComparison.OrdinalIgnoreCase);
            sorted = sorted is null
                ? isDescending ? items.OrderByDescending(key, Comparer) : items.OrderBy(key, Comparer)
                : isDescending ? sorted.ThenByDescending(key, Comparer) : sorted.ThenBy(key, Comparer);
        }

        return sorted ?? items;
    }

    private Func<T, bool> Condition(Filter filter)
    {
        var field = Field(filter.Field);
        var value = filter.Value;
        switch (filter.ConditionType)
        {
            case "eq":
                return item => Compare(field(item), value) == 0;
            case "neq":
                return item => Compare(field(item), value) != 0;
            case "gt":
                return item => Compare(field(item), value) > 0;
            case "gteq" or "from":
                return item => Compare(field(item), value) >= 0;
            case "lt":
                return item => field(item) is not null && Compare(field(item), value) < 0;
            case "lteq" or "to":
                return item => field(item) is not null && Compare(field(item), value) <= 0;
            case "in":
                return item => value.Split(',').Any(one => Compare(field(item), one) == 0);
            case "nin":
                return item => value.Split(',').All(one => Compare(field(item), one) != 0);
            case "like":
                var pattern = new Regex("^" + Regex.Escape(value).Replace("%", ".*", StringComparison.Ordinal).Replace("_", ".", StringComparison.Ordinal) + "$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant);
                return item => field(item) is { } text && pattern.IsMatch(Text(text));
            case "null":
                return item => field(item) is null;
            case "notnull":
                return item => field(item) is not null;
            default:
                throw new InputException("The condition '%condition' is not known; use eq, neq, gt, gteq, from, lt, lteq, to, like, in, nin, null or notnull.", ("condition", filter.ConditionType));
        }
    }

    private Func<T, object?> Field(string name)
    {
        if (fields.TryGetValue(name, out var field))
            return field;
        foreach (var (known, value) in fields)
        {
            if (WireName.AreAlike(known, name))
                return value;
        }

        throw new InputException("There is no field '%field' to search by; use one of %fields.", ("field", name), ("fields", string.Join(", ", fields.Keys)));
    }

    /// <summary>Numbers by value, everything else as text without case; null comes before all.</summary>
    private static int Compare(object? one, string other) => one switch
    {
        null => -1,
        long number when decimal.TryParse(other, NumberStyles.Number, CultureInfo.InvariantCulture, out var value) => ((decimal)number).CompareTo(value),
        bool isSo when other is "1" or "0" or "true" or "false" => isSo.CompareTo(other is "1" or "true"),
        _ => string.Compare(Text(one), other, StringComparison.OrdinalIgnoreCase),
    };

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static Comparer<object?> Comparer { get; } = Comparer<object?>.Create(static (one, other) => (one, other) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        (string a, string b) => string.Compare(a, b, StringComparison.OrdinalIgnoreCase),
        (IComparable a, _) => a.CompareTo(other),
        _ => 0,
    });
}
