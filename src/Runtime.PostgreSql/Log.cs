using Microsoft.Extensions.Logging;

namespace Declarative.PostgreSql;

/// <summary>What the store itself logs; that it fails is said by whoever needs it.</summary>
internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Warning, "The connection to the {Place} that listens for other nodes' changes is lost; trying again until it is back. Until then their changes are seen later.")]
    public static partial void ListeningLost(this ILogger logger, string place, Exception exception);

    [LoggerMessage(201, LogLevel.Information, "Listening to the {Place} again after {Failures} failures.")]
    public static partial void ListeningAgain(this ILogger logger, string place, int failures);

    [LoggerMessage(202, LogLevel.Debug, "Other nodes could not be told of due rows; they find them by themselves.")]
    public static partial void NoticeNotSent(this ILogger logger, Exception exception);
}
