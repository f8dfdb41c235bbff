namespace Declarative.Merging;

/// <summary>Names of classes as files and requests write them.</summary>
internal static class ClassName
{
    /// <summary>The C# full name: the originals separate namespaces by a backslash and may begin with one.</summary>
    public static string Of(string text) => text.Trim().Replace('\\', '.').TrimStart('.');
}
