using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Declarative.Json;
using Declarative.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Consumers;

/// <summary>An event of a consumer with what reads its payload and calls its handler.</summary>
internal abstract class ConsumedEventRow(ConsumedEvent consumed, Type payload, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type? handler)
{
    public ConsumedEvent Event { get; } = consumed;

    /// <summary>What the handler takes.</summary>
    public Type Payload { get; } = payload;

    /// <summary>The handler; null while it isn't written.</summary>
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)]
    public Type? Handler { get; } = handler;

    /// <summary>Whether the payload's class needs a JSON contract: it isn't declared by fields.</summary>
    public abstract bool NeedsContract { get; }

    /// <summary>The payload's JSON Schema where it is declared by fields; null where its class is what tells.</summary>
    public abstract string? JsonSchema { get; }

    public static ConsumedEventRow Handled<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler, TPayload>(ConsumedEvent consumed, PayloadShape<TPayload>? payload)
        where THandler : class, IEventHandler<TPayload> =>
        new Row<TPayload>(consumed, payload, typeof(THandler), ActivatorUtilities.GetServiceOrCreateInstance<THandler>);

    public static ConsumedEventRow Stub<TPayload>(ConsumedEvent consumed, PayloadShape<TPayload>? payload) => new Row<TPayload>(consumed, payload, null, null);

    /// <summary>Reads the payload and has it handled; of a handler that isn't written yet the result is 501.</summary>
    /// <param name="context">The event, with its JSON.</param>
    /// <param name="services">Where the handler comes from.</param>
    /// <param name="json">How classes are read.</param>
    /// <param name="cancellationToken">Cancelled when the sender is gone.</param>
    public abstract Task<EventResult> HandleAsync(EventContext context, IServiceProvider services, WireJson json, CancellationToken cancellationToken);

    private sealed class Row<TPayload>(
        ConsumedEvent consumed,
        PayloadShape<TPayload>? payload,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type? handler,
        Func<IServiceProvider, IEventHandler<TPayload>>? create) : ConsumedEventRow(consumed, typeof(TPayload), handler)
    {
        public override bool NeedsContract => payload is null;

        public override string? JsonSchema => payload?.JsonSchema;

        public override Task<EventResult> HandleAsync(EventContext context, IServiceProvider services, WireJson json, CancellationToken cancellationToken)
        {
            if (!TryRead(context.Json.Span, json, out var value, out var problem, out var cause))
                return Task.FromResult(PermanentResult.Because(problem) with { IsInvalid = true, Cause = cause });

            // After a hot reload the container doesn't know handlers that are new; they are made all the same.
            return create is null
                ? Task.FromResult(EventResult.Failure(501, $"No handler is written yet for the event '{Event.Name}'."))
                : create(services).HandleAsync(value, context, cancellationToken);
        }

        private bool TryRead(ReadOnlySpan<byte> bytes, WireJson json, [MaybeNullWhen(false)] out TPayload value, [NotNullWhen(false)] out string? problem, out Exception? cause)
        {
            value = default;
            problem = null;
            cause = null;
            if (payload is not null)
            {
                var problems = new List<FieldProblem>();
                if (!payload.TryRead(bytes, out value, problems))
                    problem = "The payload is not as declared: " + string.Join("; ", problems.Select(static one => one.Path.Length > 0 ? $"{one.Path} {one.Problem}" : $"it {one.Problem}")) + ".";
                return problem is null;
            }

            var contract = (JsonTypeInfo<TPayload>)json.Payload.GetTypeInfo(typeof(TPayload));
            try
            {
                value = JsonSerializer.Deserialize(bytes, contract);
                if (value is null)
                    problem = "The payload must not be null.";
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
            {
                // The last three come from constructors, setters and converters that refuse what they get.
                cause = exception;
                problem = JsonProblems.Explain("payload", bytes.ToArray(), contract, exception as JsonException).Filled;
            }

            return problem is null;
        }
    }
}
