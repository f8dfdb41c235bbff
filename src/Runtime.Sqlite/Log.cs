using Microsoft.Extensions.Logging;

namespace Declarative.Sqlite;

/// <summary>What the store itself logs; that it fails is said by whoever needs it.</summary>
internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Warning, "The journal '{File}' has grown to {Megabytes} MiB: something keeps it from being taken back into the database, most likely another program's read transaction that stays open (a shell, a backup, a viewer). It grows until that ends.")]
    public static partial void JournalGrows(this ILogger logger, string file, long megabytes);

    [LoggerMessage(201, LogLevel.Information, "The journal '{File}' was taken back into the database; it has {Megabytes} MiB now.")]
    public static partial void JournalTakenBack(this ILogger logger, string file, long megabytes);
}
