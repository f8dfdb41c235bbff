using System.Collections.Immutable;
using Declarative.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Benchmarks.Generator;

/// <summary>
/// Holds a project open as an editor does: each edit is a text change, a tree of its own and a new compilation; the driver
/// of the run before does the next.
/// </summary>
internal sealed class Editor
{
    private GeneratorDriver _driver;
    private CSharpCompilation _compilation;
    private ImmutableArray<AdditionalText> _texts;

    public Editor(EventProject project, IIncrementalGenerator generator, bool countsOutputs = false)
    {
        _texts = project.Texts;
        _compilation = project.Compile();
        _driver = Driver(_texts, generator, countsOutputs);
        Run();
    }

    public static GeneratorDriver Driver(ImmutableArray<AdditionalText> texts, IIncrementalGenerator generator, bool countsOutputs = false) =>
        CSharpGeneratorDriver.Create([generator.AsSourceGenerator()], texts, EventProject.ParseOptions, new EventProjectOptions(),
            new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: countsOutputs));

    public CSharpCompilation Compilation => _compilation;

    /// <summary>Outputs that the last run wrote anew; only if they are counted.</summary>
    public int ChangedOutputs => _driver.GetRunResult().Results.Single().TrackedOutputSteps.Values.SelectMany(steps => steps).SelectMany(step => step.Outputs)
        .Count(output => output.Reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified or IncrementalStepRunReason.Removed);

    public GeneratorDriverRunResult Result => _driver.GetRunResult();

    public void Run() => _driver = _driver.RunGenerators(_compilation);

    /// <summary>Replaces the first place of a text in a C# file; the run comes after.</summary>
    public void EditSource(string path, string old, string @new)
    {
        var tree = _compilation.SyntaxTrees.Single(tree => tree.FilePath == path);
        _compilation = _compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(Change(tree.GetText(), old, @new)));
    }

    /// <summary>Replaces the first place of a text in an XML file; the run comes after.</summary>
    public void EditXml(int file, string old, string @new)
    {
        var text = _texts[file];
        var edited = new MemoryText(text.Path, Change(text.GetText()!, old, @new));
        _texts = _texts.SetItem(file, edited);
        _driver = _driver.ReplaceAdditionalText(text, edited);
    }

    private static SourceText Change(SourceText text, string old, string @new)
    {
        var start = text.ToString().IndexOf(old, StringComparison.Ordinal);
        return start >= 0 ? text.WithChanges(new TextChange(new TextSpan(start, old.Length), @new)) : throw new InvalidOperationException($"'{old}' is not in the text.");
    }
}
