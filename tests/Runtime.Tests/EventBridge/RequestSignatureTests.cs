using Amazon.Runtime;
using Declarative.EventBridge;

namespace Declarative.Tests.EventBridge;

public sealed class RequestSignatureTests
{
    /// <summary>The case <c>get-vanilla</c> of AWS's published test suite for signature version 4.</summary>
    [Fact]
    public void It_gives_the_published_signature()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://example.amazonaws.com/");
        var time = new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["x-amz-date"] = RequestSignature.Date(time), ["host"] = "example.amazonaws.com" };

        RequestSignature.Of(request, headers, [], new ImmutableCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null), "us-east-1", "service", time)
            .ShouldBe("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    }
}
