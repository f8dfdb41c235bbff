using System.Collections.Immutable;
using System.Xml;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Declarative.Benchmarks.Generator;

/// <summary>The least that any generator for these files must do, written down straight.</summary>
internal static class GeneratorYardstick
{
    /// <summary>Reads all files into plain objects: names, classes, methods, resources; no position, no check.</summary>
    public static int ParseXml(ImmutableArray<AdditionalText> texts)
    {
        var count = 0;
        foreach (var text in texts)
        {
            var events = new List<DeclaredEvent>();
            using var reader = XmlReader.Create(new StringReader(text.GetText()!.ToString()));
            string name = "", service = "", method = "", resource = "";
            while (reader.Read())
            {
                switch (reader.NodeType, reader.Name)
                {
                    case (XmlNodeType.Element, "async_event"):
                        name = reader.GetAttribute("name")!;
                        break;
                    case (XmlNodeType.Element, "service"):
                        service = reader.GetAttribute("class")!;
                        method = reader.GetAttribute("method")!;
                        break;
                    case (XmlNodeType.Text, _):
                        resource = reader.Value;
                        break;
                    case (XmlNodeType.EndElement, "async_event"):
                        events.Add(new DeclaredEvent(name, service, method, resource));
                        break;
                }
            }

            count += events.Count;
        }

        return count;
    }

    /// <summary>Finds every event's class, method and parameter types in the compilation, and writes the types out.</summary>
    public static int LookUp(CSharpCompilation compilation, ImmutableArray<DeclaredEvent> events)
    {
        var length = 0;
        foreach (var one in events)
        {
            var type = compilation.GetTypeByMetadataName(one.Service)!;
            var method = type.GetMembers(one.Method).OfType<IMethodSymbol>().Single();
            foreach (var parameter in method.Parameters)
                length += parameter.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat).Length;
            length += method.ReturnType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat).Length;
        }

        return length;
    }
}

/// <summary>What the compiler's driver itself costs: one constant output for each file, and no look at the code.</summary>
internal sealed class ConstantGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context) =>
        context.RegisterSourceOutput(
            context.AdditionalTextsProvider.Select(static (text, token) => (Name: text.Path.Replace('/', '_'), Length: text.GetText(token)!.Length)),
            static (output, file) => output.AddSource(file.Name, $"// {file.Length}"));
}
