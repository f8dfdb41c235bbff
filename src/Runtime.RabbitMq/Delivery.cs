using Declarative.Storage;
using RabbitMQ.Client;

namespace Declarative.RabbitMq;

/// <summary>A message that the broker handed over and waits to have acknowledged.</summary>
/// <param name="Tag">By which it is acknowledged.</param>
/// <param name="Message">The message; null if it can't be read.</param>
/// <param name="Unreadable">What can't be read, and why; null for a message.</param>
internal readonly record struct Delivery(ulong Tag, NewMessage? Message, Unreadable? Unreadable);

/// <summary>What is no event message.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Properties">Its properties, as they came.</param>
/// <param name="Body">Its bytes, as they came.</param>
internal sealed record Unreadable(string Reason, BasicProperties Properties, byte[] Body);
