using System.Diagnostics.CodeAnalysis;
using Declarative.Merging;

namespace Declarative.Matching;

/// <summary>Members that mean something to matching, and what a path may be.</summary>
internal static class PayloadNames
{
    /// <summary>The entity before the change.</summary>
    public const string OriginalData = "_origData";

    /// <summary>Whether the entity did not exist before.</summary>
    public const string IsNew = "_isNew";

    /// <summary>The content of images, which no projection has: one of them is larger than an event may be.</summary>
    public const string Image = "base64_encoded_data";

    public static bool TryParse(string text, [NotNullWhen(true)] out FieldPath? path, out string problem)
    {
        problem = "";
        if (!FieldPath.TryParse(text, out path))
            problem = $"'{text}' is no path; paths are names with dots between them, and [] after the name of a list, {FieldPath.MaxSegments} at most";
        return problem.Length == 0;
    }
}
