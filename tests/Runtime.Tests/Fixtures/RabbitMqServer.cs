using RabbitMQ.Client;

namespace Declarative.Tests.Fixtures;

/// <summary>The broker of the tests, if RabbitMQ is installed.</summary>
public sealed class RabbitMqServer : IAsyncLifetime
{
    private readonly RabbitMqProcess? _process = RabbitMqProcess.IsInstalled ? new RabbitMqProcess() : null;

    public string Uri => Process.Uri;

    public int TlsPort => Process.TlsPort;

    /// <summary>Where <see cref="RabbitMqCertificates"/> lie.</summary>
    public string Folder => Process.Folder;

    private RabbitMqProcess Process => _process ?? throw new InvalidOperationException("Call Require() first.");

    public async ValueTask InitializeAsync()
    {
        if (_process is not null)
            await _process.FirstStartAsync();
    }

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Skips the test, saying why, where there is no RabbitMQ.</summary>
    public void Require()
    {
        if (_process is null && Environment.GetEnvironmentVariable("CI") == "true")
            throw new FileNotFoundException(RabbitMqProcess.Missing);
        Assert.SkipWhen(_process is null, RabbitMqProcess.Missing);
    }

    /// <inheritdoc cref="RabbitMqProcess.StartAsync"/>
    public Task StartAsync() => Process.StartAsync();

    /// <inheritdoc cref="RabbitMqProcess.KillAsync"/>
    public Task KillAsync(params string[] queues) => Process.KillAsync(queues);

    /// <inheritdoc cref="RabbitMqProcess.ConnectAsync"/>
    public Task<IConnection> ConnectAsync() => Process.ConnectAsync();
}

/// <summary>Tests with the broker run one after the other: some of them kill it.</summary>
[CollectionDefinition(nameof(UsesRabbitMq))]
public sealed class UsesRabbitMq : ICollectionFixture<RabbitMqServer>;
