namespace Declarative.Rest;

/// <summary>
/// What a list route is asked for, as the originals write it in a query:
/// <c>searchCriteria[filter_groups][0][filters][0][field]=status&amp;…&amp;searchCriteria[page_size]=20</c>.
/// </summary>
public class SearchCriteria
{
    /// <summary>Conditions that must all hold; empty for everything.</summary>
    public IReadOnlyList<FilterGroup> FilterGroups { get; set; } = [];

    /// <summary>The order, most important first.</summary>
    public IReadOnlyList<SortOrder> SortOrders { get; set; } = [];

    /// <summary>Items per page; null for all.</summary>
    public int? PageSize { get; set; }

    /// <summary>The page, from 1; null for the first.</summary>
    public int? CurrentPage { get; set; }
}

/// <summary>Filters of which at least one must hold.</summary>
public sealed class FilterGroup
{
    /// <summary>The alternatives.</summary>
    public IReadOnlyList<Filter> Filters { get; set; } = [];
}

/// <summary>A condition on one field.</summary>
public sealed class Filter
{
    /// <summary>The field's name on the wire, in snake_case.</summary>
    public string Field { get; set; } = "";

    /// <summary>What to compare with; for <c>in</c> and <c>nin</c> a list separated by commas.</summary>
    public string Value { get; set; } = "";

    /// <summary>How to compare: <c>eq</c>, <c>neq</c>, <c>gt</c>, <c>gteq</c>, <c>lt</c>, <c>lteq</c>, <c>like</c>, <c>in</c>, <c>nin</c>, <c>null</c>, <c>notnull</c>.</summary>
    public string ConditionType { get; set; } = "eq";
}

/// <summary>One field of an order.</summary>
public sealed class SortOrder
{
    /// <summary>The field's name on the wire, in snake_case.</summary>
    public string Field { get; set; } = "";

    /// <summary><c>ASC</c> or <c>DESC</c>, in any case.</summary>
    public string Direction { get; set; } = "ASC";
}

/// <summary>A page of what a search found.</summary>
/// <typeparam name="T">What was searched for.</typeparam>
/// <param name="Items">The items of the page.</param>
/// <param name="SearchCriteria">What was asked for.</param>
/// <param name="TotalCount">How many items there are on all pages.</param>
public sealed record SearchResults<T>(IReadOnlyList<T> Items, SearchCriteria SearchCriteria, int TotalCount);
