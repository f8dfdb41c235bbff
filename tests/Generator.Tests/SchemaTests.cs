using System.Runtime.CompilerServices;
using System.Xml;
using System.Xml.Schema;
using Declarative.Generator.Tests.Harness;
using Declarative.Generator.Xml;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Tests;

/// <summary>The schema that editors read says what the parser says.</summary>
public sealed class SchemaTests
{
    private const string Consumer = ConsumerTests.Consumer;

    private static readonly Lazy<XmlSchemaSet> EventConsumers = new(() =>
    {
        var schemas = new XmlSchemaSet();
        using var reader = XmlReader.Create(Path.GetFullPath(Path.Combine(Folder(), "..", "..", "schemas", "event_consumers.xsd")));
        schemas.Add(null, reader);
        schemas.Compile();
        return schemas;
    });

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    /// <summary>What the schema has against the file.</summary>
    private static List<string> Faults(string text)
    {
        var faults = new List<string>();
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema, Schemas = EventConsumers.Value };
        settings.ValidationEventHandler += (_, fault) => faults.Add(fault.Message);
        using var reader = XmlReader.Create(new StringReader(text), settings);
        while (reader.Read())
        {
        }

        return faults;
    }

    [Fact]
    public void Elements_and_attributes_are_those_of_the_grammar() =>
        ShouldAgree(EventConsumersFile.Root, (XmlSchemaElement)EventConsumers.Value.GlobalElements.Values.Cast<XmlSchemaObject>().ShouldHaveSingleItem());

    private static void ShouldAgree(ElementRule rule, XmlSchemaElement element)
    {
        element.QualifiedName.Name.ShouldBe(rule.Name);
        var type = element.ElementSchemaType.ShouldBeOfType<XmlSchemaComplexType>();
        type.AttributeUses.Values.Cast<XmlSchemaAttribute>().Select(attribute => $"{attribute.QualifiedName.Name} {attribute.Use == XmlSchemaUse.Required}")
            .ShouldBe(rule.Attributes.Select(attribute => $"{attribute.Name} {attribute.IsRequired}"), StringComparer.Ordinal, ignoreOrder: true, $"the attributes of <{rule.Name}>");
        var children = (type.ContentTypeParticle as XmlSchemaGroupBase)?.Items.Cast<XmlSchemaElement>().ToList() ?? [];
        children.Select(child => child.QualifiedName.Name).ShouldBe(rule.IsRecursive ? rule.Children.Select(child => child.Name).Append(rule.Name) : rule.Children.Select(child => child.Name), StringComparer.Ordinal, ignoreOrder: true, $"what stands in <{rule.Name}>");
        foreach (var child in rule.Children)
            ShouldAgree(child, children.Single(one => one.QualifiedName.Name == child.Name));
    }

    [Fact]
    public void Catalogues_are_those_that_there_are() =>
        ((XmlSchemaSimpleTypeRestriction)((XmlSchemaSimpleType)EventConsumers.Value.GlobalTypes[new XmlQualifiedName("catalog")]!).Content!).Facets.Cast<XmlSchemaEnumerationFacet>().Select(facet => facet.Value!).ShouldBe(Catalogue.Names, ignoreOrder: true);

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
