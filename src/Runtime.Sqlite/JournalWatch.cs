using Microsoft.Extensions.Logging;

namespace Declarative.Sqlite;

/// <summary>
/// Sees that the journal (the write-ahead log) is not taken back into the database: a reader whose transaction stays open keeps it from that, and it grows with every
/// write until the disk is full.
/// </summary>
internal sealed class JournalWatch(string database, ILogger logger)
{
    /// <summary>What is left of it when it could be taken back, in bytes; a larger one could not.</summary>
    public const long Limit = 64 * 1024 * 1024;

    private readonly string _file = database + "-wal";
    private int _isLarge;

    /// <summary>Looks at its size; says once that it is too large, and once that it is not any more.</summary>
    public void Look()
    {
        var journal = new FileInfo(_file);
        var bytes = journal.Exists ? journal.Length : 0;
        var isLarge = bytes > Limit ? 1 : 0;
        if (Interlocked.Exchange(ref _isLarge, isLarge) == isLarge)
            return;
        if (isLarge == 1)
            logger.JournalGrows(_file, bytes >> 20);
        else
            logger.JournalTakenBack(_file, bytes >> 20);
    }
}
