using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Declarative.Generator.Binding;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Emitting;

/// <summary>
/// One output for one <c>event_consumers.xml</c>: the records of payloads and inputs, the classes to write as comments, and a row per statement
/// <code>
/// module.AddConsumer(new("product-backoffice", File) { Path = "/consumers/product", Signature = "x-magento-signature", Secret = "Erp:WebhookSecret" });
/// module.AddEventHandler&lt;ProductCreated, ProductCreatedPayload&gt;(new("product-backoffice", "be-observer.catalog_product_create", "BackOffice.Products.ProductCreated", File), ProductCreatedPayload.Shape);
/// module.AddHandlerStub&lt;ProductRef&gt;(new("product-backoffice", "be-observer.catalog_product_delete", "BackOffice.Products.ProductDeleted", File));
/// module.AddIngestion(new("/webhook/ingestion", "hmac", File) { Secret = "Erp:IngestionSecret" });
/// </code>
/// with an assembly attribute by which other assemblies' generators know it.
/// </summary>
internal static class ConsumersEmitter
{
    public static SourceText Emit(ConsumerTable table, ProjectModel project)
    {
        var code = new CodeWriter();
        if (!project.IsHost)
        {
            code.Line($"using DeclaredConsumer = global::{Manifest.ConsumerAttribute};");
            code.Line();
            foreach (var consumer in table.Consumers)
                code.Line(Attribute(consumer.Name, consumer.Path ?? "", table.Source));
            foreach (var ingestion in table.Ingestions)
                code.Line(Attribute("", ingestion.Path, table.Source));
            code.Line();
        }

        var inputs = new HashSet<InputsModel>();
        foreach (var one in table.Consumers.SelectMany(consumer => consumer.Events))
        {
            if (one.IsToBeWritten)
                EmitClassToWrite(code, one);
            if (one.Record is { } record)
                PayloadEmitter.Emit(code, record, one.Name, table.Source);

            // One class may handle both parts of a split event.
            if (one.Inputs is not null && inputs.Add(one.Inputs))
                InputsEmitter.Emit(code, one.Inputs, one.Handler, table.Source);
        }

        TableEmitter.Emit(code, table.Source, project, table.Consumers.SelectMany(Rows).Concat(table.Ingestions.Select(Row)));
        return code.ToSource();
    }

    /// <summary>The output's name where records go to the compiler early.</summary>
    public static string EarlyHintName(EarlyPayloads early) => TableEmitter.HintNameOf(early.Source, "payloads.");

    /// <summary>Those records, as they would stand in the file's other output.</summary>
    public static SourceText Emit(EarlyPayloads early)
    {
        var code = new CodeWriter();
        foreach (var one in early.Records)
            PayloadEmitter.Emit(code, one.Record, one.EventName, early.Source);
        return code.ToSource();
    }

    private static IEnumerable<string> Rows(ConsumerModel model)
    {
        var name = CodeWriter.Literal(model.Name);
        yield return $"module.AddConsumer(new({name}, {TableEmitter.File}){Initialiser([Text("Path", model.Path), Text("Signature", model.Signature), Text("Secret", model.Secret), Text("Keys", model.Keys), Text("Client", model.Client), Text("Prefix", model.Prefix)])});";
        foreach (var one in model.Events)
        {
            var method = one.HandlerType is null ? $"AddHandlerStub<{one.PayloadType}>" : $"AddEventHandler<{one.HandlerType}, {one.PayloadType}>";
            var shape = one.Shape is null ? "" : ", " + one.Shape;
            yield return $"module.{method}(new({name}, {CodeWriter.Literal(one.Name)}, {CodeWriter.Literal(one.Handler)}, {TableEmitter.File}){Initialiser([Split(one), Loop(one), one.Inputs is null ? null : $"Inputs = {one.Inputs.TypeName}.Declared"])}{shape});";
        }
    }

    private static string? Split(ConsumedEventModel one) =>
        one.Split is { } split ? $"Split = new({CodeWriter.Literal(split.First)}, {CodeWriter.Literal(split.Second)}, {(split.IsEqual ? "true" : "false")})" : null;

    private static string? Loop(ConsumedEventModel one) =>
        one.Loop is { } loop
            ? $"Loop = new({CodeWriter.Literal(loop.Key)}, {CodeWriter.Literals(loop.Fingerprint)}){Initialiser([Text("Group", loop.Group), loop.Seconds is { } seconds ? $"Lifetime = global::System.TimeSpan.FromSeconds({seconds.ToString(CultureInfo.InvariantCulture)})" : null])}"
            : null;

    private static string Row(IngestionModel model)
    {
        var method = model.Authenticator is { } authenticator ? $"AddIngestion<{authenticator}>" : "AddIngestion";
        return $"module.{method}(new({CodeWriter.Literal(model.Path)}, {CodeWriter.Literal(model.Authentication)}, {TableEmitter.File}){Initialiser([Text("Secret", model.Secret), Text("Header", model.Header), Text("Resource", model.Resource)])});";
    }

    private static string? Text(string property, string? value) => value is null ? null : $"{property} = {CodeWriter.Literal(value)}";

    /// <summary>What the file says, as an initialiser.</summary>
    private static string Initialiser(IEnumerable<string?> parts)
    {
        var stated = parts.OfType<string>().ToList();
        return stated.Count > 0 ? $" {{ {string.Join(", ", stated)} }}" : "";
    }

    private static string Attribute(string name, string path, string source) =>
        $"[assembly: DeclaredConsumer({CodeWriter.Literal(name)}, {CodeWriter.Literal(path)}, {CodeWriter.Literal(source)})]";

    /// <summary>The class as a comment. It compiles as it stands, with or without global usings; nothing in it can end the comment.</summary>
    private static void EmitClassToWrite(CodeWriter code, ConsumedEventModel one)
    {
        var dot = one.Handler.LastIndexOf('.');
        var space = dot > 0 ? Identifiers.Qualified(one.Handler.Substring(0, dot)) : "";
        var usings = new List<string> { "System.Threading", "System.Threading.Tasks", "Declarative.Consumers" };
        var payload = one.PayloadType;
        if (space.Length > 0)
            payload = payload.Replace($"global::{space}.", "");
        foreach (var (known, type) in new[] { ("System.Text.Json", "JsonElement"), ("System.Collections.Generic", "IReadOnlyList<") }.Where(one => payload.Contains($"global::{one.Item1}.{one.Item2}")))
        {
            payload = payload.Replace($"global::{known}.{type}", type);
            usings.Insert(0, known);
        }

        var inputs = one.Inputs is null ? "" : $", whose constructor may take {one.Inputs.Name}";
        code.Line($"/* '{one.Name}' is answered with 501 until this class is written{inputs}:");
        code.Line();
        foreach (var imported in usings)
            code.Line($"using {imported};");
        code.Line();
        if (space.Length > 0)
            code.Line($"namespace {space};").Line();
        code.Line($"public sealed class {Identifiers.Escape(one.Handler.Substring(dot + 1))} : IEventHandler<{payload}>");
        code.Lines($$"""
            {
                public Task<EventResult> HandleAsync({{payload}} payload, EventContext context, CancellationToken cancellationToken) =>
                    Task.FromResult(EventResult.Failure(501, "Not written yet."));
            }

            */
            """);
        code.Line();
    }
}
