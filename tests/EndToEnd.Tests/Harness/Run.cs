using System.Diagnostics;
using System.Text;

namespace Declarative.EndToEnd.Tests.Harness;

/// <summary>A real process: what it printed so far, and its end.</summary>
internal sealed class Run : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<(Func<string, bool> Is, TaskCompletionSource<string> Seen)> _awaited = [];
    private readonly Action<string>? _onLine;
    private readonly TaskCompletionSource _outputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _openStreams = 2;

    private Run(ProcessStartInfo start, Action<string>? onLine)
    {
        _onLine = onLine;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => OnLine(line.Data);
        _process.ErrorDataReceived += (_, line) => OnLine(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public int Id => _process.Id;

    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a program; its environment is ours, with what is given, and nothing that belongs to a test runner.</summary>
    public static Run Start(string folder, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, Action<string>? onLine = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("TESTINGPLATFORM", StringComparison.Ordinal) || name is "DOTNET_HOST_PATH").ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["NO_COLOR"] = "1";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        return new Run(start, onLine);
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<Run> ToEndAsync(string folder, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? patience = null)
    {
        var run = Start(folder, program, arguments, environment);
        await run.EndAsync(patience);
        return run;
    }

    /// <summary>Runs <c>dotnet</c> to its end.</summary>
    public static Task<Run> DotnetAsync(string folder, string arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        ToEndAsync(folder, "dotnet", arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), environment);

    public Run ShouldSucceed()
    {
        ExitCode.ShouldBe(0, Output);
        return this;
    }

    /// <summary>Waits for a line; gives it.</summary>
    public async Task<string> LineAsync(Func<string, bool> isIt)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_output)
        {
            if (_output.ToString().Split('\n').FirstOrDefault(isIt) is { } already)
                return already;
            _awaited.Add((isIt, seen));
        }

        var first = await Task.WhenAny(seen.Task, _process.WaitForExitAsync(), Task.Delay(Patience));
        return first == seen.Task ? await seen.Task : throw new InvalidOperationException($"The line never came.\n{Output}");
    }

    public async Task EndAsync(TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException exception)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The process did not end in {patience ?? Patience}.\n{Output}", exception);
        }

        await _outputEnded.Task.WaitAsync(Patience);
    }

    /// <summary><c>kill -9</c>: the process gets no chance to do anything more.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await EndAsync();
    }

    /// <summary>Asks the process to end, as an orchestrator does.</summary>
    public async Task TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await EndAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void OnLine(string? line)
    {
        if (line is null)
        {
            if (Interlocked.Decrement(ref _openStreams) == 0)
                _outputEnded.TrySetResult();
            return;
        }

        lock (_output)
        {
            _output.Append(line).Append('\n');
            foreach (var (isIt, seen) in _awaited)
            {
                if (isIt(line))
                    seen.TrySetResult(line);
            }
        }

        _onLine?.Invoke(line);
    }
}
