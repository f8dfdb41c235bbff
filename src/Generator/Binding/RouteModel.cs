using Declarative.Generator.Diagnostics;

namespace Declarative.Generator.Binding;

/// <summary>One statement of a route, bound: everything the emitter needs as text, and no position.</summary>
internal sealed record RouteModel
{
    public required string Method { get; init; }

    public required string Url { get; init; }

    /// <summary>The service call; null if the statement only adds to another module's route.</summary>
    public ServiceModel? Service { get; init; }

    /// <summary>The service method's result as <c>typeof</c> takes it; null if it gives nothing.</summary>
    public string? Result { get; init; }

    public EquatableArray<ParameterModel> Parameters { get; init; } = EquatableArray<ParameterModel>.Empty;

    public EquatableArray<string> Resources { get; init; } = EquatableArray<string>.Empty;

    public bool? IsSecure { get; init; }

    public int? InputArraySizeLimit { get; init; }

    public EquatableArray<RouteDataModel> Data { get; init; } = EquatableArray<RouteDataModel>.Empty;
}

/// <summary>An argument that the declaration gives.</summary>
internal sealed record RouteDataModel(string Name, string? Value, bool? IsForced);

/// <summary>What one file's routes became; those that are wrong were reported and are not among the models.</summary>
internal sealed record BoundRoutes(RouteTable Table, EquatableArray<DiagnosticInfo> Diagnostics);

/// <summary>The routes that one output is made of.</summary>
internal sealed record RouteTable(string Source, EquatableArray<RouteModel> Models);
