namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>An empty folder outside the repository, gone afterwards.</summary>
internal sealed class Scratch : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("declarative-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
    }

    public void CopyFrom(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            Write(System.IO.Path.GetRelativePath(folder, file), File.ReadAllText(file));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
