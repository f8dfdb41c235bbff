using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Declarative.Generator.Binding;

/// <summary>The second stage for routes: looks up the services that they name and checks that requests can call them.</summary>
internal sealed class RouteBinder
{
    private readonly List<DiagnosticInfo> _diagnostics = [];
    private readonly ServiceLookup _services;

    private RouteBinder(Compilation compilation) => _services = new ServiceLookup(compilation, _diagnostics);

    /// <summary>Binds a file, or gives back what was bound when neither it nor any declaration in C# changed since.</summary>
    public static BoundRoutes Bind(FileDeclarations file, DeclarationHash hash, Compilation compilation, CancellationToken cancellationToken) =>
        hash.Bound(file, () =>
        {
            var binder = new RouteBinder(compilation);
            var models = new List<RouteModel>();
            foreach (var declaration in file.Content.Routes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (binder.Bind(declaration) is { } model && declaration.IsValid)
                    models.Add(model);
            }

            return new BoundRoutes(new RouteTable(file.LogicalPath, models.ToEquatableArray()), binder._diagnostics.ToEquatableArray());
        });

    /// <summary>The statement; null if its service is stated and can't be called so.</summary>
    private RouteModel? Bind(RouteDeclaration declaration)
    {
        var model = new RouteModel
        {
            Method = declaration.Method,
            Url = declaration.Url.Value,
            Resources = declaration.Resources.Select(id => id.Value).ToEquatableArray(),
            IsSecure = declaration.IsSecure,
            InputArraySizeLimit = declaration.InputArraySizeLimit,
            Data = declaration.Data.Select(data => new RouteDataModel(data.Name.Value, data.Value, data.IsForced)).ToEquatableArray(),
        };
        if (!declaration.StatesService)
            return model;
        if (declaration.Service is not { } service || _services.Type(service.Class) is not { } type || _services.Method(type, service.Method) is not { } method)
            return null;
        var position = service.Method.Position;
        if (_services.Parameters(type, method, position) is not { } parameters)
            return null;
        var display = ServiceLookup.Display(type, method);
        var isSound = new RouteArguments(declaration, display, parameters, _diagnostics).Check(position);
        var (result, isAwaited) = Symbols.Awaited(method.ReturnType);
        if (ServiceLookup.WhyNotSent(method, result) is { } why)
        {
            _diagnostics.Add(DiagnosticInfo.Create(Descriptors.ResultNotCarried, position, display, why));
            return null;
        }

        return !isSound ? null : model with
        {
            Service = new ServiceModel(Symbols.TypeOf(type), method.Name, MethodLookup.TakesToken(method), isAwaited),
            Parameters = parameters.Select(Symbols.Parameter).ToEquatableArray(),
            Result = result is null || result.SpecialType == SpecialType.System_Void ? null : Symbols.TypeOf(result),
        };
    }
}
