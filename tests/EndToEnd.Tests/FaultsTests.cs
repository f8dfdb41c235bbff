using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>
/// The short form of every fault case (docs/reliability.md), and that a case finds out the defect it is for. What it printed is in the test's output.
/// </summary>
public sealed class FaultsTests
{
    /// <summary>A case waits for leases and servers, on both stores, beside everything else that runs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private static readonly string Faults = Repository.Program("tests/Faults", "Declarative.Faults");

    [Theory]
    [InlineData("F1")]
    [InlineData("F2")]
    [InlineData("F3")]
    [InlineData("F4")]
    [InlineData("F5")]
    [InlineData("F6")]
    [InlineData("F7")]
    [InlineData("F8")]
    [InlineData("F9")]
    [InlineData("F10")]
    [InlineData("F11")]
    [InlineData("F12")]
    [InlineData("F13")]
    [InlineData("F14")]
    [InlineData("F15")]
    [InlineData("F15h")]
    [InlineData("F16")]
    [InlineData("F17")]
    [InlineData("F18")]
    [InlineData("F19")]
    [InlineData("F20")]
    [InlineData("F21")]
    [InlineData("F22")]
    [InlineData("F23")]
    [InlineData("F24")]
    [InlineData("F25")]
    [InlineData("F26")]
    [InlineData("F27")]
    [InlineData("F28")]
    [InlineData("F29")]
    [InlineData("F30")]
    [InlineData("F31")]
    [InlineData("F32")]
    [InlineData("F33")]
    [InlineData("F34")]
    [InlineData("F35")]
    [InlineData("F36")]
    [InlineData("F37")]
    [InlineData("F38")]
    [InlineData("F39")]
    [InlineData("F40")]
    [InlineData("F41")]
    [InlineData("F42")]
    [InlineData("F43")]
    [InlineData("F44")]
    [InlineData("F45")]
    [InlineData("N1")]
    [InlineData("N2")]
    public async Task What_must_hold_holds(string id)
    {
        using var scratch = new Scratch();
        var run = await Run.ToEndAsync(scratch.Path, "dotnet", [Faults, "run", id], patience: Patience);
        TestContext.Current.TestOutputHelper?.WriteLine(run.Output);
        run.ShouldSucceed();
        var stores = run.Output.Split('\n').Where(line => line.StartsWith($"{id} on ", StringComparison.Ordinal)).ToList();
        stores.ShouldNotBeEmpty();
        Assert.SkipWhen(stores.TrueForAll(static line => line.Contains("left out", StringComparison.Ordinal)), string.Join(' ', stores));
    }

    [Fact]
    public async Task Every_case_is_tested()
    {
        using var scratch = new Scratch();
        var run = (await Run.ToEndAsync(scratch.Path, "dotnet", [Faults, "list"])).ShouldSucceed();
        var listed = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')[0]);
        var tested = typeof(FaultsTests).GetMethod(nameof(What_must_hold_holds))!.GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Select(static data => (string)((InlineDataAttribute)data).Data[0]!);
        tested.ShouldBe(listed);
    }

    [Theory]
    [InlineData("F1", "acknowledge", "acknowledged events were lost")]
    [InlineData("N2", "lease", "outcomes were taken from a node whose lease had ended")]
    public async Task A_build_with_a_defect_is_found_out(string id, string defect, string otherwise)
    {
        using var scratch = new Scratch();
        var run = await Run.ToEndAsync(scratch.Path, "dotnet", [Faults, "run", id, "--sabotage", defect], patience: Patience);
        Assert.SkipWhen(run.Output.Contains("left out", StringComparison.Ordinal) && run.ExitCode == 0, run.Output);
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain(otherwise);
    }
}
