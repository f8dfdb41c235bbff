using System.Globalization;
using Declarative.Delivery;
using Declarative.History;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Declarative.Admin.Deliveries;

/// <summary>How a list of deliveries is filtered; it stands in the address, so that it can be kept and sent on. What can't be read is left out.</summary>
/// <param name="Selection">What is selected.</param>
/// <param name="Search">The search.</param>
/// <param name="Before">Where the page begins.</param>
public sealed record DeliveryFilter(DeliverySelection Selection, string Search, long? Before)
{
    private const string Minutes = "yyyy-MM-ddTHH:mm";

    internal static DeliveryFilter From(IQueryCollection query) => new(
        new DeliverySelection
        {
            EventName = Text(query["event"]),
            SubscriptionId = long.TryParse(query["subscription"], NumberStyles.None, CultureInfo.InvariantCulture, out var subscription) ? subscription : null,
            Endpoint = Text(query["endpoint"]),
            State = Enum.TryParse<DeliveryState>(query["state"], ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null,
            From = Time(query["from"]),
            To = Time(query["to"]),
        },
        query["q"].ToString().Trim(),
        long.TryParse(query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : null);

    internal bool IsFiltered => Search.Length > 0 || Selection != new DeliverySelection();

    /// <summary>The address of a page with this filter.</summary>
    internal string Address(string page, long? before = null) => QueryHelpers.AddQueryString(page, new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["event"] = Selection.EventName,
        ["subscription"] = Selection.SubscriptionId?.ToString(CultureInfo.InvariantCulture),
        ["endpoint"] = Selection.Endpoint,
        ["state"] = Selection.State?.ToString().ToLowerInvariant(),
        ["from"] = Field(Selection.From),
        ["to"] = Field(Selection.To),
        ["q"] = Search.Length > 0 ? Search : null,
        ["before"] = before?.ToString(CultureInfo.InvariantCulture),
    });

    /// <summary>A time as a field of whole minutes holds it.</summary>
    internal static string? Field(DateTimeOffset? time) => time?.UtcDateTime.ToString(Minutes, CultureInfo.InvariantCulture);

    /// <summary>What such a field holds, in UTC; null if it is none.</summary>
    internal static DateTimeOffset? Time(string? field) =>
        DateTimeOffset.TryParse(field, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
