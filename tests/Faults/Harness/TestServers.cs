using System.Globalization;

namespace Declarative.Faults.Harness;

/// <summary>The servers that cases share, started when the first case asks; cases that kill one get one of their own.</summary>
internal static class TestServers
{
    private static readonly Lazy<PostgreSqlProcess> _postgreSql = new(static () => new PostgreSqlProcess());
    private static int _databases;

    /// <summary>Why a case can't run on a store here; null if it can.</summary>
    public static string? Missing(string store) => store switch
    {
        "postgresql" when !PostgreSqlProcess.IsInstalled => PostgreSqlProcess.Missing,
        "rabbitmq" when !RabbitMqProcess.IsInstalled => RabbitMqProcess.Missing,
        _ => null,
    };

    public static PostgreSqlProcess PostgreSql => _postgreSql.Value;

    public static string NewDatabase(PostgreSqlProcess server) => server.Create(string.Create(CultureInfo.InvariantCulture, $"faults_{Interlocked.Increment(ref _databases)}"));

    public static void End()
    {
        if (_postgreSql.IsValueCreated)
            _postgreSql.Value.Dispose();
    }
}
