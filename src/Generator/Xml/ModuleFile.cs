using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;

namespace Declarative.Generator.Xml;

/// <summary><c>etc/module.xml</c>: the module's name and what it must come after.</summary>
internal static class ModuleFile
{
    private static readonly ValuePattern ModuleName = new(
        "a module name",
        "write Vendor_Module, each part starting with an upper-case letter, e.g. Shop_Sales",
        "[A-Z]+[A-Za-z0-9]{1,}_[A-Z]+[A-Z0-9a-z]{1,}");

    public static readonly ElementRule Root = new("config")
    {
        OneOf = ["module"],
        OneOfNoun = "a <module>, e.g. <module name=\"Shop_Sales\"/>",
        Children =
        [
            new ElementRule("module")
            {
                Attributes =
                [
                    new AttributeRule("name", Pattern: ModuleName),
                    new AttributeRule("setup_version", IsRequired: false, new ValuePattern("a setup version", "write digits and dots, e.g. 1.0.0", "[0-9.]+")),
                ],
                Children =
                [
                    new ElementRule("sequence")
                    {
                        Children = [new ElementRule("module") { Attributes = [new AttributeRule("name", Pattern: ModuleName)] }],
                    },
                ],
            },
        ],
    };

    public static FileContent Read(XmlNode root, List<DiagnosticInfo> diagnostics)
    {
        var modules = root.Elements("module").ToList();
        if (modules.Count == 0 || modules[0].Attribute("name") is not { } name)
            return FileContent.Nothing;
        foreach (var other in modules.Skip(1))
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.TwoModules, other.Position, name.Value, other.Attribute("name")?.Value ?? ""));

        var sequence = new List<Positioned>();
        foreach (var before in modules[0].Elements("sequence").SelectMany(element => element.Elements("module")))
        {
            if (before.Attribute("name") is not { } beforeName)
                continue;
            if (sequence.Exists(known => known.Value == beforeName.Positioned.Value))
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Repeated, beforeName.ValuePosition, $"The module '{beforeName.Value}'", "first"));
            else
                sequence.Add(beforeName.Positioned);
        }

        return new FileContent { Module = new ModuleDeclaration(name.Positioned, sequence.ToEquatableArray()) };
    }
}
