using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>The packages themselves: what is in them, and what a project outside of the repository gets by them.</summary>
[Collection(nameof(UsesFeed))]
public sealed class PackagesTests(Feed feed)
{
    private static readonly string[] Expected =
    [
        "Declarative", "Declarative.Sqlite", "Declarative.PostgreSql", "Declarative.RabbitMq", "Declarative.EntityFrameworkCore",
        "Declarative.EventBridge", "Declarative.Admin", "Declarative.CodeFixes", "Declarative.Testing", "Declarative.Cli", "Declarative.Templates",
    ];

    private string PathOf(string package, string extension = "nupkg") => Path.Combine(feed.Packages, $"{package}.0.1.0.{extension}");

    public static TheoryData<string> Packages => [.. Expected];

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_says_what_it_is(string package)
    {
        using var archive = ZipFile.OpenRead(PathOf(package));
        using var stream = archive.GetEntry(package + ".nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        string? Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;

        Value("description").ShouldNotBeNullOrWhiteSpace();
        Value("license").ShouldBe("MIT");
        Value("readme").ShouldBe("README.md");
        Value("icon").ShouldBe("icon.png");
        metadata.Elements().Single(element => element.Name.LocalName == "repository").Attribute("commit")!.Value.Length.ShouldBe(40);
        archive.GetEntry("README.md").ShouldNotBeNull();
        archive.GetEntry("icon.png").ShouldNotBeNull();

        // Templates are compiled by whoever makes a project of them; the code fixes have their symbols in them.
        File.Exists(PathOf(package, "snupkg")).ShouldBe(package is not ("Declarative.Templates" or "Declarative.CodeFixes"), "symbols");
    }

    [Fact]
    public void The_generator_lies_in_one_analyzer_slot_and_needs_only_what_the_compiler_has()
    {
        foreach (var package in Expected)
        {
            using var archive = ZipFile.OpenRead(PathOf(package));
            var analyzers = archive.Entries.Where(entry => entry.FullName.StartsWith("analyzers/", StringComparison.Ordinal)).Select(entry => entry.FullName);
            analyzers.ShouldBe(
                package switch
                {
                    "Declarative" => ["analyzers/dotnet/cs/Declarative.Generator.dll"],
                    "Declarative.CodeFixes" => ["analyzers/dotnet/roslyn4.14/cs/Declarative.CodeFixes.dll"],
                    _ => [],
                },
                package);
        }

        string[] compiler = ["netstandard", "Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp", "System.Collections.Immutable", "System.Memory", "System.Reflection.Metadata"];
        References("Declarative", "analyzers/dotnet/cs/Declarative.Generator.dll").ShouldBeSubsetOf(compiler, StringComparer.Ordinal);
        References("Declarative.CodeFixes", "analyzers/dotnet/roslyn4.14/cs/Declarative.CodeFixes.dll").ShouldBeSubsetOf([.. compiler, "Microsoft.CodeAnalysis.Workspaces", "System.Composition.AttributedModel"], StringComparer.Ordinal);

        List<string> References(string package, string assembly)
        {
            using var archive = ZipFile.OpenRead(PathOf(package));
            using var image = new MemoryStream();
            using (var entry = archive.GetEntry(assembly)!.Open())
                entry.CopyTo(image);
            image.Position = 0;
            using var reader = new PEReader(image);
            var metadata = reader.GetMetadataReader();
            return [.. metadata.AssemblyReferences.Select(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name))];
        }
    }

    [Fact]
    public void Schemas_and_build_files_are_where_projects_look_for_them()
    {
        using var archive = ZipFile.OpenRead(PathOf("Declarative"));
        var entries = archive.Entries.Select(entry => entry.FullName).ToHashSet(StringComparer.Ordinal);

        foreach (var schema in Directory.GetFiles(Path.Combine(Repository.Root, "schemas"), "*.xsd"))
            entries.ShouldContain("schemas/" + Path.GetFileName(schema), StringComparer.Ordinal);
        foreach (var folder in (string[])["build", "buildTransitive"])
        {
            entries.ShouldContain($"{folder}/Declarative.props", StringComparer.Ordinal);
            entries.ShouldContain($"{folder}/Declarative.targets", StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task A_project_that_refers_to_a_store_alone_gets_generator_and_schemas_and_an_old_SDK_one_error()
    {
        using var scratch = new Scratch();
        feed.WriteApp(scratch, "Declarative.Sqlite", "Declarative.CodeFixes");
        scratch.Write("app/etc/async_events.xml", """<config><async_event name="note.taken"><payload class="Note"/></async_event></config>""");
        scratch.Write("app/Program.cs", """
            using app.Events;

            var builder = WebApplication.CreateBuilder(args);
            builder.AddDeclarative(declarative => declarative.UseSqlite("Data Source=app.db"));
            var app = builder.Build();
            app.MapDeclarative();
            app.MapPost("/", (INoteTakenPublisher publisher) => publisher.PublishAsync(new Note("hello")));
            app.MapDelete("/", (INoteLostPublisher publisher) => publisher.PublishAsync(new Lost("hello")));
            app.Run();

            public sealed record Note(string Text);

            [AsyncEvent("note.lost")]
            public sealed record Lost(string Text);
            """);
        var app = scratch["app"];

        var build = await Run.DotnetAsync(app, "build", feed.Environment);
        build.ShouldSucceed();
        build.Output.ShouldContain("0 Warning(s)");
        Directory.GetFiles(Path.Combine(app, "obj/schemas")).Length.ShouldBe(Directory.GetFiles(Path.Combine(Repository.Root, "schemas")).Length);

        var old = await Run.DotnetAsync(app, "build --no-restore -p:NETCoreSdkVersion=8.0.404", feed.Environment);
        old.ExitCode.ShouldNotBe(0);
        old.Output.ShouldContain("1 Error(s)");
        old.Output.ShouldContain("Declarative needs the .NET SDK 10.0.100 or later; this build uses 8.0.404. Install a newer one, or raise the version in global.json.");
    }

    [Fact]
    public async Task The_Quickstart_published_trimmed_starts_and_delivers_and_no_warning_is_ours()
    {
        using var scratch = new Scratch();
        feed.WriteApp(scratch, "Declarative.Sqlite");
        var sample = Path.Combine(Repository.Root, "samples/Quickstart");
        foreach (var file in Directory.GetFiles(sample, "*.cs").Concat(Directory.GetFiles(sample, "*.json")).Concat(Directory.GetFiles(Path.Combine(sample, "etc"), "*.xml")))
            scratch.Write(Path.Combine("app", Path.GetRelativePath(sample, file)), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));

        var publish = await Run.DotnetAsync(scratch["app"], $"publish -c Release -r {System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier} --self-contained -p:PublishTrimmed=true -p:TrimmerSingleWarn=false -o {scratch["out"]}", feed.Environment);
        publish.ShouldSucceed();
        publish.Output.Split('\n').Where(line => line.Contains("warning IL", StringComparison.Ordinal) && !line.Contains(": Microsoft.AspNetCore.", StringComparison.Ordinal)).ShouldBeEmpty();

        (await Run.ToEndAsync(scratch["out"], scratch["out/app"], [])).ShouldSucceed();
    }
}
