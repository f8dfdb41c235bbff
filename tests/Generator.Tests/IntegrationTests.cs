using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>What appears when integrations are declared.</summary>
public sealed class IntegrationTests
{
    internal const string Permissions = """
        <resource id="Magento_Backend::admin">
          <resource id="Shop_Sales::sales" title="Sales"><resource id="Shop_Sales::orders" title="Orders"><resource id="Shop_Sales::cancel" title="Cancel"/></resource></resource>
        </resource>
        """;

    internal const string Warehouse = """
        <integration name="Warehouse">
          <email>it@warehouse.example</email>
          <endpoint_url>https://warehouse.example/callback?shop=1&amp;v=2</endpoint_url>
          <identity_link_url>https://warehouse.example/login</identity_link_url>
        </integration>
        """;

    internal const string WarehouseApi = """<integration name="Warehouse"><resources><resource name="Shop_Sales::sales"/><resource name="Shop_Sales::orders">Orders</resource></resources></integration>""";

    /// <summary>A module that comes after Magento_Integration, as one with integrations should.</summary>
    internal static TestProject Module(string name = "Shop.Sales", OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        var project = new TestProject { AssemblyName = name, OutputKind = kind }
            .Xml("etc/module.xml", $"""<config><module name="{name.Replace('.', '_')}"><sequence><module name="Magento_Integration"/></sequence></module></config>""");
        return kind == OutputKind.ConsoleApplication ? project.Source("return;") : project;
    }

    internal static TestProject Host() => Module("Shop.Host", OutputKind.ConsoleApplication);

    [Fact]
    public void A_library_gets_classes_rows_and_attributes() =>
        Module().Acl(Permissions).Integrations(Warehouse + """<integration name="my printer"><email>print@shop.example</email></integration>""").IntegrationApi(WarehouseApi)
            .Consolidated("""<integration name="Accounting"><resources><resource name="Shop_Sales::cancel"/></resources><email>a@accounting.example</email></integration>""")
            .Run().ShouldBuild().AllSource.ShouldMatchSnapshot("Integrations");

    [Fact]
    public void A_host_carries_no_attributes()
    {
        var text = Host().Integrations(Warehouse).IntegrationApi("""<integration name="Warehouse"><resources><resource name="Magento_Backend::admin"/></resources></integration>""").Run().ShouldBuild().AllSource;

        text.ShouldNotContain("assembly: DeclaredIntegration");
        text.ShouldContain("module.AddIntegration(new(\"Warehouse\", File) { Resources = [\"Magento_Backend::admin\"] });");
    }

    [Fact]
    public void What_all_files_of_a_project_say_of_an_integration_is_one_class()
    {
        var run = Module().Acl(Permissions)
            .Integrations("""<integration name="warehouse"><email>first@warehouse.example</email></integration>""")
            .IntegrationApi(WarehouseApi)
            .Consolidated("""<integration name="Warehouse"><email>last@warehouse.example</email><endpoint_url/></integration>""" + "<!-- nothing replaced by nothing -->")
            .Run();

        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0046");
        run.AllSource.Split("public static class ").Length.ShouldBe(2);
        var text = run.Sources.Single(source => source.Value.Contains("public static class Warehouse", StringComparison.Ordinal));
        text.Key.ShouldStartWith("etc_integration.xml", Case.Sensitive, "the first file by name");
        text.Value.ShouldContain("etc/integration.xml, etc/integration/api.xml, etc/integration/config.xml");
        text.Value.ShouldContain("Resources => [\"Shop_Sales::sales\", \"Shop_Sales::orders\"];");
        text.Value.ShouldContain("Email => \"first@warehouse.example\";", Case.Sensitive, "the later file wins");
    }

    [Theory]
    [InlineData("Test Integration1", "TestIntegration1")]
    [InlineData("outer/edge", "OuterEdge")]
    [InlineData("3d printer", "_3dPrinter")]
    [InlineData("class", "Class")]
    [InlineData("Лавка", "Лавка")]
    [InlineData("Name", "Name_[0-9a-f]{8}")]
    [InlineData("integrations", "integrations")]
    [InlineData("Integrations", "Integrations_[0-9a-f]{8}")]
    [InlineData("endpoint url", "EndpointUrl|endpoint_url")]
    [InlineData("configure", "configure")]
    [InlineData("!!", "_[0-9a-f]{8}|__?_[0-9a-f]{8}|__?")]
    public void A_class_has_a_C_sharp_name(string name, string expected)
    {
        var run = Module().Integrations($"""<integration name="{name}"><email>a@b.cd</email></integration>""").Run().ShouldBuild();
        run.AllSource.ShouldMatch($"public static class @?(?:{expected})\n");
        run.AllSource.ShouldContain($"public const string Name = \"{name}\";");
    }

    [Fact]
    public void Two_names_that_look_alike_keep_what_tells_them_apart()
    {
        var text = Module().Integrations("""<integration name="my shop"><email>a@b.cd</email></integration><integration name="my-shop"><email>a@b.cd</email></integration><integration name="my.Shop"><email>a@b.cd</email></integration>""")
            .Run().ShouldBuild().AllSource;
        text.ShouldMatch("class my_shop_[0-9a-f]{8}\n");
        text.ShouldContain("class my_Shop\n");
    }

    [Theory]
    [InlineData("namespace Shop.Sales.Integrations { public class Client; }", "DeclaredIntegrations")]
    [InlineData("namespace Shop.Sales { public class Integrations; }", "DeclaredIntegrations")]
    [InlineData("namespace Shop.Sales { public static partial class Integrations { public const int Mine = 1; } }", "Integrations")]
    [InlineData("namespace Shop.Integrations { public class Client; }", "Integrations")]
    public void The_class_around_them_gives_way_to_what_has_its_name(string source, string container) =>
        Module().Integrations(Warehouse).Source(source).Run().ShouldBuild().AllSource.ShouldContain($"public static partial class {container}\n");

    [Fact]
    public void The_class_around_them_gives_way_to_a_referenced_namespace_too()
    {
        var other = new TestProject { AssemblyName = "Other" }.Source("namespace Shop.Sales.Integrations { public class Client; }").Run();
        Module().References(other).Integrations(Warehouse).Run().ShouldBuild().AllSource.ShouldContain("public static partial class DeclaredIntegrations\n");
    }

    [Fact]
    public void An_environment_says_otherwise_in_code() =>
        Module().Integrations(Warehouse).Source("""
            using Microsoft.Extensions.DependencyInjection;
            namespace Shop.Sales;
            public static class Use
            {
                public static IServiceCollection Staging(IServiceCollection services) =>
                    Integrations.Warehouse.Configure(services, integration => integration.EndpointUrl = "https://staging.warehouse.example" + Integrations.Warehouse.Section + Integrations.Warehouse.Name + Integrations.Warehouse.Resources.Count + Integrations.Warehouse.IdentityLinkUrl);
            }
            """).Run().ShouldBuild();

    [Fact]
    public void Ancestors_are_taken_from_references_and_given_in_an_integration_xml_only()
    {
        var sales = new TestProject().Acl(Permissions).Run().ShouldBuild();
        var text = Module("Shop.Erp").References(sales)
            .Consolidated("""<integration name="Erp"><email>a@b.cd</email><resources><resource name="Shop_Sales::cancel"/><resource name="Other_Module::unknown"/></resources></integration>""")
            .Run().ShouldBuild().AllSource;

        text.ShouldContain("Resources => [\"Magento_Backend::admin\", \"Shop_Sales::sales\", \"Shop_Sales::orders\", \"Shop_Sales::cancel\", \"Other_Module::unknown\"];");
        text.ShouldContain("module.AddIntegration(new(\"Erp\", File) { Email = \"a@b.cd\", Resources = [\"Shop_Sales::cancel\", \"Other_Module::unknown\"], IsConsolidated = true });", Case.Sensitive, "the host's tree decides when it starts");
    }

    [Fact]
    public void Without_the_runtime_nothing_is_emitted() =>
        new TestProject { HasRuntime = false }.Integrations(Warehouse).IntegrationApi(WarehouseApi).Run().Sources.ShouldBeEmpty();
}
