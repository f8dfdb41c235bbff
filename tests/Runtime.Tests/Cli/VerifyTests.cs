using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Xml.Linq;
using Declarative.Cli;
using Declarative.Cli.Verifying;

namespace Declarative.Tests.Cli;

/// <summary><c>declarative verify</c>: a folder of XML, and no build.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("declarative-");
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private Task<int> VerifyAsync(params string[] more) => Commands.RunAsync(["verify", _folder.FullName, .. more], _output, _error);

    [Fact]
    public async Task Classes_are_left_to_the_build()
    {
        Write("Sales/etc/async_events.xml", """<config><async_event name="order.made"><service class="IOrders" method="Get"/></async_event></config>""");
        Write("Stock/etc/integration/config.xml", """<integrations><integration name="Ledger"><email>a@example.com</email></integration></integrations>""");
        Write("Stock/etc/integration/api.xml", """<integrations><integration name="Ledger"><resources><resource name="Magento_Backend::admin"/></resources></integration></integrations>""");
        Write("Sales/bin/etc/acl.xml", "<nonsense");
        Write("Sales/notes.xml", "<nonsense");

        (await VerifyAsync()).ShouldBe(0, _error.ToString());
        _output.ToString().ShouldContain("3 files of 2 modules: 0 errors, ");
    }

    [Fact]
    public async Task Where_the_folder_lies_says_nothing()
    {
        Write("bin/etc/work/Sales/etc/acl.xml", "<config><acl><resources/></acl></config>");

        (await Commands.RunAsync(["verify", Path.Combine(_folder.FullName, "bin/etc/work")], _output, _error)).ShouldBe(0, _error.ToString());
        _output.ToString().ShouldContain("1 file of 1 module: 0 errors, 0 warnings.");
        (await Commands.RunAsync(["verify", Path.Combine(_folder.FullName, "bin/etc/work/Sales/etc")], _output, _error)).ShouldBe(0, _error.ToString());
    }

    [Fact]
    public void Files_are_told_as_the_build_tells_them()
    {
        var targets = XDocument.Load(Path.Combine(Root(), "src/Runtime/build/Declarative.targets"));
        var rows = targets.Descendants().Where(static one => one.Name.LocalName == "_DeclarativeFile" && one.Attribute("Include") is not null).ToList();

        rows.Count.ShouldBe(9);
        foreach (var row in rows)
        {
            var path = row.Attribute("Include")!.Value.Replace("$(MSBuildProjectDirectory)", _folder.FullName, StringComparison.Ordinal).Replace("**", "area", StringComparison.Ordinal).TrimEnd('*');
            XmlModule.DeclarationText.Of(path, _folder)!.Kind.ShouldBe(row.Attribute("DeclarativeKind")!.Value);
            var name = Path.GetFileName(path);
            XmlModule.DeclarationText.Of(Path.Combine(Path.GetDirectoryName(path)!, name.ToUpperInvariant()), _folder)!.Kind.ShouldBe(row.Attribute("DeclarativeKind")!.Value);
            XmlModule.DeclarationText.Of(path + ".bak", _folder).ShouldBeNull();

            // Only of patterns MSBuild takes names in any case.
            row.Attribute("Include")!.Value.ShouldContain("*");
        }
    }

    [Fact]
    public async Task A_name_in_another_case_is_the_same_file()
    {
        Write("Sales/etc/Acl.XML", """<config><acl><resources><resource id="Shop_Sales::orders" title="Orders" colour="blue"/></resources></acl></config>""");

        (await VerifyAsync()).ShouldBe(0);
        _output.ToString().ShouldContain("1 file of 1 module: 0 errors, 1 warning.");
    }

    [Theory]
    [InlineData("Shop_Sales::orders", null, 0)]
    [InlineData("Shop_Sales::ordrs", "Shop_Sales::orders", 1)]
    [InlineData("no id", null, 1)]
    public async Task Permissions_that_may_be_declared_elsewhere_are_left_to_the_build(string needed, string? declared, int warnings)
    {
        Write("etc/module.xml", """<config><module name="Shop_Sales"/></config>""");
        Write("etc/async_events.xml", $"""<config><async_event name="order.made"><payload class="Order"/><resources><resource>{needed}</resource></resources></async_event></config>""");
        if (declared is not null)
            Write("etc/acl.xml", $"""<config><acl><resources><resource id="{declared}" title="Orders"/></resources></acl></config>""");

        await VerifyAsync("--json");

        using var found = JsonDocument.Parse(_output.ToString());
        found.RootElement.EnumerateArray().Count(static one => one.GetProperty("id").GetString() == "DCL0026").ShouldBe(warnings, _output.ToString());
    }

    [Fact]
    public async Task A_file_is_no_folder()
    {
        Write("receiver.py", "");

        (await Commands.RunAsync(["verify", Path.Combine(_folder.FullName, "receiver.py")], _output, _error)).ShouldBe(2);
        _error.ToString().ShouldContain("receiver.py' is a file; name the folder of the module that it belongs to.");
    }

    [Fact]
    public async Task Each_diagnostic_is_explained_by_its_page()
    {
        var pages = Directory.GetFiles(Path.Combine(Root(), "docs/diagnostics"), "DCL*.md");
        foreach (var page in pages)
        {
            _output.GetStringBuilder().Clear();
            (await Commands.RunAsync(["explain", Path.GetFileNameWithoutExtension(page).ToLowerInvariant()], _output, _error)).ShouldBe(0, _error.ToString());
            _output.ToString().Trim().ShouldBe((await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken)).Trim());
        }

        (await Commands.RunAsync(["explain", "DCL9999"], _output, _error)).ShouldBe(1);
        _error.ToString().Trim().ShouldMatch("^There is no diagnostic 'DCL9999'; there are DCL0001 to DCL[0-9]{4}\\.$");
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));

    [Fact]
    public async Task Mistakes_are_said_as_the_build_says_them()
    {
        Write("Sales/etc/async_events.xml", """
            <config>
              <async_event nam="order.made"><payload class="Order"/></async_event>
            </config>
            """);

        (await VerifyAsync()).ShouldBe(1);
        _output.ToString().ShouldContain($"{Path.Combine("Sales", "etc", "async_events.xml")}(2,16): error DCL0006: <async_event> needs the attribute 'name'");
    }

    [Fact]
    public async Task Scripts_get_them_as_JSON()
    {
        Write("etc/acl.xml", "<config><acl><resources><resource id=\"Shop_Sales::orders\" title=\"Orders\" colour=\"blue\"/></resources></acl></config>");

        (await VerifyAsync("--json")).ShouldBe(0, "it is a warning");
        using var found = JsonDocument.Parse(_output.ToString());
        var one = found.RootElement[0];
        (one.GetProperty("id").GetString(), one.GetProperty("severity").GetString(), one.GetProperty("line").GetInt32()).ShouldBe(("DCL0004", "warning", 1));
    }

    [Fact]
    public async Task A_folder_without_declarations_is_refused()
    {
        (await VerifyAsync()).ShouldBe(1);
        _error.ToString().ShouldContain("There are no declarations in");
        (await Commands.RunAsync(["verify", Path.Combine(_folder.FullName, "none")], _output, _error)).ShouldBe(2);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _declarative declarative")]
    [InlineData("zsh", "compdef _declarative declarative")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName declarative")]
    public async Task Shells_are_told_how_to_complete(string shell, string line)
    {
        (await Commands.RunAsync(["completion", shell], _output, _error)).ShouldBe(0);
        _output.ToString().ShouldContain(line);
    }

    [Fact]
    public async Task What_can_follow_is_suggested()
    {
        (await Commands.RunAsync(["[suggest:26]", "declarative subscriptions "], _output, _error)).ShouldBe(0);
        _output.ToString().Split(Environment.NewLine).ShouldContain("unsubscribe", StringComparer.Ordinal);

        (await Commands.RunAsync(["[suggest:26]", "declarative explain DCL005"], _output, _error)).ShouldBe(0);
        _output.ToString().Split(Environment.NewLine).ShouldContain("DCL0052", StringComparer.Ordinal);
    }
}
