namespace Declarative.Delivery;

/// <summary>
/// Makes deliveries of one kind. Registered by key with <c>AddNotifier&lt;T&gt;(key)</c>; a subscription chooses it by that
/// key. One instance serves all deliveries at once.
/// </summary>
public interface INotifier
{
    /// <summary>Whether a subscription must bring a verification token because this notifier signs what it sends. False by default.</summary>
    bool RequiresToken => false;

    /// <summary>Says why a recipient can't be delivered to, when a subscription is made; null if it can.</summary>
    /// <param name="recipient">The recipient as given.</param>
    string? Validate(string recipient);

    /// <summary>
    /// Makes one attempt. An exception counts as a failed attempt that is tried again; so does running longer than
    /// <c>Declarative:Delivery:AttemptTimeout</c>.
    /// </summary>
    /// <param name="notification">What goes where.</param>
    /// <param name="cancellationToken">Signalled when the attempt's time is over or the host stops.</param>
    Task<NotifierResult> NotifyAsync(Notification notification, CancellationToken cancellationToken);
}
