namespace Declarative.RabbitMq;

/// <summary>What TLS needs beyond an <c>amqps</c> address. All files are PEM.</summary>
public sealed class RabbitMqTlsOptions
{
    /// <summary>The name that the broker's certificate must bear, if it isn't the address's host.</summary>
    public string? ServerName { get; set; }

    /// <summary>A file with the certificates of the authorities that are trusted, instead of the machine's.</summary>
    public string? CaCertificate { get; set; }

    /// <summary>A file with the certificate that this application shows, if the broker asks for one.</summary>
    public string? ClientCertificate { get; set; }

    /// <summary>The file with the private key of <see cref="ClientCertificate"/>; null if it is in the same file.</summary>
    public string? ClientKey { get; set; }

    internal bool IsUsed => ServerName is not null || CaCertificate is not null || ClientCertificate is not null || ClientKey is not null;

    internal IEnumerable<string> Problems()
    {
        foreach (var (key, file) in new[] { (nameof(CaCertificate), CaCertificate), (nameof(ClientCertificate), ClientCertificate), (nameof(ClientKey), ClientKey) })
        {
            if (file is not null && !File.Exists(file))
                yield return $"Declarative:RabbitMq:Tls:{key}: there is no file '{file}'.";
        }

        if (ClientKey is not null && ClientCertificate is null)
            yield return "Declarative:RabbitMq:Tls:ClientKey is set without ClientCertificate: set both or none.";
    }
}
