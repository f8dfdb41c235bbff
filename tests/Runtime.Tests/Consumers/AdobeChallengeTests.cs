using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Declarative.Consumers;
using Declarative.Delivery;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Declarative.Tests.Consumers;

/// <summary>A consumer that is asked, and a host over TLS that waits to be fetched, both on loopback.</summary>
public sealed class AdobeChallengeTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _fetched = [];
    private readonly LogLines _log = new();
    private readonly ConsumerOptions _options = new() { ValidationHosts = ["localhost"] };
    private readonly DeliveryOptions _delivery = new() { AllowedNetworks = ["127.0.0.0/8", "::1/128"] };
    private readonly List<IDisposable> _owned = [];
    private X509Certificate2 _certificate = null!;
    private WebApplication _host = null!;
    private WebApplication? _consumer;
    private HttpClient _client = null!;

    private string ValidationUrl => _host.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/validate?id=1";

    public async ValueTask InitializeAsync()
    {
        using var key = ECDsa.Create();
        _certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _owned.Add(_certificate);
        _host = await StartAsync(
            context =>
            {
                _fetched.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
                context.Response.StatusCode = context.Request.Path == "/validate" ? 200 : 302;
                context.Response.Headers.Location = "/elsewhere";
                return Task.CompletedTask;
            },
            _certificate);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in new[] { _consumer, _host }.OfType<WebApplication>())
        {
            using var now = new CancellationTokenSource(TimeSpan.Zero);
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
        }

        _owned.ForEach(static one => one.Dispose());
    }

    [Fact]
    public async Task A_challenge_gets_its_own_text_back()
    {
        await StartConsumerAsync();
        using var response = await _client.GetAsync("/?challenge=" + Uri.EscapeDataString("a\"<é>"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("challenge").GetString().ShouldBe("a\"<é>");
    }

    [Fact]
    public async Task Only_one_challenge_of_bounded_length_is_answered()
    {
        await StartConsumerAsync();
        (await StatusAsync("/?challenge=" + new string('x', 1024))).ShouldBe(200);
        (await StatusAsync("/?challenge=" + new string('x', 1025))).ShouldBe(400);
        (await StatusAsync("/?challenge=x&challenge=y")).ShouldBe(400);
        (await StatusAsync("/?challenge=")).ShouldBe(400);
        (await StatusAsync("/")).ShouldBe(400);

        async Task<int> StatusAsync(string url)
        {
            using var response = await _client.GetAsync(url);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task A_validation_URL_is_fetched_once_the_post_is_answered()
    {
        await StartConsumerAsync();
        (await PostAsync($$"""{"validationUrl":"{{ValidationUrl}}"}""")).ShouldBe(200);
        await Eventually.True(() => !_log.All.IsEmpty);
        _log.All.ShouldHaveSingleItem().ShouldContain("confirmed at localhost");
        _fetched.ShouldBe(["GET /validate?id=1"]);
    }

    [Fact]
    public async Task A_host_that_does_not_confirm_is_logged_and_no_redirect_is_followed()
    {
        await StartConsumerAsync();
        (await PostAsync($$"""{"validationUrl":"{{ValidationUrl.Replace("/validate", "/moved", StringComparison.Ordinal)}}"}""")).ShouldBe(200);
        await Eventually.True(() => !_log.All.IsEmpty);
        _log.All.ShouldHaveSingleItem().ShouldContain("localhost answered 302");
        _fetched.ShouldBe(["GET /moved?id=1"]);
    }

    [Fact]
    public async Task An_address_that_deliveries_may_not_go_to_is_not_asked()
    {
        _delivery.AllowedNetworks = [];
        await StartConsumerAsync();
        (await PostAsync($$"""{"validationUrl":"{{ValidationUrl}}"}""")).ShouldBe(200);
        await Eventually.True(() => !_log.All.IsEmpty);
        _log.All.ShouldHaveSingleItem().ShouldContain("is not public");
        _fetched.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("https://example.com/", "is not Adobe's")]
    [InlineData("https://adobe.io.example.com/", "is not Adobe's")]
    [InlineData("https://fakeadobe.io/", "is not Adobe's")]
    [InlineData("http://localhost/", "is not https")]
    [InlineData("https://user:pass@localhost/", "none that requests may go to")]
    [InlineData("file:///etc/passwd", "none that requests may go to")]
    [InlineData("/relative", "none that requests may go to")]
    [InlineData("", "none that requests may go to")]
    public async Task Other_URLs_are_not_fetched(string url, string problem)
    {
        await StartConsumerAsync();
        (await PostAsync($$"""{"validationUrl":"{{url}}"}""")).ShouldBe(200);
        await Eventually.True(() => !_log.All.IsEmpty);
        _log.All.ShouldHaveSingleItem().ShouldContain(problem);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    [InlineData("""{"validationUrl":null}""")]
    [InlineData("""{"data":{"validationUrl":"https://localhost/"}}""")]
    [InlineData("""{"type":"x","validationUrl":"https://localhost/"}""")]
    [InlineData("""{"validationUrl":"https://localhost/","type":"x"}""")]
    public async Task An_event_is_no_challenge(string body)
    {
        await StartConsumerAsync();
        (await PostAsync(body)).ShouldBe(418);
    }

    [Theory]
    [InlineData("ce-type")]
    [InlineData("x-event-name")]
    public async Task An_event_with_its_type_in_a_header_is_no_challenge_whatever_it_holds(string header)
    {
        await StartConsumerAsync();
        _client.DefaultRequestHeaders.Add(header, "x");
        (await PostAsync("""{"validationUrl":"https://localhost/"}""")).ShouldBe(418);
    }

    private async Task<int> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync("/", content);
        return (int)response.StatusCode;
    }

    private async Task StartConsumerAsync()
    {
        var guard = new AddressGuard(Options.Create(_delivery));
        var handler = OutgoingHttp.Handler(guard, _delivery);
        handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == _certificate.Thumbprint };
        var loggers = new LoggerFactory([_log]);
        var challenge = new AdobeChallenge(handler, guard, _options, loggers.CreateLogger<AdobeChallenge>());
        _consumer = await StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            if (!await challenge.AnswerAsync(context, body.ToArray()))
                context.Response.StatusCode = 418;
        });
        _client = new HttpClient { BaseAddress = new Uri(_consumer.Urls.Single()) };
        _owned.AddRange([_client, challenge, loggers]);
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }
}
