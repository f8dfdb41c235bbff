namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>
/// A folder with our packages as they would be published, and a package cache of its own beside it, so that neither an older
/// package of the same version nor this run's leave a trace on the machine.
/// </summary>
public sealed class Feed : IAsyncLifetime
{
    private readonly Scratch _scratch = new();

    public string Packages => _scratch["feed"];

    internal Dictionary<string, string> Environment => new(StringComparer.Ordinal) { ["NUGET_PACKAGES"] = _scratch["cache"] };

    public async ValueTask InitializeAsync()
    {
        foreach (var project in new[] { "src/Runtime", "src/Runtime.Sqlite", "src/Runtime.PostgreSql", "src/Runtime.RabbitMq", "src/Runtime.EntityFrameworkCore", "src/Runtime.EventBridge", "src/Cli", "src/Admin", "src/CodeFixes", "src/Testing", "src/Templates" })
            (await Run.DotnetAsync(Repository.Root, $"pack {project} -c {Repository.Configuration} -o {Packages} --no-build")).ShouldSucceed();
    }

    /// <summary>Packs another project into the feed.</summary>
    public async Task AddAsync(string project) =>
        (await Run.DotnetAsync(project, $"pack -o {Packages}", Environment)).ShouldSucceed();

    /// <summary>The configuration that adds the feed to the ordinary sources.</summary>
    public string NugetConfig => $"""<configuration><packageSources><add key="declarative" value="{Packages}" /></packageSources></configuration>""";

    /// <summary>Begins a web project outside of the repository that refers to our packages, in the folder <c>app</c>.</summary>
    internal void WriteApp(Scratch scratch, params string[] packages)
    {
        scratch.Write("nuget.config", NugetConfig);
        scratch.Write("app/app.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
              <ItemGroup>{string.Concat(packages.Select(package => $"<PackageReference Include=\"{package}\" Version=\"0.1.0\" />"))}</ItemGroup>
            </Project>
            """);
    }

    public ValueTask DisposeAsync()
    {
        _scratch.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>One feed for all tests that need packages; they build, so they run one after another.</summary>
[CollectionDefinition(nameof(UsesFeed))]
public sealed class UsesFeed : ICollectionFixture<Feed>;
