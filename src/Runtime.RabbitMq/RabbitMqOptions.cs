namespace Declarative.RabbitMq;

/// <summary>Where RabbitMQ is and what goes through it. Bound from <c>Declarative:RabbitMq</c>; what <c>UseRabbitMq</c> is given in code goes before.</summary>
/// <remarks>
/// Exchange, queue and message form are by default those of the original systems, so that their publishers and consumers can be at
/// the other end.
/// </remarks>
public sealed class RabbitMqOptions
{
    /// <summary>
    /// The broker, <c>amqp://host:5672/vhost</c> or, with TLS, <c>amqps://host:5671/vhost</c>. A password in it works, but belongs into
    /// <see cref="Password"/>, out of a secret store.
    /// </summary>
    public string? Uri { get; set; }

    /// <summary>The user; goes before the one in <see cref="Uri"/>. <c>guest</c> if neither names one, whom the broker lets in from its own machine only.</summary>
    public string? UserName { get; set; }

    /// <summary>The user's password; goes before the one in <see cref="Uri"/>. It is never logged.</summary>
    public string? Password { get; set; }

    /// <summary>What TLS needs beyond an <c>amqps</c> address.</summary>
    public RabbitMqTlsOptions Tls { get; set; } = new();

    /// <summary>The topic exchange that messages are published to, with the routing key <c>event.trigger</c>. <c>magento</c> by default.</summary>
    public string Exchange { get; set; } = "magento";

    /// <summary>The quorum queue that messages are taken from. <c>event.trigger</c> by default.</summary>
    public string Queue { get; set; } = "event.trigger";

    /// <summary>The exchange that takes what can't be handled. <c>magento.dead-letter</c> by default.</summary>
    public string DeadLetterExchange { get; set; } = "magento.dead-letter";

    /// <summary>The quorum queue that keeps what can't be handled. <c>event.trigger.dead-letter</c> by default.</summary>
    public string DeadLetterQueue { get; set; } = "event.trigger.dead-letter";

    /// <summary>Messages that a node takes before it has acknowledged the first of them, 1 to 65535. 1000 by default.</summary>
    public int Prefetch { get; set; } = 1000;

    /// <summary>How often the broker delivers a message again before it is a dead letter, 1 to 1000. 20 by default. A queue that exists keeps the limit it was made with.</summary>
    public int DeliveryLimit { get; set; } = 20;

    /// <summary>How long the broker may take to confirm messages before they are kept in the store to be sent again, 100 ms to 1 minute. 10 seconds by default.</summary>
    public TimeSpan ConfirmTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Which events go through the broker: names, or beginnings with <c>*</c> behind (<c>sales.*</c>). Empty, the default, means all; others go straight to the store.</summary>
    public IList<string> Events { get; set; } = [];

    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrEmpty(Uri))
            yield return "Declarative:RabbitMq:Uri is not set, and UseRabbitMq() was given no address: set it to the broker's, such as amqp://localhost.";
        else if (!(System.Uri.TryCreate(Uri, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" && uri.Host.Length > 0))
            yield return "Declarative:RabbitMq:Uri (or what UseRabbitMq() was given) is no address of a broker; write amqp://host or amqps://host, with the virtual host as path. It is not shown, since it may hold a password.";
        else if (uri.Scheme == "amqp" && Tls.IsUsed)
            yield return "Declarative:RabbitMq:Tls is set, but Declarative:RabbitMq:Uri begins with amqp://, which is not encrypted: write amqps://.";
        foreach (var (key, value) in new[] { (nameof(Exchange), Exchange), (nameof(Queue), Queue), (nameof(DeadLetterExchange), DeadLetterExchange), (nameof(DeadLetterQueue), DeadLetterQueue) })
        {
            if (string.IsNullOrWhiteSpace(value) || value.StartsWith("amq.", StringComparison.Ordinal))
                yield return $"Declarative:RabbitMq:{key} is '{value}'; it must be a name that is not empty and does not begin with 'amq.', which the broker keeps for itself.";
        }

        if (Queue == DeadLetterQueue || Exchange == DeadLetterExchange)
            yield return "Declarative:RabbitMq:DeadLetterQueue and DeadLetterExchange must differ from Queue and Exchange, else dead letters would come in again.";
        if (Prefetch is < 1 or > ushort.MaxValue)
            yield return "Declarative:RabbitMq:Prefetch must be 1 to 65535.";
        if (DeliveryLimit is < 1 or > 1000)
            yield return "Declarative:RabbitMq:DeliveryLimit must be 1 to 1000.";
        if (ConfirmTimeout < TimeSpan.FromMilliseconds(100) || ConfirmTimeout > TimeSpan.FromMinutes(1))
            yield return "Declarative:RabbitMq:ConfirmTimeout must be 00:00:00.1 to 00:01:00.";
        foreach (var name in Events)
        {
            if (string.IsNullOrWhiteSpace(name) || name.AsSpan(0, name.Length - 1).Contains('*'))
                yield return $"Declarative:RabbitMq:Events: '{name}' is neither an event's name nor the beginning of names with one * behind, such as sales.*.";
        }

        foreach (var problem in Tls.Problems())
            yield return problem;
    }
}
