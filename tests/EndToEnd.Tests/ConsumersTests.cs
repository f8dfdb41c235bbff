using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>The receiving side as processes: the samples' round trip, senders that others wrote, and an event that is added by XML and a class.</summary>
[Collection(nameof(UsesFeed))]
public sealed partial class ConsumersTests(Feed feed)
{
    private const string ShopSecret = "whsec_c2hvcC10by1iYWNrb2ZmaWNlLWluLXRoaXMtdGVzdA==";

    /// <summary>Where everything that tests need is installed, a test that can't run is a failure.</summary>
    private static bool IsRequired => Environment.GetEnvironmentVariable("CI") == "true";

    [Fact]
    public async Task The_round_trip_of_the_samples_closes()
    {
        if (!IsRequired)
        {
            Tool.Require("curl");
            Tool.Require("openssl");
        }

        var run = await Run.ToEndAsync(Repository.Root, "bash", ["samples/run.sh"]);
        run.ShouldSucceed();
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples/BackOffice/README.md"), TestContext.Current.CancellationToken);
        var shown = readme.Split("~~~text\n")[1].Split("~~~")[0];
        WithoutIds(run.Output).ShouldContain(WithoutIds(shown));
    }

    [Fact]
    public async Task Senders_of_others_are_understood()
    {
        if (!IsRequired)
        {
            Tool.Require("node");
            Tool.Require("npm");
        }

        using var folder = new Scratch();
        await NodeClients.InstallAsync(folder, IsRequired, "senders.mjs");
        using var office = await RunningHost.StartAsync("samples/BackOffice", new(StringComparer.Ordinal) { ["BackOffice__ShopSecret"] = ShopSecret });
        var node = await Run.ToEndAsync(folder.Path, "node", ["senders.mjs", office.Url + "/consumers/customer", ShopSecret]);
        node.ShouldSucceed();
        node.Output.Trim().ShouldBe("ok");
    }

    /// <summary>The XML is edited and nothing else: it builds, with a warning, and senders are told to come again. Then the class that the generated file shows is written.</summary>
    [Fact]
    public async Task A_new_event_takes_an_edit_of_the_XML_and_one_class()
    {
        using var scratch = new Scratch();
        scratch.Write("nuget.config", feed.NugetConfig);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples/BackOffice"), "*", SearchOption.AllDirectories).Where(static file => Path.GetExtension(file) is ".cs" or ".xml" or ".json" && !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)))
            scratch.Write(Path.Combine("BackOffice", Path.GetRelativePath(Path.Combine(Repository.Root, "samples/BackOffice"), file)), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));

        // The exporter, which both samples link from beside them, is no part of this.
        scratch.Write("BackOffice/Telemetry.cs", "namespace Samples; internal static class Telemetry { public static void AddTelemetry(this WebApplicationBuilder builder) { } }");
        scratch.Write("BackOffice/BackOffice.csproj", """
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings>
                <EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles><CompilerGeneratedFilesOutputPath>obj/generated</CompilerGeneratedFilesOutputPath>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Declarative.Sqlite" Version="0.1.0" /></ItemGroup>
            </Project>
            """);
        var xml = await File.ReadAllTextAsync(scratch["BackOffice/etc/event_consumers.xml"], TestContext.Current.CancellationToken);
        const string OrderConsumer = """<consumer name="order" path="/consumers/order" signature="standard-webhooks" secret="BackOffice:ShopSecret">""";
        xml.ShouldContain(OrderConsumer);
        scratch.Write("BackOffice/etc/event_consumers.xml", xml.Replace(OrderConsumer, OrderConsumer + """
            <event name="sales.order.cancelled" handler="BackOffice.Orders.OrderCancelled">
                <payload><field name="increment_id" type="string" required="true"/></payload>
            </event>
            """, StringComparison.Ordinal));

        var first = await Run.DotnetAsync(scratch["BackOffice"], "build --nologo", feed.Environment);
        first.ShouldSucceed();
        first.Output.ShouldContain("etc/event_consumers.xml(");
        first.Output.ShouldMatch("warning DCL[0-9]{4}: .*BackOffice\\.Orders\\.OrderCancelled");
        (await PostAsync(scratch)).ShouldBe(HttpStatusCode.NotImplemented);

        var generated = await File.ReadAllTextAsync(Directory.EnumerateFiles(scratch["BackOffice/obj/generated"], "*event_consumers*", SearchOption.AllDirectories).Single(static file => !file.EndsWith(".payloads.g.cs", StringComparison.Ordinal)), TestContext.Current.CancellationToken);
        scratch.Write("BackOffice/Orders/OrderCancelled.cs", Pasted(generated));
        var second = await Run.DotnetAsync(scratch["BackOffice"], "build --nologo", feed.Environment);
        second.ShouldSucceed();
        second.Output.ShouldContain("0 Warning(s)");
        (await PostAsync(scratch)).ShouldBe(HttpStatusCode.OK);
    }

    private static string WithoutIds(string text) => Uuid().Replace(text, "<uuid>");

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Uuid();

    /// <summary>The class in the comment, with what it is to answer written into it.</summary>
    private static string Pasted(string generated)
    {
        var lines = generated.Split('\n').SkipWhile(static line => !line.StartsWith("/* 'sales.order.cancelled'", StringComparison.Ordinal)).Skip(1).TakeWhile(static line => line != "*/");
        var text = string.Join('\n', lines);
        const string Body = "EventResult.Failure(501, \"Not written yet.\")";
        text.ShouldContain(Body);
        return text.Replace(Body, "EventResult.Success($\"{payload.IncrementId} is cancelled\")", StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> PostAsync(Scratch scratch)
    {
        var url = "http://127.0.0.1:" + ReadmeTests.FreePort();
        using var run = Run.Start(scratch["BackOffice"], "dotnet", ["run", "--no-build", "--urls", url], new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["BackOffice__ShopSecret"] = ShopSecret,
            ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
        });
        await run.LineAsync(static line => line.Contains("Application started", StringComparison.Ordinal));
        var body = Encoding.UTF8.GetBytes("""{"type":"sales.order.cancelled","data":{"increment_id":"000000007"}}""");
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var id = "msg_" + timestamp;
        using var request = new HttpRequestMessage(HttpMethod.Post, url + "/consumers/order") { Content = new ByteArrayContent(body) };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(ShopSecret["whsec_".Length..]), (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body])));
        using var http = new HttpClient();
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
