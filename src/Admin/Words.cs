using System.Globalization;
using Declarative.Delivery;
using Declarative.Integrations;
using Declarative.Rest;
using Declarative.Subscriptions;

namespace Declarative.Admin;

/// <summary>What states, kinds and errors are called on the pages.</summary>
internal static class Words
{
    public static string Of(IntegrationStatus status) => status switch
    {
        IntegrationStatus.Active => "Active",
        IntegrationStatus.Recreated => "Recreated",
        _ => "Inactive",
    };

    public static string Of(IntegrationType type) => type == IntegrationType.Config ? "From a module" : "Manual";

    public static string Of(ExchangeStage stage) => stage switch
    {
        ExchangeStage.Verifier => "The credentials were sent to the third party",
        ExchangeStage.RequestToken => "The third party fetched its request token",
        _ => "The third party fetched its access token",
    };

    public static string Of(DeliveryState state) => state switch
    {
        DeliveryState.Due => "Waiting",
        DeliveryState.Leased => "Under way",
        DeliveryState.Done => "Delivered",
        DeliveryState.Dead => "Dead letter",
        DeliveryState.Parked => "Parked",
        DeliveryState.Cancelled => "Cancelled",
        DeliveryState.Replayed => "Replayed",
        _ => "Discarded",
    };

    public static string Of(SubscriptionStatus status) => status switch
    {
        SubscriptionStatus.Active => "Enabled",
        SubscriptionStatus.Disabled => "Disabled",
        SubscriptionStatus.AutoDisabled => "Disabled by failures",
        SubscriptionStatus.Gone => "Disabled: receiver gone",
        _ => "Deleted",
    };

    /// <summary>How good or bad a state is, by which it is coloured.</summary>
    public static string KindOf(DeliveryState state) => state switch
    {
        DeliveryState.Done => "good",
        DeliveryState.Dead => "bad",
        DeliveryState.Parked => "warning",
        _ => "plain",
    };

    /// <summary>A number with its noun.</summary>
    public static string Count(long number, string one, string many) => $"{number.ToString("N0", CultureInfo.InvariantCulture)} {(number == 1 ? one : many)}";

    /// <summary>A time span in its largest unit.</summary>
    public static string Of(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => Count((long)span.TotalSeconds, "second", "seconds"),
        { TotalMinutes: < 120 } => Count((long)span.TotalMinutes, "minute", "minutes"),
        { TotalHours: < 48 } => Count((long)span.TotalHours, "hour", "hours"),
        _ => Count((long)span.TotalDays, "day", "days"),
    };

    /// <summary>A moment to the second.</summary>
    public static string Exactly(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A moment as people read it. The server doesn't know where the reader is, so it says its time zone.</summary>
    public static string Of(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>An error with its values in place.</summary>
    public static string Of(string message, IReadOnlyDictionary<string, string> parameters)
    {
        // The longest name first: %id must not take the place of %idle.
        foreach (var (name, value) in parameters.OrderByDescending(static one => one.Key.Length))
            message = message.Replace("%" + name, value, StringComparison.Ordinal);
        return message;
    }

    public static string Of(RestException exception) => exception.Errors.Count == 0
        ? Of(exception.Message, exception.Parameters)
        : string.Join(' ', exception.Errors.Select(static error => Of(error.Message, error.Parameters)));

    /// <summary>Whether what is sent there can be read on its way; what stays on this machine is on no way.</summary>
    public static bool IsInsecure(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme == "http" && !parsed.IsLoopback;
}
