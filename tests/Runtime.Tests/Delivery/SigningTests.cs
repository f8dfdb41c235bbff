using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Declarative.Secrets;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Delivery;

public sealed class SigningTests
{
    public static TheoryData<string, string, string> Magento() => Vectors("magento", "body");

    public static TheoryData<string, string, string> Standard() => Vectors("standard", "content");

    [Theory]
    [MemberData(nameof(Magento))]
    public void The_originals_signature_is_hex_hmac_sha256_of_the_body(string token, string body, string signature) =>
        new SigningKey(token).SignMagento(Encoding.UTF8.GetBytes(body)).ShouldBe(signature);

    [Theory]
    [MemberData(nameof(Standard))]
    public void The_standard_signature_takes_the_decoded_key(string token, string content, string signature) =>
        new SigningKey(token).SignStandard(Encoding.UTF8.GetBytes(content)).ShouldBe(signature);

    [Fact]
    public void A_token_of_the_standard_signs_the_originals_header_as_typed()
    {
        var token = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        var body = "{}"u8.ToArray();

        new SigningKey(token).SignMagento(body).ShouldBe(
            Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), body)));
    }

    [Theory]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64")]
    public void A_token_that_only_looks_like_the_standards_is_refused(string token) => SigningKey.ProblemOf(token).ShouldNotBeNull();

    [Theory]
    [InlineData(null)]
    [InlineData("anything else")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void Other_tokens_are_taken_as_they_are(string? token) => SigningKey.ProblemOf(token).ShouldBeNull();

    [Fact]
    public void A_secret_does_not_show_itself() => new SubscriptionSecret("top-secret").ToString().ShouldNotContain("top-secret");

    /// <summary>The recipe for receivers, by the values that it is shown with.</summary>
    [Fact]
    public void The_documented_signatures_are_ours()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs/subscriptions.md"));
        var (body, content) = ("""{"data":{"degrees":21.5}}"""u8.ToArray(), """019abc00-0000-7000-8000-000000000001.1795334400.{"data":{"degrees":21.5}}"""u8.ToArray());
        var standard = "whsec_a25vd24gdG8gdGhlIHJlY2VpdmVyIHRvbw==";
        var key = new SigningKey("known to the receiver too");

        page.ShouldContain($"x-magento-signature: {key.SignMagento(body)}\nwebhook-signature: {key.SignStandard(content)}\n");
        page.ShouldContain($"export SECRET='{standard}'");
        new SigningKey(standard).SignStandard(content).ShouldBe(key.SignStandard(content));
        page.ShouldContain($"`x-magento-signature` is `{new SigningKey(standard).SignMagento(body)}`");
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));

    private static TheoryData<string, string, string> Vectors(string kind, string content)
    {
        var data = new TheoryData<string, string, string>();
        foreach (var vector in Resource.Json("signatures.json").GetProperty(kind).EnumerateArray())
            data.Add(Text(vector, "token"), Text(vector, content), Text(vector, "signature"));
        return data;
    }

    private static string Text(JsonElement vector, string name) => vector.GetProperty(name).GetString()!;
}
