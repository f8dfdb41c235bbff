using System.Collections.Generic;
using System.Linq;

namespace Declarative.Generator.Emitting;

/// <summary>
/// Writes the table of one source, a file or all attributes, as a method of the manifest's class:
/// <code>
/// partial class Shop_Sales
/// {
///     private static void Add_1a2b3c4d(ModuleManifest module)
///     {
///         const string File = "etc/acl.xml";
///         module.AddResource("Shop_Sales::orders", File, title: "Orders");
///     }
/// }
/// </code>
/// </summary>
internal static class TableEmitter
{
    /// <summary>The source in a row, where it is the file itself.</summary>
    public const string File = "File";

    /// <summary>The name of the source's output among the generated files.</summary>
    public static string HintName(string source) => HintNameOf(source, "");

    /// <summary>The name of another output of the same file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="part">What tells it from the first.</param>
    public static string HintNameOf(string source, string part)
    {
        var readable = new string(source.Select(character => char.IsLetterOrDigit(character) && character < 128 || character is '.' or '-' or '_' ? character : '_').ToArray());
        if (readable.Length > 80)
            readable = readable.Substring(readable.Length - 80);
        return $"{readable.TrimStart('.')}.{Fnv.ShortHash(source)}.{part}g.cs";
    }

    /// <summary>The method's name.</summary>
    public static string MethodName(string source) => $"Add_{Fnv.ShortHash(source)}";

    /// <param name="code">Where to write.</param>
    /// <param name="source">The file, or what stands for the attributes.</param>
    /// <param name="project">The project.</param>
    /// <param name="rows">The statements.</param>
    /// <param name="hasFile">Whether a row mentions <see cref="File"/>.</param>
    /// <param name="imported">A namespace that the rows need besides.</param>
    public static void Emit(CodeWriter code, string source, ProjectModel project, IEnumerable<string> rows, bool hasFile = true, string? imported = null)
    {
        code.Open($"namespace {ManifestEmitter.Namespace}");
        if (imported is not null)
        {
            code.Line($"using global::{imported};");
            code.Line();
        }

        code.Open($"partial class {project.ManifestClass}");
        code.Open($"private static void {MethodName(source)}(global::Declarative.Modules.ModuleManifest module)");
        if (hasFile)
            code.Line($"const string {File} = {CodeWriter.Literal(source)};");
        foreach (var row in rows)
            code.Line(row);
        code.Close().Close().Close();
    }
}
