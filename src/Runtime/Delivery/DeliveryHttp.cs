using System.ComponentModel;
using Microsoft.Extensions.Options;

namespace Declarative.Delivery;

/// <summary>HTTP as deliveries are made with, for notifiers in packages of ours: only to addresses that <c>Declarative:Delivery:AllowedNetworks</c> or the Internet holds.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class DeliveryHttp
{
    private readonly AddressGuard _guard;
    private readonly DeliveryOptions _options;

    internal DeliveryHttp(AddressGuard guard, IOptions<DeliveryOptions> options)
    {
        _guard = guard;
        _options = options.Value;
    }

    /// <summary>A handler without proxy, cookies and redirects that checks each address it connects to; the caller's to dispose.</summary>
    public SocketsHttpHandler CreateHandler() => OutgoingHttp.Handler(_guard, _options);

    /// <summary>Why requests can't go to the URL; null if they can, as far as can be told before its name is resolved.</summary>
    /// <param name="url">The URL as given.</param>
    public string? ProblemOf(string url) => OutgoingHttp.ProblemOf(url, _guard);

    /// <summary>What a request that failed without an answer means for its delivery.</summary>
    /// <param name="exception">What the handler threw.</param>
    public static NotifierResult FailureOf(Exception exception) => HttpNotifier.FailureOf(exception);

    /// <summary>Reads as much of a response as is kept: up to 16 KiB.</summary>
    /// <param name="response">The response.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    public static Task<(string Text, bool IsTruncated)> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) => ResponseText.ReadAsync(response, cancellationToken);
}
