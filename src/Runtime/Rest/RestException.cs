using System.Globalization;

namespace Declarative.Rest;

/// <summary>
/// An error that a caller over REST is told of: its status and its message as they are, in the originals' body shape
/// (<c>message</c>, <c>parameters</c>, <c>errors</c>). Every other exception is answered as 500 without its text.
/// </summary>
/// <example><code>throw new NoSuchEntityException("There is no order %id.", ("id", id));</code></example>
public class RestException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="message">What is wrong and how to mend it. It may hold placeholders (<c>%id</c>), which the client fills in, as in the originals.</param>
    /// <param name="status">HTTP status, 400 to 599.</param>
    /// <param name="parameters">Values for the placeholders, by name without the percent sign; written culture-invariantly.</param>
    public RestException(string message, int status, params ReadOnlySpan<(string Name, object Value)> parameters)
        : base(message)
    {
        Status = status;
        Parameters = RestError.ToDictionary(parameters);
    }

    /// <summary>HTTP status, 400 to 599.</summary>
    public int Status { get; }

    /// <summary>Values for the message's placeholders, by name.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; private protected init; }

    /// <summary>The single errors, where the message stands for several.</summary>
    public IReadOnlyList<RestError> Errors { get; init; } = [];

    /// <summary>What a developer wants to know besides; leaves the process in the environment Development only.</summary>
    public string? Detail { get; init; }

    /// <summary>The messages, several joined, with the values in their places.</summary>
    internal string Filled => Fill(static value => value);

    /// <summary>The same with each value as <paramref name="shown"/> gives it.</summary>
    internal string Fill(Func<string, string> shown) => Errors.Count == 0
        ? Fill(Message, Parameters, shown)
        : string.Join(", ", Errors.Select(error => Fill(error.Message, error.Parameters, shown)));

    private static string Fill(string message, IReadOnlyDictionary<string, string> values, Func<string, string> shown)
    {
        foreach (var (name, value) in values)
            message = message.Replace("%" + name, shown(value), StringComparison.Ordinal);
        return message;
    }
}

/// <summary>One of several errors.</summary>
public sealed class RestError
{
    /// <summary>Makes an error.</summary>
    /// <param name="message">What is wrong, with placeholders.</param>
    /// <param name="parameters">Values for the placeholders.</param>
    public RestError(string message, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        Message = message;
        Parameters = ToDictionary(parameters);
    }

    /// <summary>What is wrong, with placeholders.</summary>
    public string Message { get; }

    /// <summary>Values for the placeholders, by name.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; }

    internal static Dictionary<string, string> ToDictionary(ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var values = new Dictionary<string, string>(parameters.Length, StringComparer.Ordinal);
        foreach (var (name, value) in parameters)
            values[name] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return values;
    }
}

/// <summary>What the caller asked for isn't there: 404.</summary>
/// <param name="message">What is missing.</param>
/// <param name="parameters">Values for the message's placeholders.</param>
public sealed class NoSuchEntityException(string message, params ReadOnlySpan<(string Name, object Value)> parameters) : RestException(message, 404, parameters);

/// <summary>The caller isn't who they say, or what they need isn't granted: 401, which the originals answer in both cases.</summary>
/// <param name="message">What is refused.</param>
/// <param name="parameters">Values for the message's placeholders.</param>
public sealed class AuthenticationException(string message, params ReadOnlySpan<(string Name, object Value)> parameters) : RestException(message, 401, parameters);

/// <summary>The input can't be taken: 400.</summary>
/// <param name="message">What is wrong with it.</param>
/// <param name="parameters">Values for the message's placeholders.</param>
public sealed class InputException(string message, params ReadOnlySpan<(string Name, object Value)> parameters) : RestException(message, 400, parameters)
{
    /// <summary>Makes one exception of what was found: a single error as itself, several below a message that stands for them.</summary>
    /// <param name="message">The message for several.</param>
    /// <param name="errors">The errors, at least one.</param>
    public static InputException Of(string message, IReadOnlyList<RestError> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        return errors.Count == 1
            ? new InputException(errors[0].Message) { Parameters = errors[0].Parameters }
            : new InputException(message) { Errors = errors };
    }
}
