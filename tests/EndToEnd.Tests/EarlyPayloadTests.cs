using System.Net;
using System.Text;
using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>A payload's record in a JSON context of the application's, as the documentation shows it, by the SDK's own compiler; and the same application where the record comes late.</summary>
[Collection(nameof(UsesFeed))]
public sealed class EarlyPayloadTests(Feed feed)
{
    private const string Off = " -p:DeclarativeDisablePreCompilation=true";

    private static readonly List<(string Language, string Text)> Shown = Markdown.Blocks("docs/event-consumers.md");

    [Fact]
    public async Task A_context_of_ones_own_reads_and_writes_a_declared_payload()
    {
        using var scratch = Project("""
            var read = System.Text.Json.JsonSerializer.Deserialize("{\"sku\":\"mug\",\"price\":8.5}", BackOfficeJson.Default.ProductSavedPayload)!;
            Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(read, BackOfficeJson.Default.ProductSavedPayload));
            """);
        scratch.Write("app/BackOfficeJson.cs", Shown.Single(static block => block.Text.Contains("JsonSerializerContext", StringComparison.Ordinal)).Text);
        (await BuildAsync(scratch, "")).ShouldSucceed();

        (await HandleAsync(scratch)).ShouldContain("""{"sku":"mug","price":8.5,"description":null}""");
    }

    [Fact]
    public async Task Where_it_comes_late_all_else_is_the_same()
    {
        using var scratch = Project("");
        (await BuildAsync(scratch, Off)).ShouldSucceed();
        await HandleAsync(scratch);

        var xml = await File.ReadAllTextAsync(scratch["app/etc/event_consumers.xml"], TestContext.Current.CancellationToken);
        scratch.Write("app/etc/event_consumers.xml", xml.Replace("</consumer>", """<event name="other" handler="BackOffice.Products.ProductSaved"><payload><field name="id" type="int"/></payload></event></consumer>""", StringComparison.Ordinal));
        foreach (var way in (string[])["", Off])
        {
            var output = (await BuildAsync(scratch, way)).Output;
            output.Split('\n').Where(static line => line.Contains("error ", StringComparison.Ordinal)).Select(static line => line.Split("error ")[1].Split(':')[0]).Distinct(StringComparer.Ordinal).ShouldBe(["DCL0062"], output);
        }
    }

    /// <summary>A web project outside of the repository with the documentation's first event and handler.</summary>
    private Scratch Project(string first)
    {
        var scratch = new Scratch();
        feed.WriteApp(scratch, "Declarative.Sqlite");
        scratch.Write("app/Directory.Build.props", "<Project><PropertyGroup><RootNamespace>BackOffice</RootNamespace><TreatWarningsAsErrors>true</TreatWarningsAsErrors></PropertyGroup></Project>");
        scratch.Write("app/etc/event_consumers.xml", Shown[0].Text.Replace("signature=\"standard-webhooks\" secret=\"BackOffice:ShopSecret\"", "signature=\"none\" acknowledged=\"true\"", StringComparison.Ordinal)
            .Replace("handler=\"BackOffice.Products.ProductDeleted\" payload=\"BackOffice.Products.ProductRef\"", "handler=\"BackOffice.Products.AnyEvent\"", StringComparison.Ordinal));
        scratch.Write("app/Products/ProductSaved.cs", Shown[1].Text);
        scratch.Write("app/Products/Others.cs", """
            using System.Text.Json;
            using Declarative.Consumers;

            namespace BackOffice.Products;

            public sealed class Prices
            {
                public Task SetAsync(string sku, decimal price, CancellationToken cancellationToken) => Task.CompletedTask;
            }

            public sealed class AnyEvent : IEventHandler<JsonElement>
            {
                public Task<EventResult> HandleAsync(JsonElement payload, EventContext context, CancellationToken cancellationToken) => Task.FromResult(EventResult.Success(""));
            }
            """);
        scratch.Write("app/Program.cs", $"""
            using BackOffice.Products;

            {first}
            var builder = WebApplication.CreateBuilder(args);
            builder.AddDeclarative(declarative => declarative.UseSqlite("Data Source=app.db"));
            builder.Services.AddSingleton<Prices>();
            var app = builder.Build();
            app.MapDeclarative();
            app.Run();
            """);
        return scratch;
    }

    private async Task<Run> BuildAsync(Scratch scratch, string way) => await Run.DotnetAsync(scratch["app"], "build --nologo" + way, feed.Environment);

    /// <summary>Runs the application and sends it an event; gives what it printed.</summary>
    private static async Task<string> HandleAsync(Scratch scratch)
    {
        var url = "http://127.0.0.1:" + ReadmeTests.FreePort();
        using var app = Run.Start(scratch["app"], "dotnet", ["bin/Debug/net10.0/app.dll", "--urls", url]);
        await app.LineAsync(static line => line.Contains("Application started", StringComparison.Ordinal));
        using var client = new HttpClient();
        using var content = new StringContent("""{"type":"catalog.product.saved","data":{"sku":"mug","price":8.5}}""", Encoding.UTF8, "application/json");
        var answer = await client.PostAsync(url + "/consumers/product", content, TestContext.Current.CancellationToken);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("The price is known");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return app.Output;
    }
}
