using System.Globalization;
using System.Text;
using Declarative.Delivery;

namespace Declarative.Admin.Deliveries;

/// <summary>Deliveries as CSV (RFC 4180), one a line.</summary>
internal static class CsvWriter
{
    public const string Head = "uuid,replay,event,subscription,receiver,state,status,reason,created,finished\r\n";

    public static void Append(StringBuilder text, DeliveryTrace one)
    {
        Field(text, one.Uuid.ToString(), ',');
        Field(text, one.ReplayNo.ToString(CultureInfo.InvariantCulture), ',');
        Field(text, one.EventName, ',');
        Field(text, one.SubscriptionId.ToString(CultureInfo.InvariantCulture), ',');
        Field(text, one.Destination ?? one.Recipient, ',');
        Field(text, one.State.ToString().ToLowerInvariant(), ',');
        Field(text, one.Status?.ToString(CultureInfo.InvariantCulture), ',');
        Field(text, one.Reason, ',');
        Field(text, Time(one.CreatedAt), ',');
        Field(text, one.FinishedAt is { } at ? Time(at) : null, '\n');
    }

    /// <summary>Spreadsheets take a field that begins so for a formula, and would run it; a quote before it keeps it a text.</summary>
    private static void Field(StringBuilder text, string? value, char end)
    {
        value ??= "";
        if (value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..])
            value = "'" + value;
        if (value.AsSpan().IndexOfAny("\",\r\n") >= 0)
            text.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        else
            text.Append(value);
        text.Append(end == '\n' ? "\r\n" : ",");
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
