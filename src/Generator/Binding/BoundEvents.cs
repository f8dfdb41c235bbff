using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;

namespace Declarative.Generator.Binding;

/// <summary>What one XML file's events became. Models and positions are apart, so that positions reach no output.</summary>
internal sealed record BoundEvents(
    string LogicalPath,
    EquatableArray<EventModel> Models,
    EquatableArray<SourcePosition> Positions,
    EquatableArray<DiagnosticInfo> Diagnostics);

/// <summary>What the project's attributes became.</summary>
internal sealed record BoundAttributes(EquatableArray<EventModel> Models, EquatableArray<AttributeDiagnostic> Diagnostics)
{
    /// <summary>The diagnostics with the places of their attributes.</summary>
    public EquatableArray<DiagnosticInfo> Placed(EquatableArray<SourcePosition> positions) =>
        Diagnostics.Select(one => one.Diagnostic with { Position = one.Number < positions.Count ? positions[one.Number] : null }).ToEquatableArray();
}

/// <summary>A diagnostic about the attribute with the number; its place is added when it is reported.</summary>
internal sealed record AttributeDiagnostic(int Number, DiagnosticInfo Diagnostic);

/// <summary>The events that one output is made of.</summary>
internal sealed record EventTable(string Source, EquatableArray<EventModel> Models)
{
    /// <summary>The table without the events that another declaration stands for.</summary>
    public EventTable Without(EquatableArray<Superseded> superseded)
    {
        if (!superseded.Any(one => one.DeclaredIn == Source))
            return this;
        return this with { Models = Models.Where((_, number) => !superseded.Contains(new Superseded(Source, number))).ToEquatableArray() };
    }
}
