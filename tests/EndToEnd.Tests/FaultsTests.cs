using Declarative.EndToEnd.Tests.Harness;

namespace Declarative.EndToEnd.Tests;

/// <summary>
/// The short form of every fault case (docs/reliability.md), and that a case finds out the defect it is for. What it printed is in the test's output.
/// </summary>
public sealed class FaultsTests
{
    private static readonly string Faults = Repository.Program("tests/Faults", "Declarative.Faults");

    [Theory]
    [InlineData("F1")]
    [InlineData("F2")]
    [InlineData("F3")]
    [InlineData("F8")]
    [InlineData("F9")]
    [InlineData("F10")]
    [InlineData("F12")]
    [InlineData("F20")]
    [InlineData("F25")]
    [InlineData("F26")]
    [InlineData("F27")]
    [InlineData("F35")]
    [InlineData("F36")]
    [InlineData("F40")]
    public async Task What_must_hold_holds(string id)
    {
        using var scratch = new Scratch();
        var run = await Run.ToEndAsync(scratch.Path, "dotnet", [Faults, "run", id]);
        TestContext.Current.TestOutputHelper?.WriteLine(run.Output);
        run.ShouldSucceed();
        run.Output.ShouldContain($"{id} on ");
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

    [Fact]
    public async Task A_build_that_acknowledges_before_the_commit_is_found_out()
    {
        using var scratch = new Scratch();
        var run = await Run.ToEndAsync(scratch.Path, "dotnet", [Faults, "run", "F1", "--sabotage", "acknowledge"]);
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain("acknowledged events were lost");
    }
}
