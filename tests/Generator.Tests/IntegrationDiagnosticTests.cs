using Declarative.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>Every mistake in integrations, its message and its exact place.</summary>
public sealed class IntegrationDiagnosticTests
{
    private const string Mail = "<email>a@b.cd</email>";

    private static GeneratorRun Run(string path, string text) => IntegrationTests.Module().Acl(IntegrationTests.Permissions).Xml(path, text).Run();

    public static TheoryData<string, string, string> Configured => new()
    {
        // id, what stands in <integrations> of a config.xml with the place marked, a part of the message
        { "DCL0004", $"<integration name=\"Shop\" [|nmae|]=\"x\">{Mail}</integration>", "did you mean 'name'?" },
        { "DCL0006", $"<[|integration|]>{Mail}</integration>", "needs the attribute 'name'" },
        { "DCL0007", $"<integration name=\"[|S|]\">{Mail}</integration>", "'S' can't be an integration's name: write 2 to 255 characters" },
        { "DCL0007", $"<integration name=\"[|  S |]\">{Mail}</integration>", "2 to 255 characters" },
        { "DCL0007", $"<integration name=\"[|a&#9;b|]\">{Mail}</integration>", "2 to 255 characters" },
        { "DCL0007", "<integration name=\"Shop\"><email>[|nobody|]</email></integration>", "'nobody' can't be an e-mail address: write name@host.domain" },
        { "DCL0007", "<integration name=\"Shop\"><email>\n  [|a@b|]\n</email></integration>", "can't be an e-mail address" },
        { "DCL0007", "<integration name=\"Shop\"><email>[|a b@c.de|]</email></integration>", "can't be an e-mail address" },
        { "DCL0007", "<integration name=\"Shop\"><email>[|a@.de|]</email></integration>", "can't be an e-mail address" },
        { "DCL0007", $"<integration name=\"Shop\">{Mail}<endpoint_url>[|/callback|]</endpoint_url></integration>", "'/callback' can't be an endpoint URL: write an absolute URL with https:// or http://" },
        { "DCL0007", $"<integration name=\"Shop\">{Mail}<endpoint_url>[|ftp://a.example/|]</endpoint_url></integration>", "https://" },
        { "DCL0007", $"<integration name=\"Shop\">{Mail}<endpoint_url>[|javascript:alert(1)|]</endpoint_url></integration>", "https://" },
        { "DCL0007", $"<integration name=\"Shop\">{Mail}<endpoint_url>[|https://|]</endpoint_url></integration>", "https://" },
        { "DCL0007", $"<integration name=\"Shop\">{Mail}<endpoint_url>[|https://a.example/ b|]</endpoint_url></integration>", "https://" },
        { "DCL0007", $"<integration name=\"Shop\">{Mail}<identity_link_url>[|https://me:secret@a.example/|]</identity_link_url></integration>", "can't be an identity link URL: leave out the user before the host" },
        { "DCL0007", $"<integration name=\"Shop\">{Mail}<identity_link_url>[|https://@a.example/|]</identity_link_url></integration>", "leave out the user" },
        { "DCL0007", $"<integration name=\"Shop\">{Mail}<identity_link_url>[|https://a.example/#login|]</identity_link_url></integration>", "leave out the part from # on" },
        { "DCL0009", $"<integration name=\"Shop\">{Mail}</integration><integration name=\"[|shop|]\">{Mail}</integration>", "The integration 'shop' is stated twice here; the sum of both counts" },
        { "DCL0009", $"<integration name=\"Shop\">{Mail}<[|email|]>c@d.ef</email></integration>", "<email> is stated twice here; the first counts" },
        { "DCL0045", $"<[|integraton|] name=\"Shop\">{Mail}</integraton>", "The element <integraton> in <integrations> is not known here; did you mean 'integration'?" },
        { "DCL0045", $"<integration name=\"Shop\">{Mail}<[|endpoint-url|]>https://a.example</endpoint-url></integration>", "did you mean 'endpoint_url'?" },
        { "DCL0045", $"<integration name=\"Shop\">{Mail}<[|resources|]/></integration>", "known here: email, endpoint_url, identity_link_url" },
        { "DCL0045", "<integration name=\"Shop\"><email><[|b|]/></email></integration>", "nothing may stand here" },
        { "DCL0046", "<integration name=\"Shop\"><[|email|]></email></integration>", "<email> of the integration 'Shop' is empty and counts as not stated" },
        { "DCL0046", $"<integration name=\"Shop\">{Mail}<[|endpoint_url|]/></integration>", "<endpoint_url> of the integration 'Shop' is empty" },
        { "DCL0046", $"<integration name=\"Shop\">{Mail}<[|identity_link_url|]>  </identity_link_url></integration>", "<identity_link_url> of the integration 'Shop' is empty" },
        { "DCL0047", $"<integration name=\"Shop\">{Mail}<endpoint_url>[|http://a.example/callback|]</endpoint_url></integration>", "can read what is sent to 'http://a.example/callback'; write https:// in <endpoint_url>" },
        { "DCL0047", $"<integration name=\"Shop\">{Mail}<identity_link_url>[|HTTP://a.example|]</identity_link_url></integration>", "write https:// in <identity_link_url>" },
    };

    [Theory]
    [MemberData(nameof(Configured))]
    public void A_mistake_in_config_xml_is_reported_at_its_place(string id, string marked, string message)
    {
        var file = Marked.Parse($"<integrations>\n  {marked}\n</integrations>");
        var run = Run("etc/integration/config.xml", file.Text);

        var diagnostic = file.ShouldBeTheOnly(id, run.Diagnostics);
        diagnostic.GetMessage().ShouldContain(message);
        diagnostic.Location.GetLineSpan().Path.ShouldBe("/src/shop/etc/integration/config.xml");
        run.CompileErrors.ShouldBeEmpty();
    }

    public static TheoryData<string, string, string> Granted => new()
    {
        { "DCL0006", "<resource name=\"Shop_Sales::sales\"/><[|resource|]/>", "needs the attribute 'name'" },
        { "DCL0007", "<resource name=\"[|Shop_Sales:orders|]\"/><resource name=\"Shop_Sales::sales\"/>", "'Shop_Sales:orders' can't be a resource id: write Vendor_Module::name" },
        { "DCL0009", "<resource name=\"Shop_Sales::sales\"/><resource name=\"[|Shop_Sales::sales|]\"/>", "The resource 'Shop_Sales::sales' is stated twice here; the first counts" },
        { "DCL0026", "<resource name=\"[|Shop_Sales::slaes|]\"/>", "The resource 'Shop_Sales::slaes', which the integration 'Shop' needs, is declared by no module known here; did you mean 'Shop_Sales::sales'?" },
        { "DCL0026", "<resource name=\"[|shop_sales::sales|]\"/>", "is no resource id" },
        { "DCL0026", "<resource name=\"[|Magento_Backend::al|]\"/>", "did you mean 'Magento_Backend::all'?" },
        { "DCL0045", "<resource name=\"Shop_Sales::sales\"><[|resource|] name=\"Shop_Sales::orders\"/></resource>", "nothing may stand here" },
    };

    [Theory]
    [MemberData(nameof(Granted))]
    public void A_mistake_in_a_list_of_resources_is_reported_at_its_place(string id, string marked, string message)
    {
        var api = Marked.Parse($"<integrations>\n  <integration name=\"Shop\"><resources>\n{marked}\n</resources></integration></integrations>");
        var consolidated = Marked.Parse($"<config>\n  <integration name=\"Shop\"><resources>\n{marked}\n</resources></integration></config>");

        api.ShouldBeTheOnly(id, Run("etc/integration/api.xml", api.Text).Diagnostics).GetMessage().ShouldContain(message);
        consolidated.ShouldBeTheOnly(id, Run("etc/any/integration.xml", consolidated.Text).Diagnostics).GetMessage().ShouldContain(message);
    }

    [Theory]
    [InlineData("etc/integration/config.xml", "DCL0005", "<[|config|]><integration name=\"Shop\"/></config>", "is <integrations>, not <config>")]
    [InlineData("etc/integration/api.xml", "DCL0005", "<[|config|]><integration name=\"Shop\"/></config>", "is <integrations>, not <config>")]
    [InlineData("etc/integration.xml", "DCL0005", "<[|integrations|]><integration name=\"Shop\"/></integrations>", "is <config>, not <integrations>")]
    [InlineData("etc/integration/api.xml", "DCL0008", "<integrations><[|integration|] name=\"Shop\"/></integrations>", "needs <resources>")]
    [InlineData("etc/integration/api.xml", "DCL0008", "<integrations><integration name=\"Shop\"><[|resources|]/></integration></integrations>", "needs <resource>")]
    [InlineData("etc/integration/api.xml", "DCL0008", "<integrations><integration name=\"Shop\"><[|resurces|]/></integration></integrations>", "did you mean it by <resurces>?")]
    [InlineData("etc/integration/api.xml", "DCL0009", "<integrations><integration name=\"Shop\"><resources><resource name=\"Shop_Sales::sales\"/></resources><[|resources|]><resource name=\"Shop_Sales::orders\"/></resources></integration></integrations>", "<resources> is stated twice here; the sum of both counts")]
    [InlineData("etc/integration/api.xml", "DCL0045", "<integrations><integration name=\"Shop\"><resources><resource name=\"Shop_Sales::sales\"/></resources><[|email|]/></integration></integrations>", "known here: resources")]
    [InlineData("etc/integration.xml", "DCL0045", "<config><integration name=\"Shop\"><[|link|]/></integration></config>", "known here: email, endpoint_url, identity_link_url, resources")]
    public void A_mistake_around_them_is_reported_at_its_place(string path, string id, string marked, string message)
    {
        var file = Marked.Parse(marked);
        file.ShouldBeTheOnly(id, Run(path, file.Text).Diagnostics).GetMessage().ShouldContain(message);
    }

    [Fact]
    public void Neighbours_of_the_files_are_not_taken_for_them() =>
        Run("etc/config.xml", "<anything/>").Diagnostics.ShouldBeEmpty();

    [Theory]
    [InlineData("https://a.example")]
    [InlineData("https://a.example:8443/callback?shop=1&amp;x=[y]")]
    [InlineData("http://127.0.0.1:5081/callback")]
    [InlineData("http://localhost/callback")]
    [InlineData("http://[::1]:80/")]
    [InlineData("https://a.example/me@home")]
    [InlineData("https://bücher.example/")]
    public void A_sound_URL_is_no_mistake_nor_is_what_stays_on_the_machine(string url) =>
        Run("etc/integration/config.xml", $"<integrations><integration name=\"Shop\"><endpoint_url> {url}\n</endpoint_url></integration></integrations>").ShouldBuild();

    [Fact]
    public void The_order_of_elements_is_free_and_partial_statements_are_fine_in_a_library() =>
        Run("etc/integration/config.xml", "<integrations><integration name=\"Shop\"><identity_link_url>https://a.example</identity_link_url><email>a@b.cd</email></integration><integration name=\"Erp\"/></integrations>").ShouldBuild();

    [Fact]
    public void The_seeds_own_sample_loads_with_what_is_empty_in_it_reported_and_no_e_mail_asked_for_again()
    {
        var run = IntegrationTests.Host().Acl(IntegrationTests.Permissions.Replace("Shop_Sales", "Shop_Host", StringComparison.Ordinal))
            .Integrations("<integration name=\"TestIntegration\">\n<email></email>\n<endpoint_url></endpoint_url>\n<identity_link_url></identity_link_url>\n</integration>")
            .IntegrationApi("""<integration name="TestIntegration"><resources><resource name="Shop_Host::sales"/></resources></integration>""")
            .Run();
        run.Diagnostics.Select(diagnostic => (diagnostic.Id, diagnostic.Location.GetLineSpan().StartLinePosition.Line)).ShouldBe([("DCL0046", 2), ("DCL0046", 3), ("DCL0046", 4)], ignoreOrder: true);
        run.AllSource.ShouldContain("module.AddIntegration(new(\"TestIntegration\", File));");
    }

    [Fact]
    public void Missing_ancestors_are_one_warning_that_names_them_all()
    {
        var file = Marked.Parse("""<integrations><integration name="[|Shop|]"><resources><resource name="Shop_Sales::cancel"/><resource name="Shop_Sales::orders"/><resource name="Shop_Sales::b"/></resources></integration></integrations>""");
        var run = IntegrationTests.Module().Acl(IntegrationTests.Permissions + """<resource id="Shop_Sales::a" title="Another"><resource id="Shop_Sales::b" title="Below"/></resource>""").Xml("etc/integration/api.xml", file.Text).Run();

        file.ShouldBeTheOnly("DCL0048", run.Diagnostics).GetMessage().ShouldBe("The integration 'Shop' lists resources, but not what they stand under; add Shop_Sales::sales, Shop_Sales::a");
        run.AllSource.ShouldContain("Resources => [\"Shop_Sales::cancel\", \"Shop_Sales::orders\", \"Shop_Sales::b\"];", Case.Sensitive, "nothing is added");
    }

    [Theory]
    [InlineData("<resource name=\"Shop_Sales::sales\"/>")]
    [InlineData("<resource name=\"Shop_Sales::cancel\"/><resource name=\"Shop_Sales::sales\"/><resource name=\"Shop_Sales::orders\"/>")]
    [InlineData("<resource name=\"Shop_Sales::cancel\"/><resource name=\"Magento_Backend::all\"/>")]
    [InlineData("<resource name=\"Other_Module::anything\"/>")]
    public void Nothing_is_missing_where_all_are_listed_or_everything_is_held_or_nobody_knows(string resources) =>
        Run("etc/integration/api.xml", $"<integrations><integration name=\"Shop\"><resources>{resources}</resources></integration></integrations>").ShouldBuild();

    [Fact]
    public void An_integration_xml_lacks_no_ancestors() =>
        Run("etc/integration.xml", """<config><integration name="Shop"><resources><resource name="Shop_Sales::cancel"/></resources></integration></config>""").ShouldBuild();

    [Fact]
    public void What_one_module_lists_another_needs_not()
    {
        var sales = IntegrationTests.Module().Acl(IntegrationTests.Permissions).IntegrationApi("""<integration name="Shop"><resources><resource name="Shop_Sales::sales"/><resource name="Shop_Sales::orders"/></resources></integration>""").Run().ShouldBuild();
        IntegrationTests.Module("Shop.Erp").References(sales).IntegrationApi("""<integration name="Shop"><resources><resource name="Shop_Sales::cancel"/></resources></integration>""").Run().ShouldBuild();
    }

    [Theory]
    [InlineData("<integrations><integration name=\"[|Shop|]\"><email>a@b.cd</email></integration></integrations>", "config.xml", "The integration 'Shop' stands in no etc/integration/api.xml of any module known here, so that it may do nothing")]
    [InlineData("<integrations><integration name=\"[|Shop|]\"><resources><resource name=\"Magento_Backend::admin\"/></resources></integration></integrations>", "api.xml", "The integration 'Shop' stands in no etc/integration/config.xml of any module known here, so that it has no e-mail address and no URLs")]
    public void Half_an_integration_is_reported_by_the_host_alone(string marked, string name, string message)
    {
        var file = Marked.Parse(marked);
        var path = "etc/integration/" + name;

        var library = IntegrationTests.Module().Xml(path, file.Text).Run().ShouldBuild();

        file.ShouldBeTheOnly("DCL0049", IntegrationTests.Host().Xml(path, file.Text).Run().Diagnostics).GetMessage().ShouldBe(message);
        var inHost = IntegrationTests.Host().References(library).Run().Diagnostics.ShouldHaveSingleItem();
        (inHost.Id, inHost.Location).ShouldBe(("DCL0049", Location.None));
        inHost.GetMessage().ShouldBe(message.Replace("'Shop'", $"'Shop' of the module Shop_Sales (assembly Shop.Sales, {path})", StringComparison.Ordinal));
    }

    [Fact]
    public void The_other_half_may_stand_in_another_module()
    {
        var sales = IntegrationTests.Module().Integrations(IntegrationTests.Warehouse).Run().ShouldBuild();
        IntegrationTests.Host().References(sales).IntegrationApi("""<integration name="warehouse"><resources><resource name="Magento_Backend::admin"/></resources></integration>""").Run().ShouldBuild();
    }

    [Theory]
    [InlineData("etc/integration.xml", "<config><integration name=\"[|Shop|]\"><resources><resource name=\"Magento_Backend::admin\"/></resources></integration></config>")]
    [InlineData("etc/integration/config.xml", "<integrations><integration name=\"[|Shop|]\"><endpoint_url>https://a.example</endpoint_url></integration></integrations>")]
    public void An_integration_without_an_e_mail_address_is_reported_by_the_host_alone(string path, string marked)
    {
        var file = Marked.Parse(marked);
        var library = IntegrationTests.Module().Xml(path, file.Text).Run().ShouldBuild();
        var api = path == "etc/integration.xml" ? "<integrations/>" : "<integrations><integration name=\"Shop\"><resources><resource name=\"Magento_Backend::admin\"/></resources></integration></integrations>";

        file.ShouldBeTheOnly("DCL0050", IntegrationTests.Host().Xml(path, file.Text).Xml("etc/integration/api.xml", api).Run().Diagnostics)
            .GetMessage().ShouldBe("The integration 'Shop' has no e-mail address in any module known here; add an <email>, so that somebody can be asked about it");
        IntegrationTests.Host().References(library).Xml("etc/integration/api.xml", api).Run().Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0050");

        // Another module may say it.
        IntegrationTests.Host().References(library).Xml("etc/integration/api.xml", api).Integrations("<integration name=\"Shop\"><email>a@b.cd</email></integration>").Run().ShouldBuild();
    }

    [Theory]
    [InlineData("<config>\n<module name=\"[|Shop_Sales|]\"><sequence><module name=\"Shop_Catalog\"/></sequence></module></config>", "etc/module.xml", IntegrationTests.Warehouse)]
    [InlineData("<integrations>\n<integration name=\"[|Erp|]\"><email>a@b.cd</email></integration></integrations>", "etc/integration/config.xml", "")]
    public void A_module_with_integrations_is_told_to_come_after_Magento_Integration(string marked, string path, string integrations)
    {
        var file = Marked.Parse(marked);
        var project = new TestProject().Xml(path, file.Text);
        if (integrations.Length > 0)
            project.Integrations(integrations);

        var diagnostic = file.ShouldBeTheOnly("DCL0051", project.Run().Diagnostics);
        diagnostic.Severity.ShouldBe(DiagnosticSeverity.Info);
        diagnostic.GetMessage().ShouldContain("The module 'Shop_Sales' declares an integration");
    }

    [Fact]
    public void A_module_without_integrations_is_told_nothing() =>
        new TestProject().Xml("etc/module.xml", "<config><module name=\"Shop_Sales\"/></config>").Integrations("").Run().ShouldBuild();

    [Fact]
    public void An_unreadable_file_is_the_only_mistake_and_what_stands_before_still_counts()
    {
        var run = IntegrationTests.Host().Integrations(IntegrationTests.Warehouse + "<integration name=\"Erp\"><email>a@b.cd</email><endpoint_url>https:")
            .IntegrationApi("""<integration name="Other"><resources><resource name="Magento_Backend::admin"/></resources></integration>""").Run();

        run.Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("DCL0001");
        run.AllSource.ShouldContain("class Warehouse");
        run.AllSource.ShouldContain("new(\"Erp\", File) { Email = \"a@b.cd\" }");
    }

    [Fact]
    public void The_defects_of_real_files_are_all_found_in_one_pass()
    {
        const string Api = """
            <integrations>
              <integration name="Loyalty Club">
                <resources>
                  <resource name="Magento_Backend::admin" />
                  <resource name="Magento_Log::online" />
                  <resource name="Shop_Host::sales_orders" />
                  <resource name="Shop_Host::cancel" />
                  <resource name="Shop_Host::sales" />
                  <resource name="Shop_Host::cancel" />
                  <resource name="Absent_Module::cards">Cards</resource>
                </resources>
              </integration>
              <integration name="Loyalty Club (demo)">
                <resources>
                  <resource name="Shop_Host::sales" />
                </resources>
              </integration>
            </integrations>
            """;
        const string Config = """
            <integrations>
              <integration name="Loyalty Club">
                <email></email>
                <endpoint_url>http://club.example/callback</endpoint_url>
                <identity_link_url/>
              </integration>
              <integration name="Loyalty Club (Test)">
                <email>club@shop.example</email>
              </integration>
            </integrations>
            """;
        var run = IntegrationTests.Host().Acl(IntegrationTests.Permissions.Replace("Shop_Sales", "Shop_Host", StringComparison.Ordinal))
            .Xml("etc/integration/api.xml", Api).Xml("etc/integration/config.xml", Config).Run();

        run.Diagnostics.Select(diagnostic => (Path.GetFileName(diagnostic.Location.GetLineSpan().Path), diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1, diagnostic.Id)).ShouldBe(
            [
                ("api.xml", 2, "DCL0048"),
                ("api.xml", 5, "DCL0026"),
                ("api.xml", 6, "DCL0026"),
                ("api.xml", 9, "DCL0009"),
                ("api.xml", 10, "DCL0026"),
                ("api.xml", 13, "DCL0049"),
                ("config.xml", 3, "DCL0046"),
                ("config.xml", 4, "DCL0047"),
                ("config.xml", 5, "DCL0046"),
                ("config.xml", 7, "DCL0049"),
            ],
            ignoreOrder: true);
        run.Diagnostics.ShouldAllBe(diagnostic => diagnostic.Severity == DiagnosticSeverity.Warning);
    }

    [Fact]
    public void A_host_judges_the_resources_of_its_references()
    {
        var sales = IntegrationTests.Module().Integrations(IntegrationTests.Warehouse).IntegrationApi("""<integration name="Warehouse"><resources><resource name="Magento_Log::online"/></resources></integration>""").Run().ShouldBuild();

        var diagnostic = IntegrationTests.Host().References(sales).Run().Diagnostics.ShouldHaveSingleItem();
        diagnostic.GetMessage().ShouldBe("The resource 'Magento_Log::online', which the integration 'Warehouse' of the module Shop_Sales (assembly Shop.Sales, etc/integration/api.xml) needs, is declared by no module known here");
    }
}
