using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Declarative.Benchmarks.Measuring;

/// <summary>What figures depend on, without anything that names the machine.</summary>
internal sealed record Machine(int Cores, string System, string Runtime, string Sqlite)
{
    public static Machine This()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        return new Machine(Environment.ProcessorCount, $"{RuntimeInformation.OSDescription.Split('#')[0].Trim()} {RuntimeInformation.ProcessArchitecture}", RuntimeInformation.FrameworkDescription, connection.ServerVersion);
    }

    public override string ToString() => $"{Cores} cores, {System}, {Runtime}, SQLite {Sqlite}";
}
