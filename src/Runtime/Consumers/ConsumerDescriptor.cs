using System.Diagnostics.CodeAnalysis;

namespace Declarative.Consumers;

/// <summary>One statement of a consumer in one file, written by the generator. What a file doesn't say is null.</summary>
/// <param name="Name">The consumer's name.</param>
/// <param name="DeclaredIn">The project-relative file.</param>
public sealed record ConsumerDescriptor(string Name, string DeclaredIn)
{
    /// <summary>The path at which it takes events, from the application's root.</summary>
    public string? Path { get; init; }

    /// <summary>How senders prove who they are: <c>x-magento-signature</c>, <c>standard-webhooks</c>, <c>adobe-io</c> or <c>none</c>.</summary>
    public string? Signature { get; init; }

    /// <summary>The key of the configuration that holds the secret, or under which several secrets stand, of which any counts.</summary>
    public string? Secret { get; init; }

    /// <summary>For <c>adobe-io</c>: the key of the configuration under which Adobe's public keys stand in PEM form.</summary>
    public string? Keys { get; init; }

    /// <summary>For <c>adobe-io</c>: the key of the configuration that holds the client id which events must be meant for.</summary>
    public string? Client { get; init; }

    /// <summary>The application's event prefix: with it <c>observer.x</c> comes as <c>com.adobe.commerce.&lt;prefix&gt;.observer.x</c>.</summary>
    public string? Prefix { get; init; }
}

/// <summary>One event of a consumer, written by the generator.</summary>
/// <param name="Consumer">The consumer's name.</param>
/// <param name="Name">The event's name, in lower case.</param>
/// <param name="Handler">Full name of the class that handles it, whether it exists or not.</param>
/// <param name="DeclaredIn">The project-relative file.</param>
public sealed record ConsumedEvent(string Consumer, string Name, string Handler, string DeclaredIn)
{
    /// <summary>Which part of the event the handler takes; null for all of it.</summary>
    public EventSplit? Split { get; init; }

    /// <summary>How an echo of a change of our own is recognised; null if it isn't.</summary>
    public LoopRule? Loop { get; init; }

    /// <summary>What the handler takes from the configuration, as it is declared with this event; null for nothing.</summary>
    public HandlerInputs? Inputs { get; init; }
}

/// <summary>One event in two: what was created has the same value in both fields, what was updated another one.</summary>
/// <param name="First">Path of a field of the payload, e.g. <c>created_at</c>.</param>
/// <param name="Second">Path of the field that it is compared with, e.g. <c>updated_at</c>.</param>
/// <param name="IsEqual">Whether this is the part with equal values.</param>
public sealed record EventSplit(string First, string Second, bool IsEqual);

/// <summary>
/// Recognises the echo of a change: where two systems tell each other of changes, what one of them wrote because of an event is an event
/// again. An event with the same key and the same fingerprint as one that was handled a moment ago, in either direction, is not handled.
/// </summary>
/// <param name="Key">Path of the field that tells what was changed, e.g. <c>sku</c>.</param>
/// <param name="Fingerprint">Paths of the fields that are compared, in order; those of the other direction may have other names, but the same order.</param>
public sealed record LoopRule(string Key, IReadOnlyList<string> Fingerprint)
{
    /// <summary>What the key is a key of, where several events share it, as both directions do; null if only echoes of the same event of the same consumer count.</summary>
    public string? Group { get; init; }

    /// <summary>How long an echo is expected; the starter kit's 60 seconds by default.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>A route that takes events from callers who can't use a publisher, written by the generator.</summary>
/// <param name="Path">The path, from the application's root.</param>
/// <param name="Authentication"><c>none</c>, <c>hmac</c>, <c>bearer</c>, or the full name of an <see cref="IIngestionAuthenticator"/>.</param>
/// <param name="DeclaredIn">The project-relative file.</param>
public sealed record IngestionDescriptor(string Path, string Authentication, string DeclaredIn)
{
    /// <summary>For <c>hmac</c>: the key of the configuration that holds the secret, or under which several secrets stand, of which any counts.</summary>
    public string? Secret { get; init; }

    /// <summary>For <c>hmac</c>: the header with the lower-case hex HMAC-SHA256 of the body.</summary>
    public string Header { get; init; } = "x-magento-signature";

    /// <summary>For <c>bearer</c>: the ACL resource that a caller needs.</summary>
    public string? Resource { get; init; }

    /// <summary>For a class of the host: the class.</summary>
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)]
    public Type? Authenticator { get; init; }
}
