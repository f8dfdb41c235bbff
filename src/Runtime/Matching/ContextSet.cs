using System.Text.Json;
using Declarative.Telemetry;
using Microsoft.Extensions.Logging;

namespace Declarative.Matching;

/// <summary>The context expressions of all subscriptions of an event, each different one once.</summary>
internal sealed class ContextSet(MatchServices services)
{
    private readonly Dictionary<string, int> _byText = new(StringComparer.Ordinal);

    public List<CompiledContext> Contexts { get; } = [];

    public ILogger Logger => services.Logger;

    public int Add(string text)
    {
        if (_byText.TryGetValue(text, out var number))
            return number;
        number = Contexts.Count;
        _byText.Add(text, number);
        IEventContext? context = null;
        if (ContextExpression.TryParse(text, out var expression, out var problem))
            context = services.Context(expression.Name, out problem!);
        Contexts.Add(new CompiledContext(text, expression, context, context is null ? problem : null));
        return number;
    }
}

/// <summary>A context expression, and whom to ask.</summary>
internal sealed record CompiledContext(string Text, ContextExpression? Expression, IEventContext? Context, string? Problem);

/// <summary>What contexts said of one event. Each expression is asked once, when a rule or a matching subscription needs it.</summary>
internal sealed class ContextValues(ContextSet set)
{
    private readonly byte[]?[] _values = new byte[]?[set.Contexts.Count];
    private readonly bool[] _isAsked = new bool[set.Contexts.Count];

    public void Reset()
    {
        Array.Clear(_values);
        Array.Clear(_isAsked);
    }

    public bool IsAsked(int context) => _isAsked[context];

    /// <summary>The value's JSON; nothing if it is null or could not be had.</summary>
    public ReadOnlyMemory<byte> Value(int context) => _values[context];

    public async ValueTask AskAsync(int number, MatchedEvent matched, CancellationToken cancellationToken)
    {
        if (_isAsked[number])
            return;
        var context = set.Contexts[number];
        if (context.Problem is not null)
        {
            set.Logger.ContextFailed(context.Text, matched.EventName, matched.MessageId, context.Problem, null);
        }
        else
        {
            try
            {
                var given = context.Context!.GetAsync(context.Expression!.Calls, matched, cancellationToken);
                var value = given.IsCompletedSuccessfully
                    ? await given.ConfigureAwait(false)
                    : await given.AsTask().WaitAsync(MatchPlan.HostCodeLimit, cancellationToken).ConfigureAwait(false);
                _values[number] = context.Expression.Pick(value) is { } picked ? PayloadNode.ToBytes(picked) : null;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception exception)
            {
                set.Logger.ContextFailed(context.Text, matched.EventName, matched.MessageId, exception.Message, exception);
            }
        }

        _isAsked[number] = true;
    }
}
