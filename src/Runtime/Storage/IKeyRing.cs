namespace Declarative.Storage;

/// <summary>
/// The keys that protect secrets, each already encrypted. The calls block because Data Protection's own repository does;
/// they happen at start and once per key rotation.
/// </summary>
public interface IKeyRing
{
    /// <summary>All keys' XML.</summary>
    IReadOnlyList<string> Read();

    /// <summary>Stores a key; durable when it returns.</summary>
    /// <param name="name">The key's name.</param>
    /// <param name="xml">The key's XML with its secret encrypted.</param>
    void Write(string name, string xml);
}
