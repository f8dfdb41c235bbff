using System;
using System.Collections.Generic;
using System.Linq;
using Declarative.Generator.Emitting;
using Declarative.Merging;

namespace Declarative.Generator.Binding;

/// <summary>The C# constant of a resource.</summary>
/// <param name="Source">The file whose output declares it.</param>
/// <param name="Class">The class, one for each module that ids name: two modules' classes never make a name ambiguous.</param>
/// <param name="Name">Its name without <c>@</c>.</param>
/// <param name="Id">The resource's id, which is its value.</param>
/// <param name="Title">What its documentation says.</param>
internal sealed record AclConstant(string Source, string Class, string Name, string Id, string Title)
{
    /// <summary>The constants of all resources that this assembly declares, file by file.</summary>
    /// <param name="tables">Its files.</param>
    /// <param name="ownName">Its module's name.</param>
    /// <param name="references">The modules whose resources have constants already.</param>
    public static EquatableArray<AclConstant> Of(IEnumerable<AclTable> tables, string ownName, ReferencedModules references)
    {
        var known = new HashSet<string>(references.Readable.SelectMany(module => module.Resources).Select(resource => resource.Id), StringComparer.Ordinal);
        var statements = tables.OrderBy(table => table.Source, StringComparer.Ordinal).SelectMany(table => table.Rows.Select(statement => (table.Source, Statement: statement)));

        // Without a title and of another module it is only restated, as a place to hang something under.
        var declared = KeyedMerge.Merge(
                statements.Where(one => !known.Contains(one.Statement.Id) && (one.Statement.Title is not null || Permissions.Prefix(one.Statement.Id) == ownName)),
                one => one.Statement.Id,
                (earlier, later) => earlier.Statement.Title is null || earlier.Source == later.Source && later.Statement.Title is not null ? later : earlier)
            .ConvertAll(one => (one.Source, one.Statement.Id, Title: one.Statement.Title ?? one.Statement.Id));

        var classes = Classes(declared.Select(one => Permissions.Prefix(one.Id)).Distinct(StringComparer.Ordinal));
        return declared.GroupBy(one => classes[Permissions.Prefix(one.Id)], StringComparer.Ordinal)
            .SelectMany(ofClass =>
            {
                var names = MemberNames.Of(ofClass.Select(one => one.Id).ToList(), Raw, [ofClass.Key]);
                return ofClass.Select(one => new AclConstant(one.Source, ofClass.Key, names[one.Id], one.Id, one.Title));
            })
            .ToEquatableArray();
    }

    private static Dictionary<string, string> Classes(IEnumerable<string> prefixes) =>
        prefixes.GroupBy(prefix => Identifiers.Pascal(prefix) + "Acl", StringComparer.Ordinal)
            .SelectMany(alike => alike.Select(prefix => (Prefix: prefix, Class: alike.Count() == 1 ? alike.Key : prefix + "Acl")))
            .ToDictionary(one => one.Prefix, one => one.Class, StringComparer.Ordinal);

    private static string Raw(string id) => id.Substring(Permissions.Prefix(id).Length + 2);
}
