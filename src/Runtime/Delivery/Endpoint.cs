using System.Globalization;

namespace Declarative.Delivery;

/// <summary>What receivers are told apart by where limits and fairness are concerned.</summary>
internal static class Endpoint
{
    /// <summary>Notifier, scheme, host and port of a URL; notifier and recipient where that is no URL (a bus name, a file).</summary>
    public static string KeyOf(string notifier, string recipient) =>
        Uri.TryCreate(recipient, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? string.Create(CultureInfo.InvariantCulture, $"{notifier}|{url.Scheme}://{url.IdnHost}:{url.Port}")
            : $"{notifier}|{recipient}";
}
