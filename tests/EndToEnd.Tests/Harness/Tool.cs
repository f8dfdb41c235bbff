namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>A program of others that a test drives us with, where it is there.</summary>
internal static class Tool
{
    /// <summary>Skips the test, saying why, where the program is not installed.</summary>
    public static void Require(string program) =>
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))),
            $"{program} is not installed; with it this test drives the routes by a client that isn't ours.");
}
