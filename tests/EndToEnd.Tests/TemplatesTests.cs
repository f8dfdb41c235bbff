using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Schema;
using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>What <c>dotnet new</c> makes of the templates, built and tested as whoever begins with it does, and run as its README says.</summary>
[Collection(nameof(UsesFeed))]
public sealed partial class TemplatesTests(Feed feed) : IAsyncDisposable
{
    private readonly Scratch _scratch = new();
    private readonly string _url = "http://127.0.0.1:" + ReadmeTests.FreePort();

    /// <summary>A place of its own for installed templates, so that the machine's stay as they are.</summary>
    private string Hive => _scratch["hive"];

    public ValueTask DisposeAsync()
    {
        _scratch.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_application_of_the_readme_passes_its_tests_and_delivers_an_event()
    {
        // As typed from the repository; the packages and the configuration of the five minutes are there already.
        _scratch.Write("hello/nuget.config", feed.NugetConfig);
        Directory.CreateDirectory(_scratch["declarative/artifacts"]);
        Directory.CreateSymbolicLink(_scratch["declarative/artifacts/packages"], feed.Packages);
        var typed = $$"""
            dotnet() { if [ "$1" = new ]; then command dotnet "$@" --debug:custom-hive '{{Hive}}'; else command dotnet "$@"; fi; }
            {{Markdown.Blocks("README.md", "From a template").Single().Text}}
            """;
        ShouldPass(await Run.ToEndAsync(_scratch["declarative"], "bash", ["-euo", "pipefail", "-c", typed], feed.Environment), tests: 2);
        var app = _scratch["My.Notes"];
        ShouldNameSchemas(Path.Combine(app, "My.Notes"), files: 4);

        var readme = Markdown.Blocks(Path.Combine(app, "README.md"));
        using var running = await StartAsync(app, readme[0].Text, ("Declarative__Destinations__default__Url", _url + "/receiver"));
        await TypeAsync(app, readme[1].Text);
        (await running.LineAsync(line => line.Contains("note.taken {", StringComparison.Ordinal))).ShouldBe(readme[2].Text.Trim());
    }

    [Fact]
    public async Task A_module_passes_its_tests_under_a_name_that_is_no_namespace_and_leaves_the_machine_s_templates_alone()
    {
        var before = OnTheMachine();
        var module = await MakeAsync("declarative-module", "My.Shop-1");
        OnTheMachine().ShouldBe(before);

        ShouldPass(await Run.DotnetAsync(module, "test", feed.Environment), tests: 3);
        ShouldNameSchemas(Path.Combine(module, "My.Shop-1"), files: 4);
        File.ReadAllText(Path.Combine(module, "My.Shop-1/Bookmarks.cs")).ShouldContain("namespace My.Shop_1;");
        File.ReadAllText(Path.Combine(module, "My.Shop-1/etc/module.xml")).ShouldContain("\"My_Shop1\"");
    }

    [Fact]
    public async Task A_consumer_passes_its_tests_and_takes_a_signed_event()
    {
        var consumer = await MakeAsync("declarative-consumer", "BackOffice");
        ShouldPass(await Run.DotnetAsync(consumer, "test", feed.Environment), tests: 3);
        ShouldNameSchemas(Path.Combine(consumer, "BackOffice"), files: 1);

        Tool.Require("openssl");
        var readme = Markdown.Blocks(Path.Combine(consumer, "README.md"));
        using var running = await StartAsync(consumer, readme[0].Text);
        (await TypeAsync(consumer, readme[1].Text)).Output.Trim().ShouldBe(readme[2].Text.Trim());
    }

    [Fact]
    public async Task Templates_refer_to_the_version_that_they_are_packed_with()
    {
        (await Run.DotnetAsync(Repository.Root, $"pack src/Templates -c {Repository.Configuration} -o {_scratch.Path} --no-build -p:Version=7.8.9")).ShouldSucceed();

        using var package = ZipFile.OpenRead(_scratch["Declarative.Templates.7.8.9.nupkg"]);
        var projects = package.Entries.Where(entry => entry.Name.EndsWith(".csproj", StringComparison.Ordinal)).Select(Text).ToList();
        projects.Count.ShouldBe(6);
        projects.ShouldAllBe(project => project.Contains("\" Version=\"7.8.9\" />", StringComparison.Ordinal) && !project.Contains("_VERSION", StringComparison.Ordinal));
    }

    private async Task<string> MakeAsync(string template, string name)
    {
        _scratch.Write("nuget.config", feed.NugetConfig);
        (await Run.DotnetAsync(_scratch.Path, $"new install Declarative.Templates --add-source {feed.Packages} --debug:custom-hive {Hive}")).ShouldSucceed();
        (await Run.DotnetAsync(_scratch.Path, $"new {template} -n {name} --debug:custom-hive {Hive}")).ShouldSucceed();
        return _scratch[name];
    }

    private static void ShouldPass(Run run, int tests)
    {
        run.ShouldSucceed();
        run.Output.ShouldNotContain("warning");
        run.Output.ShouldContain($"succeeded: {tests}\n");
    }

    /// <summary>Starts what the last line of a README's commands starts, as it was built, at our address.</summary>
    private async Task<Run> StartAsync(string folder, string commands, params (string Name, string Value)[] settings)
    {
        var environment = feed.Environment;
        foreach (var (name, value) in settings)
            environment[name] = value;
        var run = Run.Start(folder, "bash", ["-c", $"exec {commands.Trim().Split('\n')[^1]} --no-build --urls {_url}"], environment);
        await run.LineAsync(line => line.Contains("Application started", StringComparison.Ordinal));
        return run;
    }

    /// <summary>Types what a README says, but for the address.</summary>
    private async Task<Run> TypeAsync(string folder, string commands) =>
        (await Run.ToEndAsync(folder, "bash", ["-euo", "pipefail", "-c", Address().Replace(commands, _url)])).ShouldSucceed();

    /// <summary>Each file names its schema where the build puts it, and is valid by that; a schema that isn't there is a fault too.</summary>
    private static void ShouldNameSchemas(string project, int files)
    {
        var declarations = Directory.GetFiles(Path.Combine(project, "etc"), "*.xml");
        declarations.Length.ShouldBe(files);
        var faults = new List<string>();
        foreach (var file in declarations)
        {
            var settings = new XmlReaderSettings
            {
                ValidationType = ValidationType.Schema,
                ValidationFlags = XmlSchemaValidationFlags.ProcessSchemaLocation | XmlSchemaValidationFlags.ReportValidationWarnings,
                XmlResolver = new XmlUrlResolver(),
            };
            settings.ValidationEventHandler += (_, fault) => faults.Add($"{Path.GetFileName(file)}: {fault.Message}");
            using var reader = XmlReader.Create(file, settings);
            while (reader.Read())
            {
            }
        }

        faults.ShouldBeEmpty();
    }

    /// <summary>What the template engine keeps in the home folder: nothing, where nobody ever used it.</summary>
    private static List<string> OnTheMachine()
    {
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".templateengine");
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => $"{file} {File.GetLastWriteTimeUtc(file):O}").Order(StringComparer.Ordinal)]
            : [];
    }

    private static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
