using Declarative.Storage;

namespace Declarative.Sqlite;

/// <summary>Where a file really is. Its lock must be one, whatever links a process comes by; SQLite puts its own files there too.</summary>
internal static class FilePlace
{
    // As many as Linux follows.
    private const int MaxLinks = 40;

    /// <summary>The full path without links. What isn't there yet is no link.</summary>
    /// <exception cref="StoreException">Links lead in a circle.</exception>
    public static string Of(string path)
    {
        var links = 0;
        return Resolve(Path.GetFullPath(path), ref links);
    }

    private static string Resolve(string full, ref int links)
    {
        var root = Path.GetPathRoot(full)!;
        var place = root;
        foreach (var part in full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(place, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                place = next;
                continue;
            }

            if (++links > MaxLinks)
                throw new StoreException($"The path '{full}' of the database leads through links in a circle.");
            place = Resolve(Path.GetFullPath(target, place), ref links);
        }

        return place;
    }
}
