namespace Declarative.EventBridge;

/// <summary>The event bus that deliveries with the notifier <c>event_bridge</c> go to. Bound from <c>Declarative:EventBridge</c>; what <c>AddEventBridge</c> is given in code goes before.</summary>
public sealed class EventBridgeOptions
{
    /// <summary>The region, such as <c>eu-central-1</c>. Without it <c>AWS_REGION</c> or <c>AWS_DEFAULT_REGION</c> of the environment counts.</summary>
    public string? Region { get; set; }

    /// <summary>Name or ARN of the bus for subscriptions whose recipient names none. <c>default</c> by default.</summary>
    public string Bus { get; set; } = "default";

    /// <summary>The entries' <c>Source</c>, 1 to 256 characters, such as <c>com.example.shop</c>. Must be set; AWS keeps <c>aws.</c> for itself.</summary>
    public string? Source { get; set; }

    /// <summary>Where requests go instead of the region's public address, such as a VPC endpoint's URL. A private address must be allowed by <c>Declarative:Delivery:AllowedNetworks</c>.</summary>
    public string? Endpoint { get; set; }

    /// <summary>The access key, together with <see cref="SecretAccessKey"/>. Without both the AWS SDK's chain is asked: environment, profile, container, instance.</summary>
    public string? AccessKeyId { get; set; }

    /// <summary>The secret of <see cref="AccessKeyId"/>. It is never logged.</summary>
    public string? SecretAccessKey { get; set; }

    /// <summary>The session's token, if the access key is a temporary one.</summary>
    public string? SessionToken { get; set; }

    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrEmpty(Region))
            yield return "Declarative:EventBridge:Region is not set, nor AWS_REGION in the environment: set one to the bus's region, such as eu-central-1.";
        else if (!Region.All(static one => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one == '-'))
            yield return $"Declarative:EventBridge:Region is '{Region}'; a region is written like eu-central-1.";
        if (string.IsNullOrWhiteSpace(Source) || Source.Length > 256 || Source.StartsWith("aws.", StringComparison.Ordinal))
            yield return "Declarative:EventBridge:Source must be 1 to 256 characters long and not begin with 'aws.', such as com.example.shop.";
        if (BusName.ProblemOf(Bus, Region) is { } problem)
            yield return "Declarative:EventBridge:Bus: " + problem;
        if (AccessKeyId is null != SecretAccessKey is null || (SessionToken is not null && AccessKeyId is null))
            yield return "Declarative:EventBridge:AccessKeyId and SecretAccessKey must be set both or neither, SessionToken only with both.";
    }
}
