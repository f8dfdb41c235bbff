using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>
/// A host over two module libraries, one from a packed package, one from a project: what the build says and what the start
/// says. Libraries exchanged after the build stand for packages that don't fit each other.
/// </summary>
[Collection(nameof(UsesFeed))]
public sealed class ModulesTests(Feed feed, ModulesTests.Solution solution) : IClassFixture<ModulesTests.Solution>
{
    [Fact]
    public async Task A_later_module_overrides_an_event_and_can_be_switched_off()
    {
        await solution.BuildAsync(feed);

        var all = await solution.HostAsync();
        all.ShouldSucceed();
        all.Output.ShouldContain("""delivered {"sku":"teapot","from":"loyalty"}""");
        all.Output.ShouldContain("points published");

        var without = await solution.HostAsync("--Declarative:Modules:Shop_Loyalty=false");
        without.ShouldSucceed();
        without.Output.ShouldContain("""delivered {"sku":"teapot","from":"catalog"}""");
        without.Output.ShouldContain("Declarative:Modules:Shop_Loyalty");
    }

    [Fact]
    public async Task The_build_reports_a_wrong_override_at_its_place_in_the_XML_file()
    {
        await solution.BuildAsync(feed);
        using var wrong = solution.Copy();
        wrong.Write("Shop.Loyalty/LoyaltyProducts.cs", (await File.ReadAllTextAsync(wrong["Shop.Loyalty/LoyaltyProducts.cs"], TestContext.Current.CancellationToken)).Replace("Get(string sku) => new(sku,", "Get(int id) => new($\"{id}\",", StringComparison.Ordinal));

        var build = await Run.DotnetAsync(wrong["Shop.Host"], "build", feed.Environment);

        build.ExitCode.ShouldNotBe(0);
        build.Output.ShouldContain("etc/async_events.xml(3,59): error DCL0018: The event 'catalog.product.updated' takes (string sku) in the module Shop_Catalog, but (int id) in this declaration; an override keeps names and types");
    }

    [Fact]
    public async Task The_start_reports_a_library_that_was_exchanged_for_one_with_another_signature()
    {
        await solution.BuildAsync(feed);
        var run = await solution.HostWithAsync("Shop.Catalog.Changed", feed);

        run.ExitCode.ShouldNotBe(0);
        run.Output.ShouldContain("catalog.product.updated");
        run.Output.ShouldContain("Shop.Catalog");
        run.Output.ShouldContain("Shop.Loyalty");
        run.Output.ShouldNotContain("delivered");
    }

    [Fact]
    public async Task An_unknown_manifest_format_is_reported_by_the_build_and_by_the_start()
    {
        await solution.BuildAsync(feed);
        var run = await solution.HostWithAsync("Shop.Catalog.Future", feed);
        run.ExitCode.ShouldNotBe(0);
        run.Output.ShouldContain("Shop.Catalog");
        run.Output.ShouldContain("9.9.9");
        run.Output.ShouldContain("99");

        using var future = solution.Copy();
        var reference = $"<Reference Include=\"{solution.Library("Shop.Catalog.Future")}\" />";
        future.Write("Shop.Host/Shop.Host.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <ItemGroup><PackageReference Include="Declarative.Sqlite" Version="0.1.0" />{reference}</ItemGroup>
            </Project>
            """);
        future.Write("Shop.Host/Program.cs", "return;");
        var build = await Run.DotnetAsync(future["Shop.Host"], "build", feed.Environment);
        build.ExitCode.ShouldNotBe(0);
        build.Output.ShouldContain("error DCL0022: The assembly 'Shop.Catalog' was built with Declarative 9.9.9 (manifest format 99); this is Declarative 0.1.0 and reads format 1. Use the same package version in both.");
    }

    /// <summary>The fixture's projects in a folder outside of the repository, built once.</summary>
    public sealed class Solution : IDisposable
    {
        private readonly Scratch _scratch = new();
        private bool _isBuilt;

        internal async Task BuildAsync(Feed feed)
        {
            if (_isBuilt)
                return;
            _scratch.CopyFrom(Repository.Fixture("Modules"));
            _scratch.Write("nuget.config", feed.NugetConfig);
            await feed.AddAsync(_scratch["Shop.Catalog"]);
            (await Run.DotnetAsync(_scratch["Shop.Host"], "build", feed.Environment)).ShouldSucceed();
            _isBuilt = true;
        }

        internal Task<Run> HostAsync(params string[] arguments) =>
            Run.ToEndAsync(_scratch["Shop.Host"], "dotnet", [_scratch["Shop.Host/bin/Debug/net10.0/Shop.Host.dll"], .. arguments]);

        /// <summary>Runs the host as it was built, with another library in the place of Shop.Catalog.dll.</summary>
        internal async Task<Run> HostWithAsync(string library, Feed feed)
        {
            (await Run.DotnetAsync(_scratch[library], "build", feed.Environment)).ShouldSucceed();
            using var copy = new Scratch();
            foreach (var file in Directory.EnumerateFiles(_scratch["Shop.Host/bin/Debug/net10.0"], "*", SearchOption.AllDirectories))
            {
                var target = copy[Path.GetRelativePath(_scratch["Shop.Host/bin/Debug/net10.0"], file)];
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }

            File.Copy(Library(library), copy["Shop.Catalog.dll"], overwrite: true);
            return await Run.ToEndAsync(copy.Path, "dotnet", [copy["Shop.Host.dll"]]);
        }

        internal string Library(string project) => _scratch[$"{project}/bin/Debug/net10.0/Shop.Catalog.dll"];

        internal Scratch Copy()
        {
            var copy = new Scratch();
            copy.CopyFrom(Repository.Fixture("Modules"));
            copy.Write("nuget.config", File.ReadAllText(_scratch["nuget.config"]));
            return copy;
        }

        public void Dispose() => _scratch.Dispose();
    }
}
