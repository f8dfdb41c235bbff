namespace Declarative.Cli;

/// <summary>How commands end, for scripts.</summary>
internal static class ExitCode
{
    /// <summary>It is done.</summary>
    public const int Done = 0;

    /// <summary>It was refused, or what was looked at has errors; the error stream says why.</summary>
    public const int Refused = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>The host or the store can't be reached; the same may work later.</summary>
    public const int Unreachable = 3;
}

/// <summary>A command can't be carried out; the message is for its user.</summary>
/// <param name="message">What is wrong and how to mend it.</param>
/// <param name="code">How the program ends.</param>
/// <param name="innerException">What caused it.</param>
internal sealed class CommandException(string message, int code = ExitCode.Refused, Exception? innerException = null) : Exception(message, innerException)
{
    public int Code => code;

    /// <summary>Whether it is only that there is no such thing.</summary>
    public bool IsNotFound { get; init; }
}
