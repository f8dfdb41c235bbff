using System.Runtime.CompilerServices;

namespace Declarative.Generator.Tests.Harness;

/// <summary>
/// Compares text with the accepted file in <c>Snapshots</c> beside the test, in the file convention of Verify (<c>*.verified.cs</c>; a
/// mismatch writes <c>*.received.cs</c> and fails). Accept by <c>UPDATE_SNAPSHOTS=1</c>, never under <c>CI=true</c>.
/// </summary>
internal static class Snapshot
{
    public static string Folder([CallerFilePath] string test = "") => Path.Combine(Path.GetDirectoryName(test)!, "Snapshots");

    public static void ShouldMatchSnapshot(this string text, string name, string extension = "cs", [CallerFilePath] string test = "")
    {
        text = text.ReplaceLineEndings("\n").Replace("\"0.1.0\"", "\"VERSION\"", StringComparison.Ordinal);
        var verified = Path.Combine(Folder(test), $"{name}.verified.{extension}");
        var received = Path.Combine(Folder(test), $"{name}.received.{extension}");
        if (File.Exists(verified) && File.ReadAllText(verified).ReplaceLineEndings("\n") == text)
        {
            File.Delete(received);
            return;
        }

        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1" && Environment.GetEnvironmentVariable("CI") != "true")
        {
            File.WriteAllText(verified, text);
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        var expected = File.Exists(verified) ? File.ReadAllText(verified).ReplaceLineEndings("\n").Split('\n') : [];
        var actual = text.Split('\n');
        var differences = Enumerable.Range(0, Math.Max(expected.Length, actual.Length))
            .Where(line => expected.ElementAtOrDefault(line) != actual.ElementAtOrDefault(line))
            .Take(40)
            .Select(line => $"{line + 1}: - {expected.ElementAtOrDefault(line)}\n{line + 1}: + {actual.ElementAtOrDefault(line)}");
        Assert.Fail($"{name} differs from its snapshot; accept with UPDATE_SNAPSHOTS=1 if that is right.\n{string.Join('\n', differences)}");
    }
}
