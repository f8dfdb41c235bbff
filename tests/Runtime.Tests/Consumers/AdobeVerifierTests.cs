using System.Security.Cryptography;
using System.Text;
using Declarative.Consumers;

namespace Declarative.Tests.Consumers;

public sealed class AdobeVerifierTests : IDisposable
{
    private const string Event = """{"event_id":"1","recipient_client_id":"ours","event":{"recipient_client_id":"theirs"}}""";

    // Making a key takes a second; that of Adobe is the same for all.
    private static readonly RSA First = RSA.Create(2048);
    private static readonly RSA Second = RSA.Create(2048);

    private readonly Senders _senders = new(("Adobe:Keys:pub-key-a.pem", First.ExportSubjectPublicKeyInfoPem()), ("Adobe:Keys:other", Second.ExportRSAPublicKeyPem()), ("Adobe:Client", "ours"));

    [Fact]
    public void One_valid_signature_is_enough()
    {
        Verify(Event, Signed(1, First, Event, "/prod/keys/pub-key-a.pem")).ShouldBeTrue();
        Verify(Event, Signed(2, Second, Event, "/prod/keys/unknown.pem")).ShouldBeTrue();
        Verify(Event, [("x-adobe-digital-signature-1", "AAAA"), ("x-adobe-public-key1-path", "/x.pem"), .. Signed(2, Second, Event, "/x.pem")]).ShouldBeTrue();
        Verify(Event, ("x-adobe-digital-signature-1", Sign(First, Event))).ShouldBeTrue();
        _senders.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_key_that_the_path_names_is_the_only_one_that_counts()
    {
        Verify(Event, Signed(1, Second, Event, "/prod/keys/pub-key-a.pem")).ShouldBeFalse();
        Verify(Event, Signed(1, First, Event, "PUB-KEY-A.PEM")).ShouldBeTrue();
    }

    [Fact]
    public void Anything_else_is_refused()
    {
        using var unknown = RSA.Create(2048);
        Verify(Event).ShouldBeFalse();
        Verify(Event, Signed(1, unknown, Event, "/x.pem")).ShouldBeFalse();
        Verify(Event.Replace('1', '2'), Signed(1, First, Event, "/x.pem")).ShouldBeFalse();
        Verify(Event, ("x-adobe-digital-signature-1", "")).ShouldBeFalse();
        Verify(Event, ("x-adobe-digital-signature-1", "no base64 !")).ShouldBeFalse();
        Verify(Event, ("x-adobe-digital-signature-1", new string('A', 20_000))).ShouldBeFalse();
        Verify(Event, ("x-adobe-digital-signature-1", Sign(First, Event)[..340])).ShouldBeFalse();
        Verify(Event, ("x-adobe-digital-signature-1", Sign(First, Event)), ("x-adobe-digital-signature-1", Sign(First, Event))).ShouldBeFalse();
        Verify(Event, ("x-adobe-digital-signature-1", Convert.ToBase64String(First.SignData(Encoding.UTF8.GetBytes(Event), HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1)))).ShouldBeFalse();
        Verify(Event, ("x-adobe-digital-signature-1", Convert.ToBase64String(First.SignData(Encoding.UTF8.GetBytes(Event), HashAlgorithmName.SHA256, RSASignaturePadding.Pss)))).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"recipient_client_id":"ours"}""", true)]
    [InlineData("""{"data":[{"recipient_client_id":"theirs"}],"recipientclientid":"ours"}""", true)]
    [InlineData("""{"recipient_client_i\u0064":"our\u0073"}""", true)]
    [InlineData("""{"recipient_client_id":"theirs"}""", false)]
    [InlineData("""{"recipient_client_id":"ours","recipient_client_id":"theirs"}""", false)]
    [InlineData("""{"recipient_client_id":"theirs","recipient_client_id":"ours"}""", false)]
    [InlineData("""{"recipient_client_id":["ours"]}""", false)]
    [InlineData("""{"recipient_client_id":null}""", false)]
    [InlineData("""{"data":{"recipient_client_id":"ours"}}""", false)]
    [InlineData("""[{"recipient_client_id":"ours"},{"recipient_client_id":"ours"}]""", true)]
    [InlineData("""[{"recipient_client_id":"ours"},{"recipient_client_id":"theirs"}]""", false)]
    [InlineData("""[{"recipient_client_id":"ours"},{}]""", false)]
    [InlineData("""[{"recipient_client_id":"ours"},"ours"]""", false)]
    [InlineData("[]", false)]
    [InlineData("{}", false)]
    [InlineData("", false)]
    [InlineData("""{"recipient_client_id":"ours" """, false)]
    [InlineData("\"\\ud800\"", false)]
    public void Events_must_be_meant_for_our_client(string body, bool isForUs) => Verify(body, Signed(1, First, body, "/x.pem")).ShouldBe(isForUs);

    /// <summary>No signature covers a header, and all customers' events are signed alike.</summary>
    [Theory]
    [InlineData("ce-recipient_client_id")]
    [InlineData("ce-recipientclientid")]
    public void A_header_can_not_say_whom_an_event_is_meant_for(string header) =>
        Verify("{}", [.. Signed(1, First, "{}", "/x.pem"), (header, "ours")]).ShouldBeFalse();

    [Fact]
    public void What_is_no_key_is_told_without_repeating_it()
    {
        using var small = RSA.Create(1024);
        using var senders = new Senders(("Adobe:Keys:a", "top-secret"), ("Adobe:Keys:b", small.ExportRSAPublicKeyPem()), ("Adobe:Client", "ours"));
        senders.Of("adobe-io")!.Verify(Senders.Headers([.. Signed(1, small, Event, "/x.pem")]), Encoding.UTF8.GetBytes(Event)).ShouldBeFalse();
        senders.Problems.ShouldBe(["Consumer 'erp' (etc/event_consumers.xml): The value at Adobe:Keys:a is no public RSA key in PEM form."]);

        senders.Configure("Adobe:Keys:a", null);
        senders.Log.All.ShouldHaveSingleItem().ShouldContain("The value at Adobe:Keys:b is an RSA key of fewer than 2048 bits.");
    }

    [Fact]
    public async Task Requests_at_the_same_time_are_verified_alike()
    {
        var verifier = _senders.Of("adobe-io")!;
        var headers = Senders.Headers([.. Signed(1, First, Event, "/x.pem")]);
        var verified = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => verifier.Verify(headers, Encoding.UTF8.GetBytes(Event)))));
        verified.ShouldAllBe(static one => one);
    }

    public void Dispose() => _senders.Dispose();

    private bool Verify(string body, params (string Name, string Value)[] headers) => _senders.Of("adobe-io")!.Verify(Senders.Headers(headers), Encoding.UTF8.GetBytes(body));

    private static (string Name, string Value)[] Signed(int number, RSA key, string body, string path) =>
        [($"x-adobe-digital-signature-{number}", Sign(key, body)), ($"x-adobe-public-key{number}-path", path)];

    private static string Sign(RSA key, string body) => Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(body), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
}
