using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Diagnostics;
using Declarative.Generator.Emitting;
using Declarative.Generator.Xml;
using Declarative.Merging;

namespace Declarative.Generator.Binding;

/// <summary>
/// Rules over the merged permissions. A library reports what its own files do; a host also what its references do to each
/// other.
/// </summary>
internal static class AclRules
{
    public static EquatableArray<DiagnosticInfo> Check(Permissions permissions, ModuleSequence sequence, ProjectModel project) =>
        TwoParents(permissions, project).Concat(NoTitle(permissions, sequence, project)).Distinct().ToEquatableArray();

    private static IEnumerable<DiagnosticInfo> TwoParents(Permissions permissions, ProjectModel project)
    {
        foreach (var (earlier, later) in permissions.Conflicts)
        {
            // Told from where it can be mended: this assembly's statement, the later one if both are.
            var (here, there) = later.Position is not null || earlier.Position is null ? (later, earlier) : (earlier, later);
            if ((here.Position is not null || project.IsHost) && HasSoundParent(here.Statement) && HasSoundParent(there.Statement))
                yield return DiagnosticInfo.Create(Descriptors.TwoParents, here.Position, here.Statement.Id, Under(here.Statement), here.Where, Under(there.Statement), there.Where);
        }
    }

    private static IEnumerable<DiagnosticInfo> NoTitle(Permissions permissions, ModuleSequence sequence, ProjectModel project)
    {
        foreach (var id in permissions.Tree.Nodes.Where(node => node.Title is null).Select(node => node.Id))
        {
            var statements = permissions.Statements[id];
            var own = statements.FirstOrDefault(placed => placed.Position is not null);
            if (!AclFile.ResourceId.Matches(id) || !(project.IsHost || own is not null && permissions.IsOfKnownModule(id)))
                continue;

            // A foreign id that nobody gives a title is most likely a mistyped one.
            var meant = Permissions.Prefix(id) == sequence.OwnName ? null : permissions.Nearest(id);
            var where = own is null ? $", which {statements.First().Where} states," : "";
            yield return DiagnosticInfo.Create(Descriptors.NoTitle, own?.Position, id, where, meant is null ? "add title=\"…\" where it is declared" : $"did you mean '{meant}'?");
        }
    }

    /// <summary>A parent without an id, or with a malformed one, was reported as that.</summary>
    private static bool HasSoundParent(AclStatement statement) => statement.ParentId is null || AclFile.ResourceId.Matches(statement.ParentId);

    private static string Under(AclStatement statement) => statement.ParentId is null ? "at the top" : $"under '{statement.ParentId}'";
}
