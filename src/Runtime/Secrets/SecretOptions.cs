namespace Declarative.Secrets;

/// <summary>The key that encrypts stored secrets. Bound from <c>Declarative:Secrets</c>.</summary>
public sealed class SecretOptions
{
    /// <summary>32 bytes in base64, from an environment variable or a secret store. Wins over <see cref="KeyFile"/>.</summary>
    public string? Key { get; set; }

    /// <summary>
    /// A file that holds 32 bytes in base64. By default, on an embedded store, the file <c>&lt;database&gt;.key</c>, which the
    /// first run creates so that only its own user can read it.
    /// </summary>
    public string? KeyFile { get; set; }
}
