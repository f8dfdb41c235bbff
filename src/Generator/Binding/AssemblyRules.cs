using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Declarations;
using Declarative.Generator.Diagnostics;

namespace Declarative.Generator.Binding;

/// <summary>An event that some other declaration of the assembly already stands for, so that nothing is emitted for it.</summary>
/// <param name="DeclaredIn">The file, or the C# member with the attribute.</param>
/// <param name="Number">Which event of the file (or which attribute) it is, from 0.</param>
internal sealed record Superseded(string DeclaredIn, int Number);

/// <summary>What the rules over all files of one assembly say: which events to leave out, and what to report.</summary>
internal sealed record AssemblyVerdict(EquatableArray<Superseded> Superseded, EquatableArray<DiagnosticInfo> Diagnostics);

/// <summary>Rules that only all of an assembly's declarations together can break.</summary>
internal static class AssemblyRules
{
    public static AssemblyVerdict Check(IEnumerable<BoundEvents> files, BoundAttributes attributes, EquatableArray<SourcePosition> attributePositions)
    {
        var superseded = new List<Superseded>();
        var diagnostics = new List<DiagnosticInfo>();
        var byName = new Dictionary<string, (EventModel Model, bool IsXml)>(StringComparer.Ordinal);
        var byIdentifier = new Dictionary<string, EventModel>(StringComparer.Ordinal);

        var ordered = files.OrderBy(file => file.LogicalPath, StringComparer.Ordinal).ToList();
        var own = new HashSet<string>(ordered.SelectMany(file => file.Models).Concat(attributes.Models).Where(model => !model.IsIncluded).Select(model => model.Name), StringComparer.Ordinal);
        foreach (var file in ordered)
        {
            for (var number = 0; number < file.Models.Count; number++)
            {
                var model = file.Models[number];
                if (model.IsIncluded && own.Contains(model.Name))
                    superseded.Add(new Superseded(file.LogicalPath, number));
                else if (byName.TryGetValue(model.Name, out var known))
                {
                    superseded.Add(new Superseded(file.LogicalPath, number));
                    diagnostics.Add(DiagnosticInfo.Create(Descriptors.DuplicateEvent, file.Positions[number], model.Name, known.Model.DeclaredIn));
                }
                else
                {
                    byName.Add(model.Name, (model, true));
                    CheckIdentifier(model, file.LogicalPath, number, file.Positions[number]);
                }
            }
        }

        for (var number = 0; number < attributes.Models.Count; number++)
        {
            var model = attributes.Models[number];
            var position = number < attributePositions.Count ? attributePositions[number] : null;
            if (!byName.TryGetValue(model.Name, out var known))
            {
                byName.Add(model.Name, (model, false));
                CheckIdentifier(model, "", number, position);
                continue;
            }

            superseded.Add(new Superseded("", number));
            var difference = Difference(known.Model, model);
            if (known.IsXml && difference is not null)
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.Disagreement, position, $"The event '{model.Name}'", known.Model.DeclaredIn, difference));
            else if (!known.IsXml && difference is not null)
                diagnostics.Add(DiagnosticInfo.Create(Descriptors.DuplicateEvent, position, model.Name, known.Model.DeclaredIn));
        }

        return new AssemblyVerdict(superseded.ToEquatableArray(), diagnostics.ToEquatableArray());

        void CheckIdentifier(EventModel model, string declaredIn, int number, SourcePosition? position)
        {
            if (model.Identifier.Length == 0 || model.Overrides is not null)
                return;
            if (!byIdentifier.TryGetValue(model.Identifier, out var other))
            {
                byIdentifier.Add(model.Identifier, model);
                return;
            }

            superseded.Add(new Superseded(declaredIn, number));
            diagnostics.Add(DiagnosticInfo.Create(Descriptors.IdentifierCollision, position, other.Name, model.Name, $"I{model.Identifier}Publisher"));
        }
    }

    /// <summary>In what the two statements of one event differ; null if they agree, or if one is broken and said so already.</summary>
    private static string? Difference(EventModel known, EventModel other)
    {
        if (known.IsBroken || other.IsBroken)
            return null;
        if (known.Service is null != other.Service is null)
            return known.Service is null ? "it carries its payload there" : "a service makes its payload there";
        if (known.Service != other.Service)
            return $"it is resolved by {known.Service!.Type}.{known.Service.Method} there".Replace("global::", "");
        if (known.PayloadType != other.PayloadType)
            return $"its payload is {known.PayloadType} there".Replace("global::", "");
        return new HashSet<string>(known.Resources, StringComparer.Ordinal).SetEquals(other.Resources) ? null : "it has other resources there";
    }
}
