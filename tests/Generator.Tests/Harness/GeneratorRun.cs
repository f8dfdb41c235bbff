using System.Collections.Immutable;
using Declarative.Generator.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Declarative.Generator.Tests.Harness;

/// <summary>What the generator made of a project; edits give the next run, by the same driver, as in an editor.</summary>
internal sealed class GeneratorRun
{
    private readonly GeneratorDriver _driver;
    private readonly CSharpCompilation _input;
    private readonly ImmutableArray<AdditionalText> _texts;
    private readonly AnalyzerConfigOptionsProvider _options;

    private GeneratorRun(GeneratorDriver driver, CSharpCompilation input, ImmutableArray<AdditionalText> texts, AnalyzerConfigOptionsProvider options)
    {
        _texts = texts;
        _options = options;
        _input = input;
        _driver = driver.RunGeneratorsAndUpdateCompilation(input, out var output, out _);
        Compilation = output;
        Result = _driver.GetRunResult().Results.Single();
        if (Result.Exception is not null)
            throw new InvalidOperationException("The generator threw.", Result.Exception);
    }

    /// <summary>The user's code with what was generated.</summary>
    public Compilation Compilation { get; }

    public GeneratorRunResult Result { get; }

    public ImmutableArray<Diagnostic> Diagnostics => Result.Diagnostics;

    /// <summary>What the analyzers beside the generator find in the user's code.</summary>
    public async Task<ImmutableArray<Diagnostic>> AnalyzeAsync()
    {
        ImmutableArray<DiagnosticAnalyzer> analyzers = [new HandlerAnalyzer(), new MethodAnalyzer(), new PublisherAnalyzer()];
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions(_texts, _options), (exception, _, _) => throw new InvalidOperationException("An analyzer threw.", exception), concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        return await Compilation.WithAnalyzers(analyzers, options).GetAnalyzerDiagnosticsAsync(CancellationToken.None);
    }

    public IReadOnlyDictionary<string, string> Sources => Result.GeneratedSources.ToDictionary(source => source.HintName, source => source.SourceText.ToString(), StringComparer.Ordinal);

    public string AllSource => string.Join('\n', Sources.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"//HintName: {pair.Key}\n{pair.Value}"));

    public static GeneratorRun Start(CSharpCompilation input, ImmutableArray<AdditionalText> texts, AnalyzerConfigOptionsProvider options, bool tracksSteps = true)
    {
        var driver = CSharpGeneratorDriver.Create(
            [new DeclarativeGenerator().AsSourceGenerator()],
            texts,
            (CSharpParseOptions)input.SyntaxTrees.First().Options,
            options,
            new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: tracksSteps));
        return new GeneratorRun(driver, input, texts, options);
    }

    /// <summary>Replaces text in a C# file.</summary>
    public GeneratorRun EditSource(string path, string old, string @new)
    {
        var tree = _input.SyntaxTrees.Single(tree => tree.FilePath.EndsWith(path, StringComparison.Ordinal));
        var text = tree.GetText().ToString();
        text.ShouldContain(old);
        var edited = tree.WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From(text.Replace(old, @new, StringComparison.Ordinal), System.Text.Encoding.UTF8));
        return new GeneratorRun(_driver, _input.ReplaceSyntaxTree(tree, edited), _texts, _options);
    }

    /// <summary>Replaces text in an XML file.</summary>
    public GeneratorRun EditXml(string path, string old, string @new)
    {
        var text = _texts.Single(text => text.Path.EndsWith(path, StringComparison.Ordinal));
        var content = text.GetText()!.ToString();
        content.ShouldContain(old);
        var edited = new TestText(text.Path, content.Replace(old, @new, StringComparison.Ordinal));
        return new GeneratorRun(_driver.ReplaceAdditionalText(text, edited), _input, _texts.Replace(text, edited), _options);
    }

    /// <summary>Why the stage gave what it gave, one entry per value.</summary>
    public IReadOnlyList<IncrementalStepRunReason> Reasons(string step) =>
        Result.TrackedSteps.TryGetValue(step, out var runs) ? [.. runs.SelectMany(run => run.Outputs).Select(output => output.Reason)] : [];

    /// <summary>How many outputs were written anew.</summary>
    public int ChangedOutputs => Result.TrackedOutputSteps.Values.SelectMany(runs => runs).SelectMany(run => run.Outputs)
        .Count(output => output.Reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified or IncrementalStepRunReason.Removed);

    /// <summary>How many generated files are not the very same as in the other run, or only in one of them.</summary>
    public int OutputsOtherThan(GeneratorRun other)
    {
        var known = other.Result.GeneratedSources.ToDictionary(source => source.HintName, source => source.SourceText, StringComparer.Ordinal);
        var same = Result.GeneratedSources.Count(source => known.TryGetValue(source.HintName, out var text) && ReferenceEquals(text, source.SourceText));
        return Math.Max(Result.GeneratedSources.Length, known.Count) - same;
    }

    /// <summary>Asserts that the user's project builds: no diagnostic of ours, no warning, no error.</summary>
    public GeneratorRun ShouldBuild()
    {
        Diagnostics.ShouldBeEmpty();
        Compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).ShouldBeEmpty();
        return this;
    }

    /// <summary>The C# errors that remain beside our own diagnostics.</summary>
    public IEnumerable<Diagnostic> CompileErrors => Compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
}
