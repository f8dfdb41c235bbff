using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Declarative.Merging;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>Checks that what a route's path, declaration and query give fits the service method's parameters.</summary>
internal sealed class RouteArguments(RouteDeclaration route, string method, IReadOnlyList<IParameterSymbol> parameters, List<DiagnosticInfo> diagnostics)
{
    /// <summary>False if the route can't work; what is only unwise is reported and passes.</summary>
    /// <param name="position">Where the service method is named.</param>
    public bool Check(SourcePosition position)
    {
        var before = diagnostics.Count;
        foreach (var segment in route.Segments)
            CheckSegment(segment);
        foreach (var data in route.Data)
            CheckData(data.Name);
        var isSound = diagnostics.Count == before;
        if (route.Method is "GET" or "DELETE")
            isSound &= CheckQuery(position);
        return isSound;
    }

    private void CheckSegment(Positioned segment)
    {
        var name = segment.Value.Substring(1);
        if (Find(name) is not null)
            return;

        // A value in the path of a PUT replaces the id in the body.
        if (route.Method == "PUT" && parameters.Any(parameter => PropertyPath.HasAnywhere(parameter.Type, name)))
            return;
        Report(segment.Position, segment.Value, "parameter", method, Mend(name, ":"));
    }

    private void CheckData(Positioned name)
    {
        var parts = name.Value.Split('.');
        if (Find(parts[0]) is not { } parameter)
            Report(name.Position, parts[0], "parameter", method, Mend(parts[0], ""));
        else if (PropertyPath.FirstMissing(parameter.Type, parts.Skip(1)) is { } missing)
            Report(name.Position, missing.Name, "property", missing.Type.ToDisplayString(), PropertyPath.Nearest(missing.Type, missing.Name) is { } nearest ? $"; did you mean '{nearest}'?" : "");
    }

    private bool CheckQuery(SourcePosition position)
    {
        var isSound = true;
        foreach (var parameter in parameters)
        {
            if (QueryTypes.NeedsBody(parameter.Type))
            {
                isSound = false;
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.ParameterNotCarried, position, parameter.Name, method, $"'{parameter.Type.ToDisplayString()}' only comes in a body, and {route.Method} has none; use POST or PUT"));
            }
            else if (!QueryTypes.IsNatural(parameter.Type))
            {
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.ObjectInQuery, position, parameter.Name, method, route.Method));
            }
        }

        return isSound;
    }

    private IParameterSymbol? Find(string name) => parameters.FirstOrDefault(parameter => WireName.AreAlike(parameter.Name.AsSpan(), name.AsSpan()));

    private string Mend(string name, string colon)
    {
        var names = parameters.Select(parameter => parameter.Name).ToList();
        return NearestName.Find(name, names) is { } nearest ? $"; did you mean '{colon}{nearest}'?"
            : names.Count == 0 ? "; it takes none"
            : $"; it takes {string.Join(", ", names)}";
    }

    private void Report(SourcePosition position, string name, string what, string of, string mend) =>
        diagnostics.Add(DiagnosticInfo.Create(Descriptors.NoSuchParameter, position, name, what, of, mend));
}
