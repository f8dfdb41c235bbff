using System.Globalization;
using System.Linq;
using System.Text;
using Declarative.Generator.Binding;
using Microsoft.CodeAnalysis.Text;

namespace Declarative.Generator.Emitting;

/// <summary>
/// One output for one <c>webapi.xml</c>: a row per route
/// <code>
/// module.AddRoute&lt;IOrders, Order&gt;("GET", "/V1/orders/:id", File, "GetAsync", [new("id", typeof(int))], ["Shop_Sales::orders"],
///     static async (service, call) => await call.Answer(await service.GetAsync(call.Argument&lt;int&gt;(0), call.CancellationToken)));
/// module.AddRoute&lt;IOrders&gt;("POST", "/V1/orders/:id/cancel", File, "Cancel", …, static (service, call) => { service.Cancel(call.Argument&lt;int&gt;(0)); return call.Answer(); });
/// module.AddToRoute("GET", "/V1/products", File, ["Shop_Sales::orders"]);
/// </code>
/// with an assembly attribute by which other assemblies' generators know it.
/// </summary>
internal static class RoutesEmitter
{
    public static SourceText Emit(RouteTable table, ProjectModel project)
    {
        var code = new CodeWriter();
        if (!project.IsHost)
        {
            code.Line($"using DeclaredRoute = global::{Manifest.RouteAttribute};");
            code.Line();
            foreach (var model in table.Models)
                code.Line(Attribute(model, table.Source));
            code.Line();
        }

        TableEmitter.Emit(code, table.Source, project, table.Models.Select(Row));
        return code.ToSource();
    }

    private static string Row(RouteModel model)
    {
        var key = $"{CodeWriter.Literal(model.Method)}, {CodeWriter.Literal(model.Url)}, {TableEmitter.File}";
        var resources = CodeWriter.Literals(model.Resources);
        return model.Service is { } service
            ? $"module.AddRoute<{service.Type}{(model.Result is { } result ? ", " + result : "")}>({key}, {CodeWriter.Literal(service.Method)}, {ServiceCallEmitter.Parameters(model.Parameters)}, {resources}, {Handle(model, service)}{Stated(model)});"
            : $"module.AddToRoute({key}, {resources}{Stated(model)});";
    }

    private static string Handle(RouteModel model, ServiceModel service)
    {
        var invocation = ServiceCallEmitter.Invocation(service, model.Parameters);
        return (model.Result, service.IsAwaited) switch
        {
            (null, false) => $"static (service, call) => {{ {invocation}; return call.Answer(); }}",
            (null, true) => $"static async (service, call) => {{ await {invocation}; await call.Answer(); }}",
            (_, false) => $"static (service, call) => call.Answer({invocation})",
            (_, true) => $"static async (service, call) => await call.Answer(await {invocation})",
        };
    }

    /// <summary>The optional arguments, where the file says something.</summary>
    private static string Stated(RouteModel model)
    {
        var stated = new StringBuilder();
        if (model.IsSecure is { } isSecure)
            stated.Append($", isSecure: {(isSecure ? "true" : "false")}");
        if (model.InputArraySizeLimit is { } limit)
            stated.Append($", inputArraySizeLimit: {limit.ToString(CultureInfo.InvariantCulture)}");
        if (model.Data.Count > 0)
            stated.Append($", data: [{string.Join(", ", model.Data.Select(data => $"new({CodeWriter.Literal(data.Name)}, {(data.Value is { } value ? CodeWriter.Literal(value) : "null")}, {data.IsForced switch { true => "true", false => "false", null => "null" }})"))}]");
        return stated.ToString();
    }

    private static string Attribute(RouteModel model, string source)
    {
        var attribute = new StringBuilder($"[assembly: DeclaredRoute({CodeWriter.Literal(model.Method)}, {CodeWriter.Literal(model.Url)}, {CodeWriter.Literal(source)}");
        if (model.Service is not null)
            attribute.Append(", HasService = true");
        if (model.Resources.Count > 0)
            attribute.Append($", Resources = {CodeWriter.Literals(model.Resources)}");
        return attribute.Append(")]").ToString();
    }
}
