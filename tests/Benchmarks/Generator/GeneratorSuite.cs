using Declarative.Benchmarks.Measuring;
using Declarative.Generator;
using Declarative.Generator.Binding;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Benchmarks.Generator;

/// <summary>The generator's time for each kind of edit and from scratch, on 1,000 events in 100 files.</summary>
internal static class GeneratorSuite
{
    private const int Events = 1_000;

    /// <summary>What an XmlReader took for 1,000 events in an undisturbed measurement, in milliseconds.</summary>
    private const double KnownParse = 4.4;

    public static IReadOnlyList<Figure> Run()
    {
        var project = new EventProject(Events);
        CheckThatItBuilds(project);
        return [.. Honesty(project), .. BodyEdit(project), .. XmlEdit(project), .. WhiteSpace(project), .. SignatureEdit(project), Cold(project), Size(project), Growth(project)];
    }

    private static IEnumerable<Figure> Honesty(EventProject project)
    {
        var parse = Rounds.Median([.. Enumerable.Range(0, 200).Select(_ => Rounds.Milliseconds(() => GeneratorYardstick.ParseXml(project.Texts))).Skip(150)]);
        yield return Figure.HonestTime("yardstick: bare parse of 1,000 events", parse, "ms", KnownParse);
    }

    private static IEnumerable<Figure> BodyEdit(EventProject project)
    {
        var toggle = new Toggle("var sum = start + 3;", "var sum = start - 3;");
        void Edit(Editor editor, int round) => editor.EditSource(EventProject.EditedSource, toggle.Old(round), toggle.New(round));
        var editor = new Editor(project, new DeclarativeGenerator());
        var bindings = DeclarationHash.Bindings;
        var comparison = CompareEdits(editor, new Editor(project, new ConstantGenerator()), Edit);
        bindings = DeclarationHash.Bindings - bindings;
        yield return Timed("edit in a method body", comparison, 2);
        yield return Figure.AtMost(0, "- files bound, all rounds", bindings, "");
        yield return Figure.AtMost(0, "- outputs changed", Changed(project, Edit), "");
    }

    private static IEnumerable<Figure> XmlEdit(EventProject project)
    {
        var toggle = new Toggle("name=\"sales.service125.changed500\"", "name=\"sales.service125.renamed500\"");
        void Edit(Editor editor, int round) => editor.EditXml(50, toggle.Old(round), toggle.New(round));
        var editor = new Editor(project, new DeclarativeGenerator());
        yield return Timed("edit of one XML file", CompareEdits(editor, new Editor(project, new ConstantGenerator()), Edit), 5);
        Edit(editor, EditWarmUp + CompareRounds);
        var bindings = DeclarationHash.Bindings;
        editor.Run();
        yield return Figure.AtMost(1, "- files bound", DeclarationHash.Bindings - bindings, "");
        yield return Figure.AtMost(3, "- outputs changed", Changed(project, Edit), "");
    }

    private static IEnumerable<Figure> WhiteSpace(EventProject project)
    {
        var toggle = new Toggle("<config>\n", "<config>\n\n\n");
        void Edit(Editor editor, int round) => editor.EditXml(50, toggle.Old(round), toggle.New(round));
        yield return Timed("white space in one XML file", CompareEdits(new Editor(project, new DeclarativeGenerator()), new Editor(project, new ConstantGenerator()), Edit), 5);
        yield return Figure.AtMost(0, "- outputs changed", Changed(project, Edit), "");
    }

    private static IEnumerable<Figure> SignatureEdit(EventProject project)
    {
        var toggle = new Toggle("Get0(int id)", "Get0(long id)");
        void Edit(Editor editor, int round) => editor.EditSource(EventProject.EditedService, toggle.Old(round), toggle.New(round));
        var ours = new Editor(project, new DeclarativeGenerator());
        var theirs = new Editor(project, new ConstantGenerator());
        int round = 0, yardstickRound = 0;
        var comparison = Rounds.Compare(
            () =>
            {
                Edit(ours, round++);
                return Rounds.Milliseconds(ours.Run);
            },
            () =>
            {
                Edit(theirs, yardstickRound++);
                return Rounds.Milliseconds(() => GeneratorYardstick.LookUp(theirs.Compilation, project.Events));
            },
            CompareRounds,
            WarmUp);
        yield return Figure.RatioAtMost(2, "edit of a service's signature (yardstick: bare look-up)", "ms", comparison);
        yield return Figure.AtMost(3, "- outputs changed", Changed(project, Edit), "");
    }

    private static Figure Cold(EventProject project)
    {
        var comparison = Rounds.Compare(
            () => ColdRun(project),
            () =>
            {
                var compilation = project.Compile();
                return Rounds.CollectedMilliseconds(() =>
                {
                    GeneratorYardstick.ParseXml(project.Texts);
                    GeneratorYardstick.LookUp(compilation, project.Events);
                });
            },
            CompareRounds,
            WarmUp);
        return Figure.RatioAtMost(1.5, "from scratch (yardstick: bare parse + bare look-up)", "ms", comparison);
    }

    private static Figure Size(EventProject project)
    {
        var sources = new Editor(project, new DeclarativeGenerator()).Result.GeneratedTrees;
        return Figure.AtMost(1.5, "generated for each event", sources.Where(IsOfEvents).Sum(tree => (double)tree.GetText().Length) / Events / 1024, "KB");
    }

    private static Figure Growth(EventProject project)
    {
        var tenfold = new EventProject(Events * 10);
        return Figure.RatioAtMost(11, "from scratch with 10,000 events (yardstick: 1,000)", "ms", Rounds.Compare(() => ColdRun(tenfold), () => ColdRun(project), 9));
    }

    private const int CompareRounds = 31;

    /// <summary>Edits are short: it takes hundreds until the compiler's code runs as it does in a session of some minutes.</summary>
    private const int EditWarmUp = 300;

    private const int WarmUp = 20;

    private static double ColdRun(EventProject project)
    {
        var compilation = project.Compile();
        var driver = Editor.Driver(project.Texts, new DeclarativeGenerator());
        return Rounds.CollectedMilliseconds(() => driver = driver.RunGenerators(compilation));
    }

    private static Comparison CompareEdits(Editor ours, Editor driverAlone, Action<Editor, int> edit)
    {
        int round = 0, yardstickRound = 0;
        return Rounds.Compare(() => Edited(ours, round++), () => Edited(driverAlone, yardstickRound++), CompareRounds, EditWarmUp);

        double Edited(Editor editor, int number)
        {
            edit(editor, number);
            return Rounds.Milliseconds(editor.Run);
        }
    }

    private static Figure Timed(string name, Comparison comparison, double limit) =>
        new($"{name} (yardstick: the driver alone)", comparison.Subject, "ms", comparison.Yardstick, comparison.Ratio, $"≤ {limit:0} ms", comparison.Subject <= limit);

    private static int Changed(EventProject project, Action<Editor, int> edit)
    {
        var editor = new Editor(project, new DeclarativeGenerator(), countsOutputs: true);
        edit(editor, 0);
        editor.Run();
        return editor.ChangedOutputs;
    }

    /// <summary>Not the permissions that the events name.</summary>
    private static bool IsOfEvents(SyntaxTree tree) => !tree.FilePath.Contains("acl.xml", StringComparison.Ordinal);

    /// <summary>A fast generator of wrong code would be worth nothing.</summary>
    private static void CheckThatItBuilds(EventProject project)
    {
        var compilation = project.Compile();
        Editor.Driver(project.Texts, new DeclarativeGenerator()).RunGeneratorsAndUpdateCompilation(compilation, out var output, out var diagnostics);
        var errors = diagnostics.Concat(output.GetDiagnostics()).Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).ToList();
        if (errors.Count > 0)
            throw new InvalidOperationException($"The measured project doesn't build: {errors.Count} messages, first {errors[0]}");
    }

    /// <summary>A text that is changed to and fro.</summary>
    private sealed record Toggle(string One, string Other)
    {
        public string Old(int round) => round % 2 == 0 ? One : Other;

        public string New(int round) => round % 2 == 0 ? Other : One;
    }
}
