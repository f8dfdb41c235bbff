using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Declarative.Cli;

/// <summary>What commands print: tables and lines for people, the same as JSON for scripts.</summary>
internal static class Answer
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Option<bool> Json { get; } = new("--json") { Description = "Prints JSON for scripts instead of a table.", Recursive = true };

    public static Task WriteJsonAsync(TextWriter output, JsonNode? value) => output.WriteLineAsync(value?.ToJsonString(Indented) ?? "null");

    /// <summary>Prints rows under a head, each column as wide as its widest cell. Cells keep to one line, whatever somebody put into a name.</summary>
    public static async Task WriteTableAsync(TextWriter output, IReadOnlyList<string> head, IReadOnlyList<IReadOnlyList<string?>> rows, string none)
    {
        if (rows.Count == 0)
        {
            await output.WriteLineAsync(none).ConfigureAwait(false);
            return;
        }

        var lines = new[] { head }.Concat(rows.Select(static row => row.Select(Cell).ToList())).ToList();
        var widths = head.Select((_, i) => lines.Max(line => line[i].Length)).ToList();
        foreach (var line in lines)
            await output.WriteLineAsync(string.Join("  ", line.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd()).ConfigureAwait(false);
    }

    /// <summary>A time as tables show it: in UTC, to the second.</summary>
    public static string? Time(JsonNode? time) =>
        time is null ? null : ((DateTimeOffset)time).ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A text for a terminal: control characters could move its cursor, or colour what follows.</summary>
    public static string Cell(string? text) => string.IsNullOrEmpty(text) ? "-" : string.Concat(text.Select(static one => char.IsControl(one) ? ' ' : one));
}
