using System.Text.Json;
using Microsoft.Playwright;

namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>axe-core, which looks at a page as people with other eyes and hands would.</summary>
internal static class Axe
{
    /// <summary>Its text, in the version of our lock file; skips the test where no registry is in reach, unless it is required.</summary>
    public static async Task<string> LoadAsync(bool isRequired)
    {
        using var folder = new Scratch();
        foreach (var file in (string[])["package.json", "package-lock.json"])
            File.Copy(Repository.Fixture(Path.Combine("axe", file)), folder[file]);
        var npm = await Run.ToEndAsync(folder.Path, "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        Assert.SkipUnless(npm.ExitCode == 0 || isRequired, "npm could not install axe-core; is a registry in reach?\n" + npm.Output);
        npm.ShouldSucceed();
        return await File.ReadAllTextAsync(folder[Path.Combine("node_modules", "axe-core", "axe.min.js")], TestContext.Current.CancellationToken);
    }

    /// <summary>What is wrong with the page, one line each.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page, string axe)
    {
        await page.EvaluateAsync(axe);
        var found = await page.EvaluateAsync<JsonElement>("async () => (await axe.run()).violations.map(one => `${one.impact} ${one.id}: ${one.nodes.map(node => node.html).join(' ')}`)");
        return [.. found.EnumerateArray().Select(static one => one.GetString()!)];
    }
}
