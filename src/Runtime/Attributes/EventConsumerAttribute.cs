namespace Declarative;

/// <summary>
/// Declares a consumer, a route that takes events in: the counterpart of a <c>consumer</c> element in <c>etc/event_consumers.xml</c>, checked by the same
/// rules. Its events are those of the <see cref="EventHandlerAttribute"/>s that name it. Secrets are named by their keys in the configuration.
/// </summary>
/// <param name="name">Its name: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</param>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class EventConsumerAttribute(string name) : Attribute
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its path, e.g. <c>/consumers/product</c>.</summary>
    public string? Path { get; set; }

    /// <summary>How senders prove who they are: <c>x-magento-signature</c>, <c>standard-webhooks</c>, <c>adobe-io</c> or <c>none</c>.</summary>
    public string? Signature { get; set; }

    /// <summary>The configuration's key of the shared secret.</summary>
    public string? Secret { get; set; }

    /// <summary>The configuration's key of the sender's public keys, for <c>adobe-io</c>.</summary>
    public string? Keys { get; set; }

    /// <summary>The configuration's key of the client id, for <c>adobe-io</c>.</summary>
    public string? Client { get; set; }

    /// <summary>What the sender puts before its events' names.</summary>
    public string? Prefix { get; set; }

    /// <summary>With the signature <c>none</c>: that anybody may send is meant.</summary>
    public bool IsAcknowledged { get; set; }

    /// <summary>Ready declarations whose events it takes in besides.</summary>
    public string[] Catalogs { get; set; } = [];

    /// <summary>The namespace of the classes that handle the catalogues' events.</summary>
    public string? CatalogHandlers { get; set; }
}
