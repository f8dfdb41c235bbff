using System.Text.Json;
using Declarative.Cli;

namespace Declarative.Tests.Cli;

/// <summary><c>declarative events … --app</c>, with nothing running.</summary>
public sealed class EventCommandsTests : IDisposable
{
    private static readonly string _app = Path.Combine(AppContext.BaseDirectory, "Declarative.Stock.Module.dll");

    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    private Task<int> RunAsync(params string[] arguments) => Commands.RunAsync(arguments, _output, _error);

    [Fact]
    public async Task Events_are_listed_with_what_makes_their_payloads()
    {
        (await RunAsync("events", "list", "--app", _app)).ShouldBe(0, _error.ToString());

        var lines = _output.ToString().Split(Environment.NewLine);
        lines[0].ShouldStartWith("EVENT");
        lines.ShouldContain(static line => line.StartsWith("stock.counted ", StringComparison.Ordinal) && line.Contains("its publisher", StringComparison.Ordinal));
        lines.ShouldContain(static line => line.StartsWith("plugin.stock.module.stock.save ", StringComparison.Ordinal) && line.Contains("Stock.Module.IStock.SaveAsync", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_shows_its_payload_as_JSON_names_it()
    {
        (await RunAsync("events", "info", "observer.Stock.Counted", "--app", _app)).ShouldBe(0, _error.ToString());

        _output.ToString().ShouldEndWith(string.Join(Environment.NewLine, "  item_id   integer", "  quantity  number", ""));
    }

    [Fact]
    public async Task Scripts_get_the_same_as_JSON()
    {
        (await RunAsync("events", "info", "stock.counted", "--app", _app, "--json")).ShouldBe(0, _error.ToString());

        using var answer = JsonDocument.Parse(_output.ToString());
        answer.RootElement.GetProperty("payload").GetProperty("fields")[0].GetProperty("type").GetString().ShouldBe("integer");
    }

    [Theory]
    [InlineData("stock.counte", "Did you mean 'stock.counted'?")]
    [InlineData("nothing.like.it", "No module declares the event 'nothing.like.it'")]
    public async Task An_unknown_event_is_refused_with_what_was_meant(string name, string message)
    {
        (await RunAsync("events", "info", name, "--app", _app)).ShouldBe(1);
        _error.ToString().ShouldContain(message);
    }

    [Theory]
    [InlineData("Shouldly.dll", 1, "declares nothing")]
    [InlineData("nothing.dll", 2, "There is no")]
    [InlineData("Declarative.Runtime.Tests.deps.json", 1, "can't be read")]
    public async Task What_is_no_application_of_ours_is_refused(string file, int code, string message)
    {
        var folder = Directory.CreateTempSubdirectory("declarative-");
        var copy = Path.Combine(folder.FullName, file);
        if (File.Exists(Path.Combine(AppContext.BaseDirectory, file)))
            File.Copy(Path.Combine(AppContext.BaseDirectory, file), copy);

        (await RunAsync("events", "list", "--app", copy)).ShouldBe(code);
        _error.ToString().ShouldContain(message);
        folder.Delete(recursive: true);
    }
}
