using System.Globalization;
using Declarative.Integrations;
using Declarative.Rest;

namespace Declarative.Admin.Integrations;

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
