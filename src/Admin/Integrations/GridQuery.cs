using Declarative.Integrations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Declarative.Admin.Integrations;

/// <summary>How the list of integrations is filtered and sorted; it stands in the address, so that it can be kept and sent on.</summary>
/// <param name="Text">A part of the name; empty for any.</param>
/// <param name="Status">The status; null for any.</param>
/// <param name="Type">The type; null for any.</param>
/// <param name="Sort">The column.</param>
/// <param name="IsDescending">The direction.</param>
public sealed record GridQuery(string Text, IntegrationStatus? Status, IntegrationType? Type, string Sort, bool IsDescending)
{
    private const string Changed = "changed";

    /// <summary>The columns in their order: what the address calls them, and what people read.</summary>
    internal static IReadOnlyList<(string Key, string Title)> Columns { get; } =
        [("name", "Name"), ("status", "Status"), ("email", "E-mail"), ("type", "Type"), (Changed, "Last change")];

    /// <summary>Whether something is filtered away.</summary>
    internal bool IsFiltered => Text.Length > 0 || Status is not null || Type is not null;

    internal static GridQuery From(IQueryCollection query)
    {
        var sort = query["sort"].ToString();
        return new GridQuery(
            query["q"].ToString().Trim(),
            Enum.TryParse<IntegrationStatus>(query["status"], ignoreCase: true, out var status) && Enum.IsDefined(status) ? status : null,
            Enum.TryParse<IntegrationType>(query["type"], ignoreCase: true, out var type) && Enum.IsDefined(type) ? type : null,
            Columns.Any(column => column.Key == sort) ? sort : "name",
            query["dir"] == "desc");
    }

    internal IReadOnlyList<Integration> Apply(IEnumerable<Integration> integrations)
    {
        var found = integrations
            .Where(one => one.Name.Contains(Text, StringComparison.CurrentCultureIgnoreCase) && (Status ?? one.Status) == one.Status && (Type ?? one.Type) == one.Type)
            .OrderBy(static one => one.Name, StringComparer.CurrentCultureIgnoreCase);
        var sorted = Sort switch
        {
            "status" => found.OrderBy(static one => Words.Of(one.Status), StringComparer.Ordinal),
            "email" => found.OrderBy(static one => one.Email, StringComparer.OrdinalIgnoreCase),
            "type" => found.OrderBy(static one => Words.Of(one.Type), StringComparer.Ordinal),
            Changed => found.OrderBy(static one => one.ModifiedAt),
            _ => found,
        };
        return IsDescending ? [.. sorted.Reverse()] : [.. sorted];
    }

    /// <summary>What a column's head leads to: sorted by it; the other way round if it is already.</summary>
    internal string SortedBy(string column)
    {
        var address = QueryHelpers.AddQueryString("/integrations", new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["q"] = Text.Length > 0 ? Text : null,
            ["status"] = Status?.ToString().ToLowerInvariant(),
            ["type"] = Type?.ToString().ToLowerInvariant(),
            ["sort"] = column,
            ["dir"] = column == Sort && !IsDescending ? "desc" : null,
        });
        return address;
    }
}
