using System.Text;
using Declarative.Delivery;

namespace Quickstart;

/// <summary>A notifier of one's own: appends each payload to the file that the subscription names.</summary>
public sealed class FileNotifier : INotifier
{
    public string? Validate(string recipient) => Path.IsPathFullyQualified(recipient) ? null : "Name the file by its full path.";

    public async Task<NotifierResult> NotifyAsync(Notification notification, CancellationToken cancellationToken)
    {
        await File.AppendAllTextAsync(notification.Recipient, $"{notification.EventName} {Encoding.UTF8.GetString(notification.Payload.Span)}\n", cancellationToken);
        return NotifierResult.Success();
    }
}
