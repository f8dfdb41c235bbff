using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Declarative.Tests.Servers;

/// <summary>
/// A real PostgreSQL: in a folder and on a loopback port of its own, gone with this process, however that ends. It can be killed and started again.
/// </summary>
public sealed class PostgreSqlProcess : IDisposable
{
    private static readonly string? _binaries = FindBinaries();
    private static readonly string _folders = Path.Combine(Path.GetTempPath(), "declarative-servers");
    private static int _servers;

    private readonly string _folder;
    private Process _process;

    /// <summary>Makes a server and starts it.</summary>
    public PostgreSqlProcess()
    {
        RemoveLeftovers();
        _folder = Path.Combine(_folders, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Interlocked.Increment(ref _servers)}"));
        DataFolder = Path.Combine(_folder, "data");
        Port = Loopback.FreePort();
        Directory.CreateDirectory(_folders);
        Run("install", IsRoot ? ["-d", "-o", "postgres", "-g", "postgres", "-m", "700", _folder] : ["-d", "-m", "700", _folder]);
        Run(Path.Combine(_binaries!, "initdb"), ["-D", DataFolder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], asPostgres: true);
        _process = Launch();
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>What to say where it is missing.</summary>
    public static string Missing => "There is no PostgreSQL here (/usr/lib/postgresql/*/bin/postgres); on Debian: apt-get install postgresql";

    public static bool IsInstalled => _binaries is not null;

    public int Port { get; }

    public string DataFolder { get; }

    /// <summary>Where its log lies.</summary>
    public string LogFolder => _folder;

    /// <summary>What the server and those of its processes that live have had of the processors.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            var sum = TimeSpan.Zero;
            foreach (var folder in Directory.GetDirectories("/proc").Where(static folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
                sum += OfServer(Path.Combine(folder, "stat"));
            return sum;
        }
    }

    private static bool IsRoot => Environment.UserName == "root";

    public string ConnectionString(string database) => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database}");

    /// <summary>Makes a database without any table; gives its name.</summary>
    public string Create(string name)
    {
        Execute("postgres", $"CREATE DATABASE {name}");
        return name;
    }

    public void Drop(string name) => Execute("postgres", $"DROP DATABASE {name} WITH (FORCE)");

    public void Execute(string database, string sql) => Scalar(database, sql);

    public object? Scalar(string database, string sql)
    {
        using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    /// <summary><c>kill -9</c> of the server with all its processes.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>Starts it again after <see cref="Kill"/>; returns once it answers.</summary>
    public void Start() => _process = Launch();

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        End();
    }

    /// <summary>Fields 4, 14 and 15 of a process' state: its parent, and hundredths of a second in user and kernel mode.</summary>
    private TimeSpan OfServer(string state)
    {
        try
        {
            var text = File.ReadAllText(state);
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            var isOurs = fields[1] == _process.Id.ToString(CultureInfo.InvariantCulture) || text.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{_process.Id} "), StringComparison.Ordinal);
            return isOurs ? TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture))) : TimeSpan.Zero;
        }
        catch (IOException)
        {
            // The process ended meanwhile.
            return TimeSpan.Zero;
        }
    }

    private void OnExit(object? sender, EventArgs args) => End();

    private void End()
    {
        Kill();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>
    /// Starts the server as a child that dies with this process. That goes by the thread which started it, so a thread is kept for it.
    /// </summary>
    private Process Launch()
    {
        var started = new TaskCompletionSource<Process>();
        var thread = new Thread(() =>
        {
            string[] asPostgres = IsRoot ? ["--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
            var start = new ProcessStartInfo("setpriv", [.. asPostgres, "--pdeathsig", "KILL", Path.Combine(_binaries!, "postgres"), "-D", DataFolder, "-p", Port.ToString(CultureInfo.InvariantCulture),
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=300", "-c", "logging_collector=on", "-c", "log_directory=" + _folder])
            {
                WorkingDirectory = "/",
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            started.SetResult(Process.Start(start)!);

            // Waits for ever, since it waits for itself.
            Thread.CurrentThread.Join();
        })
        { IsBackground = true, Name = "PostgreSQL's parent" };
        thread.Start();
        var process = started.Task.GetAwaiter().GetResult();
        var deadline = Stopwatch.StartNew();
        while (!IsReady())
        {
            if (process.HasExited || deadline.Elapsed > TimeSpan.FromSeconds(60))
                throw new InvalidOperationException($"PostgreSQL did not start: {process.StandardError.ReadToEnd()}");
        }

        return process;
    }

    private bool IsReady()
    {
        using var ready = Process.Start(new ProcessStartInfo(Path.Combine(_binaries!, "pg_isready"), ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-q"]) { UseShellExecute = false })!;
        ready.WaitForExit();
        return ready.ExitCode == 0;
    }

    /// <summary>Folders of processes that were killed.</summary>
    private static void RemoveLeftovers()
    {
        if (!Directory.Exists(_folders))
            return;
        foreach (var folder in Directory.GetDirectories(_folders))
        {
            if (!Directory.Exists("/proc/" + Path.GetFileName(folder).Split('-')[0]))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static string? FindBinaries() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(static folder => Path.Combine(folder, "bin")).LastOrDefault(static folder => File.Exists(Path.Combine(folder, "postgres")))
        : null;

    private static void Run(string program, string[] arguments, bool asPostgres = false)
    {
        var start = asPostgres && IsRoot
            ? new ProcessStartInfo("runuser", ["-u", "postgres", "--", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.WorkingDirectory = "/";
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed: {error}");
    }
}
