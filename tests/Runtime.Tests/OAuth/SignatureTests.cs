using Declarative.OAuth;

namespace Declarative.Tests.OAuth;

/// <summary>Signatures: answers published by RFC 5849 and its forerunner, and what the originals compute for the same requests.</summary>
public sealed class SignatureTests
{
    private const string Sha1 = OAuthSignature.HmacSha1;
    private const string Sha256 = OAuthSignature.HmacSha256;
    private const string Common = "oauth_consumer_key=abcdefghijklmnopqrstuvwxyz012345&oauth_nonce=EvxGBXXRBCTKOM8PQnDnlaqzKAYEPBUS&oauth_signature_method=HMAC-SHA256&oauth_timestamp=1723804433&oauth_version=1.0";
    private const string Token = "&oauth_token=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string TokenSecret = "tttttttttttttttttttttttttttttttt";
    private const string Secret = "0123456789abcdefghijklmnopqrstuv";

    [Fact]
    public void The_base_string_of_RFC_5849_is_made()
    {
        List<OAuthParameter> parameters =
        [
            new("realm", "Example"),
            new("oauth_consumer_key", "9djdj82h48djs9d2"),
            new("oauth_token", "kkk9d7dh3k39sjv7"),
            new("oauth_signature_method", Sha1),
            new("oauth_timestamp", "137131201"),
            new("oauth_nonce", "7d8f3e4a"),
            new("oauth_signature", "bYT5CMsGcbgUdFHObYMEfcx6bsw="),
        ];
        OAuthParameter.Read("b5=%3D%253D&a3=a&c%40=&a2=r%20b", plusIsSpace: true, parameters);
        OAuthParameter.Read("c2&a3=2+q", plusIsSpace: true, parameters);

        Base("post", SignatureBase.Address("HTTP", "EXAMPLE.COM:80", "/request"), parameters, StringComparer.Ordinal).ShouldBe(
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2"
            + "%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7");
    }

    [Theory]
    [InlineData("POST", "https://photos.example.net/initiate", "oauth_callback=http%3A%2F%2Fprinter.example.com%2Fready&oauth_timestamp=137131200&oauth_nonce=wIjqoS", "", "74KNZJeDHnMBp0EMJ9ZHt/XKycU=")]
    [InlineData("POST", "https://photos.example.net/token", "oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884&oauth_timestamp=137131201&oauth_nonce=walatlh", "hdhd0244k9j7ao03", "gKgrFCywp7rO0OXSjdot/IHF7IU=")]
    [InlineData("GET", "http://photos.example.net/photos", "file=vacation.jpg&size=original&oauth_token=nnch734d00sl2jdk&oauth_timestamp=137131202&oauth_nonce=chapoH", "pfkkdhi9sl3r4s00", "MdpQcU8iPSUjWoN/UDMsK2sui9I=")]
    [InlineData("GET", "http://photos.example.net/photos", "file=vacation.jpg&size=original&oauth_token=nnch734d00sl2jdk&oauth_timestamp=1191242096&oauth_nonce=kllo9940pd9333jh&oauth_version=1.0", "pfkkdhi9sl3r4s00", "tR3+Ty81lMeYAr/Fid0kMTYa/WM=")]
    public void The_published_signatures_are_computed(string method, string url, string parameters, string tokenSecret, string signature) =>
        Signed(method, url, $"oauth_consumer_key=dpf43f3p2l4k3l03&oauth_signature_method={Sha1}&{parameters}", "kd94hf93k423kf44", tokenSecret, Sha1).ShouldBe(signature);

    [Theory]
    [InlineData("GET", "http://photos.example.net/photos", "oauth_consumer_key=dpf43f3p2l4k3l03&oauth_token=nnch734d00sl2jdk&oauth_signature_method=HMAC-SHA256&oauth_timestamp=1191242096&oauth_nonce=kllo9940pd9333jh&oauth_version=1.0&file=vacation.jpg&size=original", "kd94hf93k423kf44", "pfkkdhi9sl3r4s00", "WVPzl1j6ZsnkIjWr7e3OZ3jkenL57KwaLFhYsroX1hg=")]
    [InlineData("POST", "https://magento.host/oauth/token/request", Common, Secret, "", "zediVdHcVGpTqAX+XCGJBoCLvmsheC+YTJOUQKoUjQ8=")]
    [InlineData("POST", "https://magento.host:443/oauth/token/request", Common, Secret, "", "zediVdHcVGpTqAX+XCGJBoCLvmsheC+YTJOUQKoUjQ8=")]
    [InlineData("POST", "https://magento.host:8443/oauth/token/request", Common, Secret, "", "ZjnuglSPt9LTXiWXwuZjaNXAA68h019xwIxzZtIUOIk=")]
    [InlineData("POST", "https://magento.host/oauth/token/access", "oauth_consumer_key=abcdefghijklmnopqrstuvwxyz012345&oauth_nonce=1f2e&oauth_signature_method=HMAC-SHA256&oauth_timestamp=1723804433&oauth_version=1.0&oauth_token=rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr&oauth_verifier=zyxwvutsrqponmlkjihgfedcba543210", Secret, "ssssssssssssssssssssssssssssssss", "SU34ibKtB+orE+BdPHziivrfBZPB+hKGGCGz92RhwOI=")]
    [InlineData("GET", "https://magento.host/rest/V1/orders", Common + Token + "&searchCriteria%5BpageSize%5D=5&searchCriteria[filter_groups][0][filters][0][field]=status", Secret, TokenSecret, "2I2sjMTWi3Gkz/AO3MPXI2iC/1UOqanC3xcx/i0EoSU=")]
    [InlineData("GET", "https://magento.host/rest/V1/x", Common + Token + "&q=a%20b%2Bc~%C3%A9", "se cret&/", "tok~en%", "CmWK055W1EGdxxUG2NrsCxulYkr8H8VYnTMj5OV8aPU=")]
    [InlineData("GET", "https://magento.host/rest/V1/x", Common + Token + "&p9=a&p10=b", Secret, TokenSecret, "nz/I46sapGHrH1ljPskZ1qfFuMrDwQDMkpBHNRYwIJc=")]
    public void The_golden_signatures_are_computed(string method, string url, string parameters, string consumerSecret, string tokenSecret, string signature) =>
        Signed(method, url, parameters, consumerSecret, tokenSecret, Sha256).ShouldBe(signature);

    [Fact]
    public void The_originals_own_order_gives_their_own_signature() =>
        Signed("GET", "https://magento.host/rest/V1/x", Common + Token + "&p9=a&p10=b", Secret, TokenSecret, Sha256, NaturalOrder.Instance).ShouldBe("ffdDXl8RKd94TdG3EJXPI3+iNZGh+ZLATutCawsJ/1o=");

    [Fact]
    public void Names_with_numbers_are_sorted_by_their_bytes_as_the_RFC_has_it_or_as_the_originals_have_it()
    {
        List<OAuthParameter> parameters = [new("p9", "a"), new("p10", "b")];

        Base("GET", "http://a/", parameters, StringComparer.Ordinal).ShouldEndWith("p10%3Db%26p9%3Da");
        Base("GET", "http://a/", parameters, NaturalOrder.Instance).ShouldEndWith("p9%3Da%26p10%3Db");
    }

    [Theory]
    [InlineData("p9", "p10", -1)]
    [InlineData("p10", "p9", 1)]
    [InlineData("p9", "p9", 0)]
    [InlineData("a", "b", -1)]
    [InlineData("a", "ab", -1)]
    [InlineData("a01", "a1", -1)]
    [InlineData("a1b2", "a1b10", -1)]
    [InlineData("f%5B9%5D", "f%5B10%5D", -1)]
    public void The_natural_order_compares_runs_of_digits_as_numbers(string one, string other, int sign)
    {
        Math.Sign(NaturalOrder.Instance.Compare(one, other)).ShouldBe(sign);
        Math.Sign(NaturalOrder.Instance.Compare(other, one)).ShouldBe(-sign);
    }

    [Fact]
    public void A_header_is_written_and_read_again()
    {
        List<OAuthParameter> parameters = [new("oauth_consumer_key", "a b+c~é\"=,"), new("oauth_nonce", "x")];

        OAuthHeader.TryParse(OAuthHeader.Write(parameters), out var header, out var problem).ShouldBeTrue();

        problem.ShouldBeNull();
        header.Parameters.ShouldBe(parameters);
    }

    [Theory]
    [InlineData("OAuth realm=\"a, b\", oauth_nonce=\"x\"", "x")]
    [InlineData("oauth   oauth_nonce = \"x\" ,", "x")]
    [InlineData("OAuth oauth_nonce=x", "x")]
    [InlineData("OAuth oauth_nonce=x,a=\"b\"", "x")]
    [InlineData("OAuth oauth_nonce=\"%78\"", "x")]
    [InlineData("OAuth oauth_nonce=\"\"", null)]
    [InlineData("OAuth ", null)]
    public void A_header_is_read_as_clients_write_it(string text, string? nonce)
    {
        OAuthHeader.TryParse(text, out var header, out _).ShouldBeTrue();
        header.Nonce.ShouldBe(nonce);
    }

    [Theory]
    [InlineData("OAuth oauth_nonce=\"x\", oauth_nonce=\"y\"", "twice")]
    [InlineData("OAuth oauth_nonce=\"x\", oauth%5Fnonce=\"x\"", "twice")]
    [InlineData("OAuth oauth_nonce=\"x", "closing quote")]
    [InlineData("OAuth oauth_nonce", "pairs")]
    [InlineData("OAuth =x", "pairs")]
    public void A_header_that_can_be_read_in_two_ways_is_refused(string text, string why)
    {
        OAuthHeader.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldNotBeNull().ShouldContain(why);
    }

    [Fact]
    public void A_header_has_a_limit()
    {
        OAuthHeader.TryParse("OAuth " + string.Join(',', Enumerable.Range(0, 33).Select(static i => $"p{i}=\"x\"")), out _, out var problem).ShouldBeFalse();
        problem.ShouldNotBeNull().ShouldContain("32");
    }

    private static string Base(string method, string address, List<OAuthParameter> parameters, IComparer<string> order) =>
        System.Text.Encoding.ASCII.GetString(SignatureBase.Of(method, address, parameters, order));

    private static string Signed(string method, string url, string parameters, string consumerSecret, string tokenSecret, string signatureMethod, IComparer<string>? order = null)
    {
        var all = new List<OAuthParameter>();
        OAuthParameter.Read(parameters, plusIsSpace: false, all);
        var uri = new Uri(url);
        return new OAuthSignature(consumerSecret, tokenSecret).Sign(
            SignatureBase.Of(method, SignatureBase.Address(uri.Scheme, uri.Authority, uri.AbsolutePath), all, order ?? StringComparer.Ordinal),
            signatureMethod);
    }
}
