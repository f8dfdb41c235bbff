using System.Runtime.CompilerServices;

namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
#if DEBUG
    public const string Configuration = "Debug";
#else
    public const string Configuration = "Release";
#endif

    public static string Root { get; } = Find();

    public static string Fixture(string name) => Path.Combine(Root, "tests", "EndToEnd.Tests", "Fixtures", name);

    /// <summary>A program of this repository as it was just built.</summary>
    public static string Program(string project, string assembly) =>
        Path.Combine(Root, project, "bin", Configuration, "net10.0", assembly + ".dll");

    private static string Find([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
