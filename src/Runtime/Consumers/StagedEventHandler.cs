namespace Declarative.Consumers;

/// <summary>
/// An event handler in the five stages of the integration starter kit: validate, transform, pre-process, send, post-process. Each gets what
/// the stages before made; the first failure ends the event and is what the sender is told.
/// </summary>
/// <typeparam name="TPayload">What the event carries.</typeparam>
/// <typeparam name="TTransformed">What is sent: the payload in the other system's form.</typeparam>
/// <typeparam name="TPreProcessed">What has to be looked up or prepared before sending.</typeparam>
public abstract class StagedEventHandler<TPayload, TTransformed, TPreProcessed> : IEventHandler<TPayload>
{
    /// <summary>Checks what the declaration can't say, such as one field against another. Does nothing unless overridden.</summary>
    /// <param name="payload">What the event carries.</param>
    /// <param name="context">Which event it is.</param>
    /// <param name="cancellationToken">Cancelled when the sender is gone.</param>
    /// <returns>Null to go on; a result to end: mostly <see cref="PermanentResult.Because"/>, which the starter kit answers with 400, or a success where there is nothing to do.</returns>
    protected virtual ValueTask<EventResult?> ValidateAsync(TPayload payload, EventContext context, CancellationToken cancellationToken) => default;

    /// <summary>Brings the payload into the other system's form.</summary>
    /// <param name="payload">What the event carries.</param>
    /// <param name="context">Which event it is.</param>
    /// <param name="cancellationToken">Cancelled when the sender is gone.</param>
    /// <returns>What is sent, or a result that ends the event.</returns>
    protected abstract ValueTask<Stage<TTransformed>> TransformAsync(TPayload payload, EventContext context, CancellationToken cancellationToken);

    /// <summary>Looks up or prepares what sending needs.</summary>
    /// <param name="payload">What the event carries.</param>
    /// <param name="transformed">What <see cref="TransformAsync"/> made.</param>
    /// <param name="context">Which event it is.</param>
    /// <param name="cancellationToken">Cancelled when the sender is gone.</param>
    /// <returns>What was prepared, or a result that ends the event.</returns>
    protected abstract ValueTask<Stage<TPreProcessed>> PreProcessAsync(TPayload payload, TTransformed transformed, EventContext context, CancellationToken cancellationToken);

    /// <summary>Tells the other system.</summary>
    /// <param name="payload">What the event carries.</param>
    /// <param name="transformed">What <see cref="TransformAsync"/> made.</param>
    /// <param name="preProcessed">What <see cref="PreProcessAsync"/> made.</param>
    /// <param name="context">Which event it is.</param>
    /// <param name="cancellationToken">Cancelled when the sender is gone.</param>
    /// <returns>What became of it. After a failure nothing follows.</returns>
    protected abstract ValueTask<EventResult> SendAsync(TPayload payload, TTransformed transformed, TPreProcessed preProcessed, EventContext context, CancellationToken cancellationToken);

    /// <summary>Does what is to be done after a success. Does nothing unless overridden. An exception here is 500, and the sender tries again.</summary>
    /// <param name="payload">What the event carries.</param>
    /// <param name="transformed">What <see cref="TransformAsync"/> made.</param>
    /// <param name="preProcessed">What <see cref="PreProcessAsync"/> made.</param>
    /// <param name="sent">What <see cref="SendAsync"/> gave.</param>
    /// <param name="context">Which event it is.</param>
    /// <param name="cancellationToken">Cancelled when the sender is gone.</param>
    protected virtual ValueTask PostProcessAsync(TPayload payload, TTransformed transformed, TPreProcessed preProcessed, EventResult sent, EventContext context, CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    public async Task<EventResult> HandleAsync(TPayload payload, EventContext context, CancellationToken cancellationToken)
    {
        if (await ValidateAsync(payload, context, cancellationToken).ConfigureAwait(false) is { } ended)
            return ended;
        var transformed = await TransformAsync(payload, context, cancellationToken).ConfigureAwait(false);
        if (transformed.Ended is { } untransformed)
            return untransformed;
        var preProcessed = await PreProcessAsync(payload, transformed.Value, context, cancellationToken).ConfigureAwait(false);
        if (preProcessed.Ended is { } unprepared)
            return unprepared;
        var sent = await SendAsync(payload, transformed.Value, preProcessed.Value, context, cancellationToken).ConfigureAwait(false);
        if (sent.IsSuccess)
            await PostProcessAsync(payload, transformed.Value, preProcessed.Value, sent, context, cancellationToken).ConfigureAwait(false);
        return sent;
    }
}

/// <summary>As <see cref="StagedEventHandler{TPayload, TTransformed, TPreProcessed}"/>, where nothing has to be prepared before sending.</summary>
/// <typeparam name="TPayload">What the event carries.</typeparam>
/// <typeparam name="TTransformed">What is sent.</typeparam>
public abstract class StagedEventHandler<TPayload, TTransformed> : StagedEventHandler<TPayload, TTransformed, NothingPrepared>
{
    /// <summary>Does nothing unless overridden: most events need nothing besides.</summary>
    /// <param name="payload">What the event carries.</param>
    /// <param name="transformed">What TransformAsync made.</param>
    /// <param name="context">Which event it is.</param>
    /// <param name="cancellationToken">Cancelled when the sender is gone.</param>
    protected override ValueTask<Stage<NothingPrepared>> PreProcessAsync(TPayload payload, TTransformed transformed, EventContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Stage<NothingPrepared>>(default(NothingPrepared));
}

/// <summary>In place of what a pre-processing stage makes, where there is none.</summary>
public readonly record struct NothingPrepared;

/// <summary>What a stage gives: a value for the next one, or a result that ends the event. Both convert into it.</summary>
/// <typeparam name="T">What the next stage gets.</typeparam>
public readonly struct Stage<T>
{
    private Stage(T value, EventResult? ended)
    {
        Value = value;
        Ended = ended;
    }

    /// <summary>The result that ends the event; null if the next stage follows. A success ends it too: there was nothing to do.</summary>
    public EventResult? Ended { get; }

    internal T Value { get; }

    /// <summary>Goes on with a value.</summary>
    /// <param name="value">What the next stage gets.</param>
    public static implicit operator Stage<T>(T value) => new(value, null);

    /// <summary>Ends the event.</summary>
    /// <param name="result">What the sender is told.</param>
    public static implicit operator Stage<T>(EventResult result) => new(default!, result ?? throw new ArgumentNullException(nameof(result)));
}
