namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>Programs of others from the npm registry, in the versions of our lock file.</summary>
internal static class NodeClients
{
    /// <summary>Installs them beside a script of ours, without running anything of theirs; skips the test where no registry is in reach, unless it is required.</summary>
    public static async Task InstallAsync(Scratch folder, bool isRequired, string script, string lockFolder = "npm")
    {
        foreach (var file in (string[])["package.json", "package-lock.json", script])
            File.Copy(Repository.Fixture(Path.Combine(lockFolder, file)), folder[file]);
        var npm = await Run.ToEndAsync(folder.Path, "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        Assert.SkipUnless(npm.ExitCode == 0 || isRequired, "npm could not install the clients; is a registry in reach?\n" + npm.Output);
        npm.ShouldSucceed();
    }
}
