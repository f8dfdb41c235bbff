using System.Net;
using Declarative.Delivery;
using Microsoft.Extensions.Options;

namespace Declarative.Tests.Delivery;

public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.1.2.3")]
    [InlineData("::7f00:1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void What_is_not_public_is_refused(string address) => Guard().IsAllowed(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("::ffff:93.184.216.34")]
    [InlineData("64:ff9b::5db8:d822")]
    [InlineData("2606:2800:220:1:248:1893:25c8:1946")]
    public void What_is_public_is_allowed(string address) => Guard().IsAllowed(IPAddress.Parse(address)).ShouldBeTrue();

    [Fact]
    public void A_network_can_be_allowed()
    {
        var guard = Guard("127.0.0.0/8", "fd00::/8");

        guard.IsAllowed(IPAddress.Loopback).ShouldBeTrue();
        guard.IsAllowed(IPAddress.Parse("::ffff:127.0.0.1")).ShouldBeTrue();
        guard.IsAllowed(IPAddress.Parse("fd00::1")).ShouldBeTrue();
        guard.IsAllowed(IPAddress.IPv6Loopback).ShouldBeFalse();
        guard.IsAllowed(IPAddress.Parse("10.0.0.1")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://0/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::]/")]
    [InlineData("http://[64:ff9b::7f00:1]/")]
    [InlineData("http://user@example.com/")]
    [InlineData("http://user:password@example.com/")]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/relative")]
    [InlineData("")]
    public void A_recipient_that_can_only_be_wrong_is_refused_when_it_is_named(string recipient)
    {
        using var notifier = new HttpNotifier(Guard(), new Envelope(null!, null!), Options.Create(new DeliveryOptions()), TimeProvider.System);

        notifier.Validate(recipient).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("https://example.com/hook?a=b")]
    [InlineData("http://93.184.216.34:8080/")]
    public void An_ordinary_recipient_is_accepted(string recipient)
    {
        using var notifier = new HttpNotifier(Guard(), new Envelope(null!, null!), Options.Create(new DeliveryOptions()), TimeProvider.System);

        notifier.Validate(recipient).ShouldBeNull();
    }

    private static AddressGuard Guard(params string[] allowed) => new(Options.Create(new DeliveryOptions { AllowedNetworks = allowed }));
}
