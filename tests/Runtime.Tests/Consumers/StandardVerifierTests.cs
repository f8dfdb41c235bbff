using System.Globalization;
using System.Text;
using Declarative.Consumers;
using Declarative.Secrets;

namespace Declarative.Tests.Consumers;

public sealed class StandardVerifierTests : IDisposable
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    /// <summary>Of the published vector.</summary>
    public const long Timestamp = 1614265330;
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const string Other = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";

    private readonly Senders _senders = new(("Erp:Secret", Secret));

    private static readonly byte[] Body = "{\"test\": 2432232314}"u8.ToArray();

    [Fact]
    public void The_published_vector_is_accepted() => Verify(Id, "1614265330", Signature).ShouldBeTrue();

    [Theory]
    [InlineData(Other + " v2," + "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= " + Signature + " " + Other)]
    [InlineData("x " + Signature)]
    [InlineData("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==  " + Signature + " ")]
    [InlineData(", v1, v1,%%% " + Signature)]
    public void One_right_signature_of_a_list_is_enough(string signatures) => Verify(Id, "1614265330", signatures).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("v1,")]
    [InlineData("v1")]
    [InlineData("v1,g0hM9SsE")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=A")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OEA")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=,v1")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData(Other)]
    public void Anything_else_is_refused(string signatures) => Verify(Id, "1614265330", signatures).ShouldBeFalse();

    [Theory]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    public void The_timestamp_may_be_five_minutes_away(int seconds, bool isAccepted)
    {
        var timestamp = (Timestamp + seconds).ToString(CultureInfo.InvariantCulture);
        Verify(Id, timestamp, Sign(Secret, timestamp)).ShouldBe(isAccepted);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("1614265330abc")]
    [InlineData("+1614265330")]
    [InlineData(" 1614265330")]
    [InlineData("1614265330.0")]
    [InlineData("-1614265330")]
    [InlineData("99999999999999999999")]
    public void A_timestamp_is_digits(string timestamp)
    {
        var signature = Sign(Secret, timestamp);
        Verify(Id, timestamp, signature).ShouldBeFalse();
    }

    [Fact]
    public void Each_header_must_be_there_once()
    {
        (string Name, string Value)[] headers = [("webhook-id", Id), ("webhook-timestamp", "1614265330"), ("webhook-signature", Signature)];
        foreach (var header in headers)
        {
            Verify(headers.Except([header])).ShouldBeFalse();
            Verify(headers.Append(header)).ShouldBeFalse();
        }

        Verify(headers).ShouldBeTrue();
    }

    [Fact]
    public void Id_timestamp_and_body_are_all_signed()
    {
        Verify(Id + "x", "1614265330", Signature).ShouldBeFalse();
        Verify(Id, "1614265331", Signature).ShouldBeFalse();
        _senders.Of("standard-webhooks")!.Verify(Senders.Headers(("webhook-id", Id), ("webhook-timestamp", "1614265330"), ("webhook-signature", Signature)), "{\"test\": 2432232315}"u8).ShouldBeFalse();
    }

    [Fact]
    public void An_id_of_any_length_and_an_empty_body_are_signed_too()
    {
        var id = new string('é', 10_000) + ".r1";
        var timestamp = Timestamp.ToString(CultureInfo.InvariantCulture);
        var signature = new SigningKey(Secret).SignStandard(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        _senders.Of("standard-webhooks")!.Verify(Senders.Headers(("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature)), default).ShouldBeTrue();
    }

    [Fact]
    public void Of_several_secrets_any_counts()
    {
        using var senders = new Senders(("Erp:Secret:0", "typed"), ("Erp:Secret:1", Secret));
        var verifier = senders.Of("standard-webhooks")!;
        foreach (var secret in (string[])["typed", Secret])
        {
            var signature = Sign(secret, "1614265330");
            verifier.Verify(Senders.Headers(("webhook-id", Id), ("webhook-timestamp", "1614265330"), ("webhook-signature", signature)), Body).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64")]
    public void A_secret_that_only_looks_like_the_standards_lets_nobody_in(string secret)
    {
        _senders.Configuration["Erp:Secret"] = secret;
        var signature = Sign(secret, "1614265330");
        Verify(Id, "1614265330", signature).ShouldBeFalse();
        _senders.Problems.ShouldHaveSingleItem().ShouldBe("Consumer 'erp' (etc/event_consumers.xml): The value at Erp:Secret begins with whsec_, but doesn't go on with the base64 form of at least one byte.");
    }

    public void Dispose() => _senders.Dispose();

    private bool Verify(string id, string timestamp, string signatures) => Verify([("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signatures)]);

    private bool Verify(IEnumerable<(string Name, string Value)> headers) => _senders.Of("standard-webhooks")!.Verify(Senders.Headers([.. headers]), Body);

    private static string Sign(string secret, string timestamp) => new SigningKey(secret).SignStandard(Encoding.UTF8.GetBytes($"{Id}.{timestamp}.{Encoding.UTF8.GetString(Body)}"));
}
