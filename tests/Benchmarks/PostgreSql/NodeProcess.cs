using System.Diagnostics;
using Declarative.Benchmarks.Engine;

namespace Declarative.Benchmarks.PostgreSql;

/// <summary>A node as a process of its own, which does nothing but resolve and deliver: this program, started with <c>node</c> and the database.</summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly Process _process;

    private NodeProcess(Process process) => _process = process;

    /// <summary>What it has had of the processors.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<NodeProcess> StartAsync(string database)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(NodeProcess).Assembly.Location, "node", database]) { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false })!;
        if (await process.StandardOutput.ReadLineAsync() != "ready")
            throw new InvalidOperationException("A node did not start: " + await process.StandardOutput.ReadToEndAsync());
        return new NodeProcess(process);
    }

    /// <summary>What the process does: works until its input ends.</summary>
    public static async Task<int> RunAsync(string database)
    {
        await using (await EngineHost.StartAsync(hasWorkers: true, postgreSql: database))
        {
            Console.WriteLine("ready");
            await Console.In.ReadToEndAsync();
        }

        return 0;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
