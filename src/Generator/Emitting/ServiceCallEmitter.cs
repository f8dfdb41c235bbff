using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Binding;

namespace Declarative.Generator.Emitting;

/// <summary>
/// Writes what the rows of events and routes say of a service method: its parameters
/// <code>[new("id", typeof(int)), new("note", typeof(string), false)]</code>
/// and its call
/// <code>service.GetAsync(call.Argument&lt;int&gt;(0), call.Argument&lt;string?&gt;(1), call.CancellationToken)</code>
/// </summary>
internal static class ServiceCallEmitter
{
    public static string Parameters(IReadOnlyList<ParameterModel> parameters) =>
        $"[{string.Join(", ", parameters.Select(parameter => $"new({CodeWriter.Literal(parameter.Name)}, typeof({parameter.TypeOf}){(parameter.IsRequired ? "" : ", false")})"))}]";

    public static string Invocation(ServiceModel service, IReadOnlyList<ParameterModel> parameters)
    {
        var arguments = parameters.Select((parameter, index) =>
            $"call.Argument<{parameter.Type}>({index}{(parameter.Default is { } value && value is not ("null" or "default") ? ", " + value : "")})");
        if (service.TakesToken)
            arguments = arguments.Concat(["call.CancellationToken"]);
        return $"service.{Identifiers.Escape(service.Method)}({string.Join(", ", arguments)})";
    }
}
