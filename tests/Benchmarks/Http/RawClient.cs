using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Declarative.Benchmarks.Http;

/// <summary>Keeps a few connections busy with one request each, and costs next to nothing itself: what it measures is the server.</summary>
internal static class RawClient
{
    private const int Connections = 8;

    /// <summary>Requests per second.</summary>
    public static double Rate(Uri server, byte[] request, int requests)
    {
        var start = Stopwatch.GetTimestamp();
        Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => LoopAsync(server, Enumerable.Repeat(request, requests / Connections)))).GetAwaiter().GetResult();
        return requests / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Requests per second, where each is another one.</summary>
    public static double Rate(Uri server, IReadOnlyList<byte[]> requests, int connections)
    {
        var start = Stopwatch.GetTimestamp();
        Task.WhenAll(requests.Chunk((requests.Count + connections - 1) / connections).Select(chunk => LoopAsync(server, chunk))).GetAwaiter().GetResult();
        return requests.Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Microseconds of this process' processor time for each request, the client's own included.</summary>
    public static double Processor(Uri server, IReadOnlyList<byte[]> requests, int connections)
    {
        using var process = Process.GetCurrentProcess();
        var start = process.TotalProcessorTime;
        Task.WhenAll(requests.Chunk((requests.Count + connections - 1) / connections).Select(chunk => LoopAsync(server, chunk))).GetAwaiter().GetResult();
        process.Refresh();
        return (process.TotalProcessorTime - start).TotalMicroseconds / requests.Count;
    }

    public static byte[] Get(string path, string headers = "") => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");

    public static byte[] Post(string path, string json, string headers = "") => Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}");

    private static async Task LoopAsync(Uri server, IEnumerable<byte[]> requests)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, server.Port);
        var buffer = new byte[16 * 1024];
        foreach (var request in requests)
        {
            await socket.SendAsync(request);
            var length = 0;
            do
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(length));
                if (read == 0)
                    throw new InvalidOperationException("The server closed the connection: " + Encoding.ASCII.GetString(buffer, 0, length));
                length += read;
            }
            while (!IsWhole(buffer.AsSpan(0, length)));
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        if (!answer.StartsWith("HTTP/1.1 200"u8))
            throw new InvalidOperationException(Encoding.ASCII.GetString(answer));
        var length = answer.IndexOf("Content-Length: "u8);
        if (length < 0 || length > head)
            return answer.EndsWith("0\r\n\r\n"u8);
        var number = answer[(length + "Content-Length: "u8.Length)..head];
        var end = number.IndexOf((byte)'\r');
        return answer.Length - head - 4 >= int.Parse(end < 0 ? number : number[..end]);
    }
}
