using System.Globalization;
using Declarative.PostgreSql;
using Declarative.Tests.Servers;
using Npgsql;

namespace Declarative.Benchmarks.PostgreSql;

/// <summary>Databases with the engine's tables on the suite's own server.</summary>
internal static class SharedDatabase
{
    private static int _count;

    /// <summary>The connection string of a new one.</summary>
    public static async Task<string> NewAsync(PostgreSqlProcess server)
    {
        var text = server.ConnectionString(server.Create(string.Create(CultureInfo.InvariantCulture, $"bench_{Interlocked.Increment(ref _count)}")));
        await using var connection = new NpgsqlConnection(text + ";Pooling=false");
        await connection.OpenAsync();
        await Migrations.ApplyAsync(connection, Migrations.Steps.Count, CancellationToken.None);
        return text;
    }

    public static PostgreSqlProcess Server() => PostgreSqlProcess.IsInstalled ? new PostgreSqlProcess() : throw new InvalidOperationException(PostgreSqlProcess.Missing);
}
