using Declarative.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Declarative.Consumers;

/// <summary>
/// The keys at one place of the configuration: its value, and those directly below it, any of which counts. Read again whenever the configuration
/// changes, so that a secret is rotated without a stop. No message repeats a value.
/// </summary>
internal sealed class ConfiguredKeys<T> : IDisposable
{
    private readonly IConfiguration _configuration;
    private readonly string _path;
    private readonly ReadKey _read;
    private readonly Lock _reading = new();
    private readonly IDisposable _changes;
    private volatile T[] _current = [];

    /// <summary>Reads the keys.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <param name="path">Where they stand.</param>
    /// <param name="read">Makes a key.</param>
    /// <param name="logger">Told of changes that break something.</param>
    public ConfiguredKeys(IConfiguration configuration, string path, ReadKey read, ILogger logger)
    {
        _configuration = configuration;
        _path = path;
        _read = read;

        // Watched before it is read, so that no change falls in between.
        _changes = ChangeToken.OnChange(configuration.GetReloadToken, () =>
        {
            if (Read() is { } problem)
                logger.SecretsBroken(problem);
        });
        Read();
    }

    /// <summary>Makes a key of its name and value; what is wrong with the value, or null.</summary>
    public delegate string? ReadKey(string name, string value, out T? key);

    /// <summary>The keys that count now.</summary>
    public T[] Current => _current;

    /// <summary>What is wrong, as a sentence that names the place; null if all can be used.</summary>
    public string? Problem { get; private set; }

    public void Dispose() => _changes.Dispose();

    private string? Read()
    {
        lock (_reading)
            return Problem = ReadAll();
    }

    private string? ReadAll()
    {
        string? problem = null;
        var keys = new List<T>();
        var section = _configuration.GetSection(_path);
        foreach (var one in section.GetChildren().Prepend(section))
        {
            if (string.IsNullOrWhiteSpace(one.Value))
                continue;
            if (_read(one.Key, one.Value, out var key) is { } wrong)
                problem ??= $"The value at {one.Path} {wrong}.";
            else
                keys.Add(key!);
        }

        _current = [.. keys];
        return keys.Count > 0 ? problem : problem ?? $"The configuration has no value at {_path}; set it (as an environment variable: {_path.Replace(":", "__", StringComparison.Ordinal)}), or several below it, of which any counts.";
    }
}
