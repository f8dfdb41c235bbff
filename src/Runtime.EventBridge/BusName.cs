namespace Declarative.EventBridge;

/// <summary>How an event bus is named: by name (1 to 256 of letters, digits and <c>/ . - _</c>) or ARN (<c>arn:aws:events:region:account:event-bus/name</c>).</summary>
internal static class BusName
{
    /// <summary>
    /// The bus of a recipient. The original module's first versions take the bus from their configuration, whatever URL a subscription
    /// names; later ones from the recipient. So a URL means the configured bus.
    /// </summary>
    public static string Of(string recipient, string configured) => IsUrl(recipient) ? configured : recipient;

    /// <summary>Why a recipient is none; null if it is one.</summary>
    public static string? ProblemOf(string recipient, string? region)
    {
        if (IsUrl(recipient))
            return null;
        if (!recipient.StartsWith("arn:", StringComparison.Ordinal))
            return IsName(recipient) ? null : $"'{recipient}' is no event bus: write its name, its ARN, or an http(s) URL for the bus in Declarative:EventBridge:Bus.";
        var parts = recipient.Split(':', 6);
        if (parts is not [_, { Length: > 0 }, "events", { Length: > 0 }, { Length: 12 }, var resource] || !resource.StartsWith("event-bus/", StringComparison.Ordinal) || !IsName(resource["event-bus/".Length..]))
            return $"'{recipient}' is no ARN of an event bus, such as arn:aws:events:eu-central-1:123456789012:event-bus/shop.";
        return parts[3] == region ? null : $"the event bus lies in {parts[3]}, and Declarative:EventBridge:Region is {region}; both must be the same.";
    }

    private static bool IsUrl(string recipient) =>
        recipient.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || recipient.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    private static bool IsName(string name) =>
        name.Length is >= 1 and <= 256 && name.All(static one => char.IsAsciiLetterOrDigit(one) || one is '/' or '.' or '-' or '_');
}
