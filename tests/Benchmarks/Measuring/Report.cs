using System.Globalization;
using System.Text.Json;

namespace Declarative.Benchmarks.Measuring;

/// <summary>Shows a suite's figures to people and to machines.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private static readonly string[] Heads = ["figure", "value", "unit", "yardstick", "ratio", "target", ""];

    public static void Print(IReadOnlyList<Figure> figures)
    {
        string[][] rows = [Heads, .. figures.Select(Row)];
        var widths = Enumerable.Range(0, Heads.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) => column is 1 or 3 or 4 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            Console.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }

    public static void Save(string path, string suite, Machine machine, IReadOnlyList<Figure> figures)
    {
        var report = new
        {
            Suite = suite,
            Machine = machine,
            Figures = figures.Select(figure => new { figure.Name, figure.Value, figure.Unit, figure.Yardstick, figure.Ratio }),
        };
        File.WriteAllText(path, JsonSerializer.Serialize(report, Json) + "\n");
    }

    private static string[] Row(Figure figure) =>
    [
        figure.Name,
        Number(figure.Value),
        figure.Unit,
        figure.Yardstick is { } yardstick ? Number(yardstick) : "",
        figure.Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "",
        figure.Target,
        figure.IsMet switch { true => "met", false => "MISSED", null => "" },
    ];

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) >= 1_000 ? "#,0" : Math.Abs(value) >= 100 || value == Math.Floor(value) ? "0" : Math.Abs(value) >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
