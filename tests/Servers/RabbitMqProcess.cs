using System.Diagnostics;
using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace Declarative.Tests.Servers;

/// <summary>
/// A RabbitMQ of its own for the tests: own folder, ports and name service on loopback. It ends with the tests, however they end: a
/// shell waits for the end of its input, which is a pipe from here, and then kills it.
/// </summary>
public sealed class RabbitMqProcess : IAsyncDisposable
{
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private const string Script = """
        epmd -port $ERL_EPMD_PORT -address 127.0.0.1 & names=$!
        /usr/lib/rabbitmq/bin/rabbitmq-server >>"$HOME/server.log" 2>&1 & server=$!
        read -r _
        kill -9 "$(cat "$RABBITMQ_PID_FILE")" $server $names
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("declarative-rabbit-").FullName;
    private readonly int _names = Loopback.FreePort();
    private readonly int _distribution = Loopback.FreePort();
    private Process? _shell;

    public int Port { get; } = Loopback.FreePort();

    public int TlsPort { get; } = Loopback.FreePort();

    public string Uri => string.Create(CultureInfo.InvariantCulture, $"amqp://guest:guest@127.0.0.1:{Port}");

    /// <summary>Where <see cref="RabbitMqCertificates"/> lie.</summary>
    public string Folder => _folder;

    /// <summary>What to say where it is missing.</summary>
    public static string Missing => "There is no RabbitMQ here; on Debian: apt-get install rabbitmq-server";

    public static bool IsInstalled => File.Exists(Program);

    public async Task FirstStartAsync()
    {
        RabbitMqCertificates.Make(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "rabbitmq.conf"), string.Create(CultureInfo.InvariantCulture, $"""
            listeners.ssl.1 = 127.0.0.1:{TlsPort}
            ssl_options.cacertfile = {_folder}/ca.pem
            ssl_options.certfile = {_folder}/server.pem
            ssl_options.keyfile = {_folder}/server.key
            ssl_options.verify = verify_peer
            ssl_options.fail_if_no_peer_cert = true

            """));
        await File.WriteAllTextAsync(Path.Combine(_folder, "enabled_plugins"), "[].");
        await StartAsync();
    }

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script);
        foreach (var (name, value) in Settings())
            start.Environment[name] = value;
        File.Delete(PidFile);
        _shell = Process.Start(start)!;
        _shell.ErrorDataReceived += static (_, _) => { };
        _shell.BeginErrorReadLine();
        var started = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(90))
                throw new TimeoutException("RabbitMQ does not start:\n" + await File.ReadAllTextAsync(Path.Combine(_folder, "server.log")));
            await Task.Delay(100);
        }
    }

    /// <summary>
    /// Ends the broker as a crash would. This RabbitMQ writes with delay which quorum queues there are, and one that is younger never
    /// answers again; hence <paramref name="queues"/>, which are waited for.
    /// </summary>
    public async Task KillAsync(params string[] queues)
    {
        var names = Path.Combine(_folder, "mnesia/declarative@localhost/quorum/declarative@localhost/names.dets");
        await Eventually.True(async () =>
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(names));
            return queues.Select(static queue => "%2F_" + queue).All(queue => text.Contains((char)queue.Length + queue, StringComparison.Ordinal));
        });
        using (var server = Process.GetProcessById(int.Parse((await File.ReadAllTextAsync(PidFile)).Trim(), CultureInfo.InvariantCulture)))
            server.Kill();
        await EndShellAsync();
    }

    /// <summary>While it is down: takes away all that it stored, so that it starts as a new one.</summary>
    public void Forget() => Directory.Delete(Path.Combine(_folder, "mnesia"), recursive: true);

    /// <summary>A connection past the engine, such as another program has.</summary>
    public Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = new Uri(Uri) }.CreateConnectionAsync();

    public async ValueTask DisposeAsync()
    {
        if (_shell is not null)
            await EndShellAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string PidFile => Path.Combine(_folder, "server.pid");

    private async Task EndShellAsync()
    {
        _shell!.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            var connection = await ConnectAsync();
            await using (connection)
                return true;
        }
        catch (Exception)
        {
            if (_shell!.HasExited)
                throw;
            return false;
        }
    }

    private Dictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["HOME"] = _folder,
        ["ERL_EPMD_PORT"] = _names.ToString(CultureInfo.InvariantCulture),
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODENAME"] = "declarative@localhost",
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = Port.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_DIST_PORT"] = _distribution.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "mnesia"),
        ["RABBITMQ_LOG_BASE"] = Path.Combine(_folder, "log"),
        ["RABBITMQ_PID_FILE"] = PidFile,
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "rabbitmq"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "enabled_plugins"),
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
    };
}
