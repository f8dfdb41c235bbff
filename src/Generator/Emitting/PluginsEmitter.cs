using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Binding;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Emitting;

/// <summary>The plugin events of an assembly, each once, by the interface that raises them.</summary>
internal sealed record PluginTable(EquatableArray<PluginModel> Models)
{
    /// <summary>Stands for the plugin events among the files.</summary>
    public const string Source = "PluginEvents";

    public static PluginTable Of(IEnumerable<BoundSubscriptions> files) => new(
        files.OrderBy(file => file.Table.Source, StringComparer.Ordinal).SelectMany(file => file.Plugins)
            .GroupBy(plugin => plugin.EventName, StringComparer.Ordinal).Select(alike => alike.First())
            .OrderBy(plugin => plugin.Decorator.Service, StringComparer.Ordinal).ThenBy(plugin => plugin.EventName, StringComparer.Ordinal)
            .ToEquatableArray());
}

/// <summary>
/// One output for all plugin events: a row per event
/// <code>module.AddPlugin&lt;IOrders, OrdersPlugin, Order&gt;("plugin.shop.sales.orders.save", "etc/io_events.xml", "SaveAsync", static (inner, plugins) => new OrdersPlugin(inner, plugins));</code>
/// and a decorator per interface, which forwards all and tells of the methods that are asked for:
/// <code>
/// async Task&lt;Order&gt; IOrders.SaveAsync(Order order)
/// {
///     var result = await this._inner.SaveAsync(order).ConfigureAwait(false);
///     await this._plugins.AfterAsync("plugin.shop.sales.orders.save", result).ConfigureAwait(false);
///     return result;
/// }
/// </code>
/// </summary>
internal static class PluginsEmitter
{
    private const string Publisher = "global::Declarative.Plugins.PluginPublisher";

    public static SourceText Emit(PluginTable table, ProjectModel project)
    {
        var code = new CodeWriter();

        // Attributes such as NotNullWhen are not restated, and the caller sees the interface's anyway.
        code.Line("#nullable disable warnings");
        if (!project.IsHost)
        {
            code.Line($"using DeclaredAsyncEvent = global::{Manifest.AsyncEventAttribute};");
            code.Line();
            foreach (var model in table.Models)
                code.Line(Attribute(model));
            code.Line();
        }

        var names = Names(table);
        TableEmitter.Emit(code, PluginTable.Source, project, table.Models.Select(model => Row(model, names[model.Decorator.Service])), hasFile: false);
        code.Line();
        code.Open($"namespace {ManifestEmitter.Namespace}");
        code.Open($"partial class {project.ManifestClass}");
        foreach (var ofService in table.Models.GroupBy(model => model.Decorator.Service, StringComparer.Ordinal))
            EmitDecorator(code, names[ofService.Key], ofService.First().Decorator, ofService.ToList());
        code.Close().Close();
        return code.ToSource();
    }

    private static Dictionary<string, string> Names(PluginTable table) =>
        table.Models.Select(model => model.Decorator).GroupBy(decorator => decorator.Service, StringComparer.Ordinal).Select(alike => alike.First())
            .GroupBy(decorator => decorator.Name, StringComparer.Ordinal)
            .SelectMany(alike => alike.Select(one => (one.Service, Name: one.Name + "Plugin" + (alike.Count() > 1 ? "_" + Fnv.ShortHash(one.Service) : ""))))
            .ToDictionary(one => one.Service, one => one.Name, StringComparer.Ordinal);

    private static string Row(PluginModel model, string decorator)
    {
        var types = $"{model.Decorator.Service}, {decorator}{(model.Payload is { } payload ? ", " + payload : "")}";
        var arguments = model.Payload is null ? ", " + ServiceCallEmitter.Parameters(model.Arguments) : "";
        return $"module.AddPlugin<{types}>({CodeWriter.Literal(model.EventName)}, {CodeWriter.Literal(model.DeclaredIn)}, {CodeWriter.Literal(model.Method)}{arguments}, static (inner, plugins) => new {decorator}(inner, plugins));";
    }

    private static string Attribute(PluginModel model)
    {
        var told = model.Payload is { } payload
            ? $"ParameterNames = [\"payload\"], ParameterTypes = [typeof({payload})], Payload = typeof({payload})"
            : $"ParameterNames = {CodeWriter.Literals(model.Arguments.Select(one => one.Name))}, ParameterTypes = [{string.Join(", ", model.Arguments.Select(one => $"typeof({one.TypeOf})"))}]";
        return $"[assembly: DeclaredAsyncEvent({CodeWriter.Literal(model.EventName)}, {CodeWriter.Literal(model.DeclaredIn)}, {told})]";
    }

    private static void EmitDecorator(CodeWriter code, string name, DecoratorModel decorator, List<PluginModel> events)
    {
        code.Line($"/// <summary>Forwards to the registered service and tells of {CodeWriter.Doc(string.Join(", ", events.Select(one => one.EventName)))}.</summary>");
        code.Open($"private sealed class {name} : {decorator.Service}");
        code.Line($"private readonly {decorator.Service} _inner;");
        code.Line($"private readonly {Publisher} _plugins;");
        code.Line();
        code.Open($"public {name}({decorator.Service} inner, {Publisher} plugins)");
        code.Line("_inner = inner;");
        code.Line("_plugins = plugins;");
        code.Close();
        foreach (var method in decorator.Methods)
        {
            code.Line();
            EmitMethod(code, decorator, method, events.Find(one => one.Keys.Contains(method.Key, StringComparer.Ordinal)));
        }

        foreach (var property in decorator.Properties)
        {
            code.Line();
            EmitProperty(code, decorator, property);
        }

        foreach (var one in decorator.Events)
        {
            code.Line();
            code.Open($"event {one.Type} {one.Contract}.{Identifiers.Escape(one.Name)}");
            code.Line($"add {{ {Inner(decorator, one.Contract)}.{Identifiers.Escape(one.Name)} += value; }}");
            code.Line($"remove {{ {Inner(decorator, one.Contract)}.{Identifiers.Escape(one.Name)} -= value; }}");
            code.Close();
        }

        code.Close();
        code.Line();
    }

    private static void EmitMethod(CodeWriter code, DecoratorModel decorator, DecoratedMethod method, PluginModel? told)
    {
        var types = method.TypeParameters.Count > 0 ? $"<{string.Join(", ", method.TypeParameters)}>" : "";
        var parameters = string.Join(", ", method.Parameters.Select(one => $"{one.Modifier}{one.Type} {Identifiers.Escape(one.Name)}"));
        var signature = $"{method.ReturnType} {method.Contract}.{Identifiers.Escape(method.Name)}{types}({parameters}){(method.ReturnType.Contains("?") || parameters.Contains("?") ? method.Constraints : "")}";
        var call = $"{(method.ReturnsReference ? "ref " : "")}{Inner(decorator, method.Contract)}.{Identifiers.Escape(method.Name)}{types}({string.Join(", ", method.Parameters.Select(one => one.Passed + Identifiers.Escape(one.Name)))})";
        if (method.IsObsolete)
            code.Line("[global::System.Obsolete]");
        if (told is null)
        {
            code.Line($"{signature} => {call};");
            return;
        }

        var isAwaited = method.Outcome is MethodOutcome.Task or MethodOutcome.TaskOfValue;
        var hasResult = method.Outcome is MethodOutcome.Value or MethodOutcome.TaskOfValue;
        code.Open((isAwaited ? "async " : "") + signature);
        var result = "result";
        while (method.Parameters.Any(one => one.Name == result))
            result = "_" + result;
        code.Line($"{(hasResult ? $"var {result} = " : "")}{(isAwaited ? $"await {call}.ConfigureAwait(false)" : call)};");
        var payload = hasResult ? result : State(method);
        code.Line($"{(isAwaited ? "await " : "")}this._plugins.After{(isAwaited ? "Async" : "")}({CodeWriter.Literal(told.EventName)}, {payload}){(isAwaited ? ".ConfigureAwait(false)" : "")};");
        if (hasResult)
            code.Line($"return {result};");
        code.Close();
    }

    /// <summary>The arguments, handed over so that writing them can't fail in the caller's hands: <c>(id, note), static (arguments, one) => arguments.Add("id", one.Item1).Add("note", one.Item2)</c>.</summary>
    private static string State(DecoratedMethod method)
    {
        var told = method.Parameters.Where(one => one.WireName is not null).ToList();
        var state = told.Count switch
        {
            0 => "0",
            1 => Identifiers.Escape(told[0].Name),
            _ => $"({string.Join(", ", told.Select(one => Identifiers.Escape(one.Name)))})",
        };
        var adds = told.Select((one, index) => $".Add({CodeWriter.Literal(one.WireName!)}, one{(told.Count == 1 ? "" : $".Item{index + 1}")})");
        return $"{state}, static (arguments, one) => arguments{string.Concat(adds)}";
    }

    private static void EmitProperty(CodeWriter code, DecoratorModel decorator, DecoratedProperty property)
    {
        var parameters = property.Parameters.Count > 0 ? $"[{string.Join(", ", property.Parameters.Select(one => $"{one.Modifier}{one.Type} {Identifiers.Escape(one.Name)}"))}]" : "";
        var access = Inner(decorator, property.Contract)
            + (property.Parameters.Count > 0 ? $"[{string.Join(", ", property.Parameters.Select(one => one.Passed + Identifiers.Escape(one.Name)))}]" : "." + Identifiers.Escape(property.Name));
        code.Open($"{property.Type} {property.Contract}.{(property.Parameters.Count > 0 ? "this" : Identifiers.Escape(property.Name))}{parameters}");
        if (property.HasGet)
            code.Line($"get {{ return {(property.ReturnsReference ? "ref " : "")}{access}; }}");
        if (property.HasSet)
            code.Line($"set {{ {access} = value; }}");
        code.Close();
    }

    private static string Inner(DecoratorModel decorator, string contract) => contract == decorator.Service ? "this._inner" : $"(({contract})this._inner)";
}
