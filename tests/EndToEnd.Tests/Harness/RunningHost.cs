namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>A web application of this repository as a process of its own, on a free port, with a database that goes away with it.</summary>
internal sealed class RunningHost : IDisposable
{
    private readonly Scratch _scratch;

    private RunningHost(Run run, string url, Scratch scratch)
    {
        Run = run;
        Url = url;
        _scratch = scratch;
    }

    public Run Run { get; }

    public string Url { get; }

    public static async Task<RunningHost> StartAsync(string project, Dictionary<string, string> settings, string? url = null)
    {
        var scratch = new Scratch();
        url ??= "http://127.0.0.1:" + ReadmeTests.FreePort();
        settings["ConnectionStrings__Declarative"] = $"Data Source={scratch["host.db"]}";
        settings["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information";
        var run = Run.Start(Repository.Root, "dotnet", ["run", "--project", project, "-c", Repository.Configuration, "--no-build", "--urls", url], settings);
        try
        {
            await run.LineAsync(line => line.Contains("Application started", StringComparison.Ordinal));
        }
        catch
        {
            run.Dispose();
            scratch.Dispose();
            throw;
        }

        return new RunningHost(run, url, scratch);
    }

    public void Dispose()
    {
        Run.Dispose();
        _scratch.Dispose();
    }
}
