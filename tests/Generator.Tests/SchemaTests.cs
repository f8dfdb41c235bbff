using System.Runtime.CompilerServices;
using System.Xml;
using System.Xml.Schema;
using Declarative.Generator.Declarations;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>The schema that editors read says what the parser says.</summary>
public sealed class SchemaTests
{
    private const string Consumer = ConsumerTests.Consumer;

    internal static readonly Dictionary<string, (FileKind Kind, XmlSchemaSet Schemas)> Kinds = new (string Name, FileKind Kind)[]
    {
        ("module", FileKind.Module),
        ("acl", FileKind.Acl),
        ("async_events", FileKind.AsyncEvents),
        ("webapi", FileKind.WebApi),
        ("io_events", FileKind.IoEvents),
        ("integration_config", FileKind.IntegrationConfig),
        ("integration_api", FileKind.IntegrationApi),
        ("integration", FileKind.Integration),
        ("event_consumers", FileKind.EventConsumers),
    }.ToDictionary(one => one.Name, one => (one.Kind, Load(one.Name)), StringComparer.Ordinal);

    private static XmlSchemaSet EventConsumers => Kinds["event_consumers"].Schemas;

    private static XmlSchemaSet Load(string name)
    {
        var schemas = new XmlSchemaSet();
        using var reader = XmlReader.Create(Path.Combine(Root(), "schemas", name + ".xsd"));
        schemas.Add(null, reader);
        schemas.Compile();
        return schemas;
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    /// <summary>What the schema has against the file.</summary>
    internal static List<string> Faults(string text, string kind = "event_consumers")
    {
        var faults = new List<string>();
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema, Schemas = Kinds[kind].Schemas };
        settings.ValidationFlags |= XmlSchemaValidationFlags.ReportValidationWarnings;
        settings.ValidationEventHandler += (_, fault) => faults.Add(fault.Message);
        using var reader = XmlReader.Create(new StringReader(text), settings);
        while (reader.Read())
        {
        }

        return faults;
    }

    public static TheoryData<string> Names => [.. Kinds.Keys];

    [Fact]
    public void Each_kind_of_file_has_a_schema() =>
        Kinds.Values.Select(one => one.Kind).Order().ShouldBe(Enum.GetValues<FileKind>().Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Elements_and_attributes_are_those_of_the_grammar(string kind) =>
        ShouldAgree(FileGrammar.Of(Kinds[kind].Kind).Root, (XmlSchemaElement)Kinds[kind].Schemas.GlobalElements.Values.Cast<XmlSchemaObject>().ShouldHaveSingleItem());

    private static void ShouldAgree(ElementRule rule, XmlSchemaElement element)
    {
        element.QualifiedName.Name.ShouldBe(rule.Name);
        if (element.ElementSchemaType is not XmlSchemaComplexType type)
        {
            rule.Attributes.Count.ShouldBe(0, rule.Name);
            rule.Children.Count.ShouldBe(0, rule.Name);
            return;
        }

        type.AttributeUses.Values.Cast<XmlSchemaAttribute>().Select(attribute => $"{attribute.QualifiedName.Name} {attribute.Use == XmlSchemaUse.Required}")
            .ShouldBe(rule.Attributes.Select(attribute => $"{attribute.Name} {attribute.IsRequired}"), StringComparer.Ordinal, ignoreOrder: true, $"the attributes of <{rule.Name}>");
        var children = Elements(type.ContentTypeParticle).DistinctBy(child => child.QualifiedName.Name, StringComparer.Ordinal).ToList();
        children.Select(child => child.QualifiedName.Name).ShouldBe(rule.IsRecursive ? rule.Children.Select(child => child.Name).Append(rule.Name) : rule.Children.Select(child => child.Name), StringComparer.Ordinal, ignoreOrder: true, $"what stands in <{rule.Name}>");
        foreach (var child in rule.Children)
            ShouldAgree(child, children.Single(one => one.QualifiedName.Name == child.Name));
    }

    private static IEnumerable<XmlSchemaElement> Elements(XmlSchemaObject particle) => particle switch
    {
        XmlSchemaElement element => [element],
        XmlSchemaGroupBase group => group.Items.Cast<XmlSchemaObject>().SelectMany(Elements),
        _ => [],
    };

    /// <summary>The files of the runtime, the samples and the tests, all of which build.</summary>
    public static TheoryData<string, string> Files => new(
        from folder in (string[])["src/Runtime/etc", "samples", "tests/Routes.Host/etc", "tests/Routes.Module/etc", "tests/Stock.Module/etc", "tests/Faults/etc"]
        from path in Directory.GetFiles(Path.Combine(Root(), folder), "*.xml", SearchOption.AllDirectories)
        where path.Contains("/etc/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal)
        select (Path.GetRelativePath(Root(), path), path.Contains("/integration/", StringComparison.Ordinal) ? "integration_" + Path.GetFileNameWithoutExtension(path) : Path.GetFileNameWithoutExtension(path)));

    [Theory]
    [MemberData(nameof(Files))]
    public void Files_that_build_are_valid(string path, string kind) => Faults(File.ReadAllText(Path.Combine(Root(), path)), kind).ShouldBeEmpty();

    /// <summary>The pages' examples of what a schema can tell: wrong roots, names, values, and what is missing.</summary>
    [Theory]
    [InlineData("DCL0004")]
    [InlineData("DCL0005")]
    [InlineData("DCL0006")]
    [InlineData("DCL0007")]
    [InlineData("DCL0008")]
    [InlineData("DCL0036")]
    [InlineData("DCL0045")]
    public void The_example_of_a_page_is_invalid_and_its_mend_valid(string id)
    {
        var (example, mend) = DiagnosticPagesTests.Files(id);
        example.ShouldNotBeEmpty();
        example.Where(one => Faults(one.Text, one.Kind).Count > 0).ShouldNotBeEmpty();
        foreach (var (kind, text) in mend)
            Faults(text, kind).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("acl", """<config><acl><resources><resource id="orders"/></resources></acl></config>""")]
    [InlineData("acl", """<config><acl><resources><resource id="Shop_Sales::orders" title="ab"/></resources></acl></config>""")]
    [InlineData("acl", """<config><resources/></config>""")]
    [InlineData("module", """<config><module name="sales"/></config>""")]
    [InlineData("module", """<config/>""")]
    [InlineData("async_events", """<config><async_event><payload class="A.B"/></async_event></config>""")]
    [InlineData("async_events", """<config><async_event name="a"><service class="A B" method="Get"/></async_event></config>""")]
    [InlineData("async_events", """<config><include catalog="nothing"/></config>""")]
    [InlineData("webapi", """<routes><route url="/V1/a" method="PATCH"/></routes>""")]
    [InlineData("webapi", """<routes><route url="/V1//a" method="GET"/></routes>""")]
    [InlineData("webapi", """<routes><route url="/V1/a" method="GET"><data><parameter>1</parameter></data></route></routes>""")]
    [InlineData("webapi", """<routes><route url="/V1/a" method="GET" secure="yes"/></routes>""")]
    [InlineData("io_events", """<config><event name="a"/></config>""")]
    [InlineData("io_events", """<config><event name="a"><fields/></event></config>""")]
    [InlineData("io_events", """<config><event name="a"><fields><field name="a..b"/></fields></event></config>""")]
    [InlineData("io_events", """<config><event name="a" parent="b"><fields><field name="a"/></fields><rules><rule><field>a</field><operator>equal</operator></rule></rules></event></config>""")]
    [InlineData("integration_config", """<integrations><integration name="a"/></integrations>""")]
    [InlineData("integration_api", """<integrations><integration name="ab"/></integrations>""")]
    [InlineData("integration_api", """<integrations><integration name="ab"><resources><resource name="orders"/></resources></integration></integrations>""")]
    [InlineData("integration", """<config><integration name="ab"><phone>1</phone></integration></config>""")]
    public void What_can_not_be_is_invalid(string kind, string text)
    {
        var diagnostics = new List<Declarative.Generator.Diagnostics.DiagnosticInfo>();
        var root = XmlTree.Read("a.xml", Microsoft.CodeAnalysis.Text.SourceText.From(text), diagnostics, TestContext.Current.CancellationToken)!;
        FileGrammar.Of(Kinds[kind].Kind).Root.Check(root, diagnostics);
        FileGrammar.Of(Kinds[kind].Kind).Read(root, diagnostics);

        diagnostics.ShouldNotBeEmpty();
        Faults(text, kind).ShouldNotBeEmpty();
    }

    [Fact]
    public void Catalogues_are_those_that_there_are() =>
        ((XmlSchemaSimpleTypeRestriction)((XmlSchemaSimpleType)EventConsumers.GlobalTypes[new XmlQualifiedName("catalog")]!).Content!).Facets.Cast<XmlSchemaEnumerationFacet>().Select(facet => facet.Value!).ShouldBe(Catalogue.Names, ignoreOrder: true);

    [Fact]
    public void Catalogues_are_valid()
    {
        foreach (var file in Catalogue.Files)
            Faults(Catalogue.Text(file)).ShouldBeEmpty(file);
    }

    [Theory]
    [MemberData(nameof(ConsumerDiagnosticTests.Sound), MemberType = typeof(ConsumerDiagnosticTests))]
    public void What_the_parser_takes_is_valid(string consumers) => Faults($"<config>{consumers}</config>").ShouldBeEmpty();

    private static string Event(string content) => $"<consumer {Consumer}><event name=\"a\" handler=\"A.B\">{content}</event></consumer>";

    private static string Field(string attributes, string content = "") => Event($"<payload><field {attributes}>{content}</field></payload>");

    public static TheoryData<string> Wrong =>
    [
        "<consumers name=\"a\"/>",
        "<consumer name=\"a\" host=\"b\"/>",
        "<consumer path=\"/a\" signature=\"none\" acknowledged=\"true\"/>",
        "<consumer name=\"a b\"/>",
        "<consumer name=\"a\" path=\"a\" signature=\"none\" acknowledged=\"true\"/>",
        "<consumer name=\"a\" path=\"/a/../b\" signature=\"none\" acknowledged=\"true\"/>",
        "<consumer name=\"a\" path=\"/a/{id}\" signature=\"none\" acknowledged=\"true\"/>",
        "<consumer name=\"a\" path=\"/\" signature=\"none\" acknowledged=\"true\"/>",
        "<consumer name=\"a\" path=\"/a\" signature=\"rsa\"/>",
        "<consumer name=\"a\" path=\"/a\" signature=\"standard-webhooks\" secret=\"hunter2\"/>",
        "<consumer name=\"a\" path=\"/a\" signature=\"none\" acknowledged=\"yes\"/>",
        "<consumer name=\"a\" prefix=\"a.b\"/>",
        "<consumer name=\"a\"><field name=\"a\" type=\"int\"/></consumer>",
        $"<consumer {Consumer}><include/></consumer>",
        $"<consumer {Consumer}><include catalog=\"nothing\"/></consumer>",
        $"<consumer {Consumer}><event handler=\"A.B\"/></consumer>",
        $"<consumer {Consumer}><event name=\"a b\" handler=\"A.B\"/></consumer>",
        $"<consumer {Consumer}><event name=\"a\" handler=\"A B\"/></consumer>",
        $"<consumer {Consumer}><event name=\"a\" handler=\"A.B\" payload=\"A B\"/></consumer>",
        $"<consumer {Consumer}><event name=\"a\" handler=\"A.B\" retry=\"1\"/></consumer>",
        Event("<payload/>"),
        Event("<payload type=\"array\"><field name=\"a\" type=\"int\"/></payload>"),
        Event("<payload><fields/></payload>"),
        Event("<loop key=\"a\"/>"),
        Event("<loop key=\"a\" fingerprint=\"a,,b\"/>"),
        Event("<loop key=\"a\" fingerprint=\"b\" ttl=\"86401\"/>"),
        Event("<loop key=\"a\" fingerprint=\"b\" ttl=\"0\"/>"),
        $"<consumer {Consumer}><event name=\"a\"><split first=\"a\" second=\"b\" created=\"A.B\"/></event></consumer>",
        Field("name=\"a\""),
        Field("type=\"int\""),
        Field("name=\"a\" type=\"integer\""),
        Field("name=\"a\" type=\"list\" of=\"object\""),
        Field("name=\"a\" type=\"int\" requird=\"true\""),
        Field("name=\"a\" type=\"int\" required=\"1\""),
        Field("name=\"a\" type=\"string\" maxLength=\"long\""),
        Field("name=\"a\" type=\"decimal\" minimum=\"1,5\""),
        Field("name=\"a\" type=\"object\"", "<value/>"),
        "<ingestion path=\"/a\"/>",
        "<ingestion authentication=\"none\" acknowledged=\"true\"/>",
        "<ingestion path=\"/a\" authentication=\"basic\"/>",
        "<ingestion path=\"/a\" authentication=\"hmac\" secret=\"A:B\" header=\"a b\"/>",
        "<ingestion path=\"/a\" authentication=\"bearer\" resource=\"orders\"/>",
        "<ingestion path=\"/a\" authentication=\"none\" acknowledged=\"true\"><event/></ingestion>",
    ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_the_parser_refuses_is_invalid(string consumers)
    {
        ConsumerTests.BackOffice().Consumers(consumers).Run().Diagnostics.ShouldContain(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Faults($"<config>{consumers}</config>").ShouldNotBeEmpty();
    }
}
