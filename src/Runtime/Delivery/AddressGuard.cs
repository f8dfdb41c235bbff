using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Declarative.Delivery;

/// <summary>
/// Says which addresses deliveries may go to: public ones, and those of the allowed networks. Fails closed: whatever a
/// registry reserves is refused, since recipients are named by people who should not reach the host's own network.
/// </summary>
internal sealed class AddressGuard(IOptions<DeliveryOptions> options)
{
    /// <summary>IANA's special-purpose IPv4 blocks that are not globally reachable, and multicast.</summary>
    private static readonly IPNetwork[] RefusedV4 = Parse(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4");

    /// <summary>The same for IPv6. <c>::/8</c> holds the unspecified, loopback and IPv4-compatible addresses; 2002::/16 and 2001::/23 are tunnels to IPv4.</summary>
    private static readonly IPNetwork[] RefusedV6 = Parse(
        "::/8", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8");

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    private readonly IPNetwork[] _allowed = [.. options.Value.AllowedNetworks
        .Select(static text => IPNetwork.TryParse(text, out var network) ? network : (IPNetwork?)null)
        .OfType<IPNetwork>()];

    public bool IsAllowed(IPAddress address)
    {
        if (Contains(_allowed, address))
            return true;
        if (address.IsIPv4MappedToIPv6)
            return IsAllowed(address.MapToIPv4());
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !Contains(RefusedV4, address);
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return false;

        // A network with NAT64 reaches the whole IPv4 Internet through this prefix: the address inside decides.
        if (Nat64.Contains(address))
            return IsAllowed(new IPAddress(address.GetAddressBytes().AsSpan(12)));
        return !Contains(RefusedV6, address);
    }

    /// <summary>Connects to a name or literal, all of whose addresses must be allowed, at exactly an address that was checked.</summary>
    /// <exception cref="RefusedAddressException">An address is refused.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        foreach (var address in addresses)
        {
            if (!IsAllowed(address))
                throw new RefusedAddressException(address);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool Contains(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }

    private static IPNetwork[] Parse(params string[] networks) => Array.ConvertAll(networks, static text => IPNetwork.Parse(text));
}

/// <summary>A recipient's address is not public and no allowed network holds it.</summary>
/// <param name="address">The address.</param>
internal sealed class RefusedAddressException(IPAddress address)
    : IOException($"The address {address} is not public; deliveries to it must be allowed by Declarative:Delivery:AllowedNetworks.");
