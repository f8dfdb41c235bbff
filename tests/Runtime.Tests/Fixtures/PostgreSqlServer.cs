using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Declarative.PostgreSql;
using Npgsql;

namespace Declarative.Tests.Fixtures;

/// <summary>
/// A real PostgreSQL for the tests of this process: started when the first test asks for it, in a folder and on a loopback port of its own, gone with
/// the process, however that ends.
/// </summary>
public sealed class PostgreSqlServer
{
    private const string Template = "migrated";

    private static readonly Lazy<PostgreSqlServer> _shared = new(() => new PostgreSqlServer());
    private static readonly string? _binaries = FindBinaries();
    private static readonly string _folders = Path.Combine(Path.GetTempPath(), "declarative-postgresql");

    // Making a database takes a second where disks are slow, emptying one some milliseconds.
    private const string Empty = """
        DO $$
        DECLARE name text;
        BEGIN
            PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
            FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'declarative' AND tablename NOT IN ('migration', 'store') LOOP
                EXECUTE format('DELETE FROM declarative.%I', name);
            END LOOP;
            PERFORM setval(s.oid::regclass, 1, false) FROM pg_class s JOIN pg_namespace n ON n.oid = s.relnamespace WHERE n.nspname = 'declarative' AND s.relkind = 'S';
        END $$
        """;

    private readonly ConcurrentBag<string> _used = [];
    private readonly string _folder;
    private Process _process;
    private int _databases;

    private PostgreSqlServer()
    {
        RemoveLeftovers();
        _folder = Path.Combine(_folders, Environment.ProcessId.ToString());
        DataFolder = Path.Combine(_folder, "data");
        Port = FreePort();
        Directory.CreateDirectory(_folders);
        Run("install", IsRoot ? ["-d", "-o", "postgres", "-g", "postgres", "-m", "700", _folder] : ["-d", "-m", "700", _folder]);
        Run(Path.Combine(_binaries!, "initdb"), ["-D", DataFolder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], asPostgres: true);
        _process = Launch();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End();
        Execute("postgres", $"CREATE DATABASE {Template}");
        using var connection = new NpgsqlConnection(ConnectionString(Template) + ";Pooling=false");
        connection.Open();
        Migrations.ApplyAsync(connection, Migrations.Steps.Count, CancellationToken.None).GetAwaiter().GetResult();
    }

    private static bool IsRoot => Environment.UserName == "root";

    public int Port { get; }

    public string DataFolder { get; }

    /// <summary>The server; without its binaries the test is skipped, but fails where everything must be there.</summary>
    public static PostgreSqlServer Shared
    {
        get
        {
            if (_binaries is null)
            {
                const string Missing = "There is no /usr/lib/postgresql/*/bin/postgres (apt-get install postgresql).";
                if (Environment.GetEnvironmentVariable("CI") == "true")
                    throw new InvalidOperationException(Missing);
                Assert.Skip(Missing);
            }

            return _shared.Value;
        }
    }

    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database}";

    /// <summary>A database with all tables and no rows.</summary>
    public string Rent()
    {
        if (_used.TryTake(out var used))
        {
            Execute(used, Empty);
            return used;
        }

        var name = NewName();
        Execute("postgres", $"CREATE DATABASE {name} TEMPLATE {Template}");
        return name;
    }

    /// <summary>Gives a rented one back, with its tables as they were.</summary>
    public void Return(string name) => _used.Add(name);

    /// <summary>A database without any table.</summary>
    public string Create()
    {
        var name = NewName();
        Execute("postgres", $"CREATE DATABASE {name}");
        return name;
    }

    public void Drop(string name) => Execute("postgres", $"DROP DATABASE {name} WITH (FORCE)");

    public void Execute(string database, string sql)
    {
        using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public object? Scalar(string database, string sql)
    {
        using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    private string NewName() => $"test_{Interlocked.Increment(ref _databases)}";

    /// <summary>
    /// Starts the server as a child that dies with this process. That goes by the thread which started it, so a thread is kept for it.
    /// </summary>
    private Process Launch()
    {
        var started = new TaskCompletionSource<Process>();
        var thread = new Thread(() =>
        {
            string[] asPostgres = IsRoot ? ["--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
            var start = new ProcessStartInfo("setpriv", [.. asPostgres, "--pdeathsig", "KILL", Path.Combine(_binaries!, "postgres"), "-D", DataFolder, "-p", Port.ToString(),
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
            if (process.HasExited || deadline.Elapsed > TimeSpan.FromSeconds(30))
                throw new InvalidOperationException($"PostgreSQL did not start: {process.StandardError.ReadToEnd()}");
        }

        return process;
    }

    private bool IsReady()
    {
        using var ready = Process.Start(new ProcessStartInfo(Path.Combine(_binaries!, "pg_isready"), ["-h", "127.0.0.1", "-p", Port.ToString(), "-q"]) { UseShellExecute = false })!;
        ready.WaitForExit();
        return ready.ExitCode == 0;
    }

    private void End()
    {
        _process.Kill();
        _process.WaitForExit(5_000);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Folders of processes that were killed.</summary>
    private static void RemoveLeftovers()
    {
        if (!Directory.Exists(_folders))
            return;
        foreach (var folder in Directory.GetDirectories(_folders))
        {
            if (!Directory.Exists("/proc/" + Path.GetFileName(folder)))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static string? FindBinaries() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(static folder => Path.Combine(folder, "bin")).LastOrDefault(static folder => File.Exists(Path.Combine(folder, "postgres")))
        : null;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

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
