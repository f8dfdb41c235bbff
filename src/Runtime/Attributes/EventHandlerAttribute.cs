using Declarative.Consumers;

namespace Declarative;

/// <summary>
/// Declares that the class, an <see cref="IEventHandler{TPayload}"/>, handles an event of a consumer: the counterpart of an <c>event</c> element in
/// <c>etc/event_consumers.xml</c>, checked by the same rules.
/// </summary>
/// <param name="consumer">The consumer's name; it is declared by <see cref="EventConsumerAttribute"/> or in XML.</param>
/// <param name="name">The event's name.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class EventHandlerAttribute(string consumer, string name) : Attribute
{
    /// <summary>The consumer's name.</summary>
    public string Consumer { get; } = consumer;

    /// <summary>The event's name.</summary>
    public string Name { get; } = name;

    /// <summary>What the event carries, where the class handles several kinds of payload.</summary>
    public Type? Payload { get; set; }

    /// <summary>
    /// The class that handles the event's other half. With it this class gets only events in which <see cref="First"/> and <see cref="Second"/> are equal, as
    /// the times of creation and change are in what is new, and that one gets the rest.
    /// </summary>
    public Type? Otherwise { get; set; }

    /// <summary>The one field that is compared, for <see cref="Otherwise"/>.</summary>
    public string? First { get; set; }

    /// <summary>The other field that is compared, for <see cref="Otherwise"/>.</summary>
    public string? Second { get; set; }
}

/// <summary>
/// How the echo of a change of our own is recognised among the class's events, so that two systems don't send one change to and fro: the counterpart of a
/// <c>loop</c> element.
/// </summary>
/// <param name="key">Path of what tells which thing was changed.</param>
/// <param name="fingerprint">Paths of what is compared.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventLoopAttribute(string key, params string[] fingerprint) : Attribute
{
    /// <summary>Path of what tells which thing was changed.</summary>
    public string Key { get; } = key;

    /// <summary>Paths of what is compared.</summary>
    public string[] Fingerprint { get; } = fingerprint;

    /// <summary>What the key is a key of; by default the consumer's name with the event's.</summary>
    public string? Group { get; set; }

    /// <summary>How long an echo is expected, in seconds, 1 to 86,400.</summary>
    public int Seconds { get; set; }
}
