using System.Text;
using Declarative.Consumers;
using Declarative.Secrets;

namespace Declarative.Tests.Consumers;

public sealed class MagentoVerifierTests : IDisposable
{
    private const string Header = "x-magento-signature";

    private readonly Senders _senders = new(("Erp:Secret", "It's a Secret to Everybody"));

    private static readonly byte[] Body = "Hello, World!"u8.ToArray();

    [Theory]
    [InlineData("convoy-webhook-secret", "{\"event\":\"charge.success\",\"amount\":1000,\"currency\":\"NGN\"}", "244449b7f48cbc2709060c9dcdc2b3aa47a78f540430579015c579fb12defbb4")]
    [InlineData("It's a Secret to Everybody", "Hello, World!", "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("It's a Secret to Everybody", "Hello, World!", "757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17")]
    public void Published_vectors_are_accepted(string secret, string body, string signature)
    {
        _senders.Configuration["Erp:Secret"] = secret;
        _senders.Of(Header)!.Verify(Senders.Headers((Header, signature)), Encoding.UTF8.GetBytes(body)).ShouldBeTrue();
        _senders.Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e16")]
    [InlineData("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e")]
    [InlineData("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1700")]
    [InlineData("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1")]
    [InlineData(" 757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1")]
    [InlineData("zz7107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    public void Anything_else_is_refused(string signature) => Verify((Header, signature)).ShouldBeFalse();

    [Fact]
    public void Another_body_is_refused() =>
        _senders.Of(Header)!.Verify(Senders.Headers((Header, Signature("It's a Secret to Everybody"))), "Hello, World?"u8).ShouldBeFalse();

    [Fact]
    public void The_header_must_be_there_once()
    {
        Verify().ShouldBeFalse();
        Verify(("X-Magento-Signature", Signature("It's a Secret to Everybody"))).ShouldBeTrue();
        Verify((Header, Signature("It's a Secret to Everybody")), (Header, Signature("It's a Secret to Everybody"))).ShouldBeFalse();
    }

    [Fact]
    public void A_secret_of_the_standard_is_taken_as_typed()
    {
        _senders.Configuration["Erp:Secret"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        Verify((Header, Signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))).ShouldBeTrue();
    }

    [Fact]
    public void Of_several_secrets_any_counts_and_a_change_counts_at_once()
    {
        using var senders = new Senders(("Erp:Secret:current", "new"), ("Erp:Secret:former", "old"), ("Erp:Secret:empty", ""));
        var verifier = senders.Of(Header)!;
        Of("new").ShouldBeTrue();
        Of("old").ShouldBeTrue();
        Of("").ShouldBeFalse();

        senders.Configure("Erp:Secret:former", null);
        Of("new").ShouldBeTrue();
        Of("old").ShouldBeFalse();

        senders.Configure("Erp:Secret:current", "newer");
        Of("newer").ShouldBeTrue();
        senders.Log.All.ShouldBeEmpty();

        // Without a secret nobody gets in, and the log says where it is missing.
        senders.Configure("Erp:Secret:current", " ");
        Of("newer").ShouldBeFalse();
        Of("").ShouldBeFalse();
        senders.Log.All.ShouldHaveSingleItem().ShouldContain("no value at Erp:Secret");

        bool Of(string secret) => verifier.Verify(Senders.Headers((Header, Signature(secret))), Body);
    }

    [Fact]
    public void A_missing_secret_is_told_with_its_place_and_lets_nobody_in()
    {
        using var senders = new Senders(("Erp:Secret", ""));
        senders.Of(Header)!.Verify(Senders.Headers((Header, Signature(""))), Body).ShouldBeFalse();
        senders.Problems.ShouldBe(["Consumer 'erp' (etc/event_consumers.xml): The configuration has no value at Erp:Secret; set it (as an environment variable: Erp__Secret), or several below it, of which any counts."]);
    }

    [Fact]
    public void An_ingestion_route_has_a_header_of_its_own()
    {
        var verifier = _senders.Ingestion("x-signature")!;
        verifier.Verify(Senders.Headers(("x-signature", Signature("It's a Secret to Everybody"))), Body).ShouldBeTrue();
        verifier.Verify(Senders.Headers((Header, Signature("It's a Secret to Everybody"))), Body).ShouldBeFalse();
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var verifier = _senders.Of(Header)!;
        var headers = Senders.Headers((Header, Signature("It's a Secret to Everybody")));
        verifier.Verify(headers, Body).ShouldBeTrue();
        var before = GC.GetAllocatedBytesForCurrentThread();
        verifier.Verify(headers, Body);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Unknown_signatures_and_missing_statements_are_told()
    {
        _senders.Of("none").ShouldBe(SignatureVerifier.Anybody);
        _senders.Problems.ShouldBeEmpty();
        _senders.Of("md5").ShouldBeNull();
        _senders.Problems.ShouldHaveSingleItem().ShouldContain("'md5' is no signature known here");
    }

    public void Dispose() => _senders.Dispose();

    private bool Verify(params (string Name, string Value)[] headers) => _senders.Of(Header)!.Verify(Senders.Headers(headers), Body);

    private static string Signature(string secret) => new SigningKey(secret).SignMagento(Body);
}
