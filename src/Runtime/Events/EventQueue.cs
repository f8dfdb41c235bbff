using System.ComponentModel;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Declarative.Json;
using Declarative.Outbox;
using Declarative.Storage;
using Declarative.Telemetry;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace Declarative.Events;

/// <summary>
/// Where publishes enter. Each waits here, in bounded memory, until it is committed together with those that came at the
/// same time; only then does its task complete. Used by generated publishers.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class EventQueue
{
    private readonly EventRegistry _registry;
    private readonly JsonSerializerOptions _json;
    private readonly ITransactionOutbox[] _outboxes;
    private readonly PublishingOptions _options;
    private readonly TimeProvider _time;
    private readonly Instruments _instruments;
    private readonly IMessageTransport? _transport;
    private readonly Channel<PendingPublish> _pending;
    private readonly Channel<PendingPublish> _carried;
    private readonly ObjectPool<EventArguments> _arguments;

    internal EventQueue(EventRegistry registry, WireJson json, IEnumerable<ITransactionOutbox> outboxes, IEnumerable<IMessageTransport> transports, IOptions<PublishingOptions> options, TimeProvider time, Instruments instruments)
    {
        _registry = registry;
        _json = json.Options;
        _outboxes = [.. outboxes];
        _transport = transports.SingleOrDefault();
        _options = options.Value;
        _time = time;
        _instruments = instruments;
        var room = new BoundedChannelOptions(Math.Max(1, _options.QueueCapacity)) { SingleReader = true };
        _pending = Channel.CreateBounded<PendingPublish>(room);
        _carried = Channel.CreateBounded<PendingPublish>(room);
        _arguments = new DefaultObjectPool<EventArguments>(new ArgumentsPolicy(_json));
    }

    /// <summary>What goes straight to the store.</summary>
    internal ChannelReader<PendingPublish> Pending => _pending.Reader;

    /// <summary>What goes through a broker.</summary>
    internal ChannelReader<PendingPublish> Carried => _carried.Reader;

    /// <summary>Begins the arguments of one publish.</summary>
    /// <param name="eventName">The event.</param>
    /// <exception cref="UnknownEventException">No active module declares the event.</exception>
    public EventArguments Arguments(string eventName)
    {
        var descriptor = _registry.Require(eventName);
        var arguments = _arguments.Get();
        arguments.Start(descriptor);
        return arguments;
    }

    /// <summary>Publishes an event with the arguments of its service method.</summary>
    /// <param name="arguments">From <see cref="Arguments"/>; must not be used afterwards.</param>
    /// <param name="options">Store, idempotency key, original state.</param>
    /// <param name="cancellationToken">Cancels waiting; a message that was already handed over stays published.</param>
    /// <returns>The message's id, when it is durable.</returns>
    public Task<Guid> PublishAsync(EventArguments arguments, PublishOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var descriptor = arguments.Event;
        var json = arguments.Finish();
        _arguments.Return(arguments);
        return EnqueueAsync(descriptor, json, options, cancellationToken);
    }

    /// <summary>Publishes an event that carries its payload.</summary>
    /// <typeparam name="TPayload">The payload's type.</typeparam>
    /// <param name="eventName">The event.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="options">Store, idempotency key, original state.</param>
    /// <param name="cancellationToken">Cancels waiting; a message that was already handed over stays published.</param>
    /// <returns>The message's id, when it is durable.</returns>
    /// <exception cref="UnknownEventException">No active module declares the event.</exception>
    public Task<Guid> PublishAsync<TPayload>(string eventName, TPayload payload, PublishOptions? options, CancellationToken cancellationToken)
    {
        var descriptor = _registry.Require(eventName);
        var json = JsonSerializer.SerializeToUtf8Bytes(payload, (JsonTypeInfo<TPayload>)_json.GetTypeInfo(typeof(TPayload)));
        return EnqueueAsync(descriptor, json, options, cancellationToken);
    }

    internal async Task<Guid> EnqueueAsync(AsyncEventDescriptor descriptor, byte[] json, PublishOptions? options, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var activity = Instruments.Start("send", "send", descriptor.Name, ActivityKind.Producer);
        var isOutboxed = options is { Transaction: not null } or { Outbox: not null };
        string? error = null;
        try
        {
            var message = ToMessage(descriptor, json, options);
            activity?.SetTag("messaging.message.id", message.Id);
            if (isOutboxed)
                return await AddToOutboxAsync(message, options!, cancellationToken).ConfigureAwait(false);
            var pending = new PendingPublish(message);
            var lane = (_transport?.Carries(descriptor.Name) == true ? _carried : _pending).Writer;
            if (!lane.TryWrite(pending))
                await WaitForRoomAsync(lane, pending, cancellationToken).ConfigureAwait(false);
            return await pending.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            error = exception.GetType().FullName!;
            Instruments.Fail(activity, error);
            throw;
        }
        finally
        {
            if (error is null)
                _instruments.Minutes.Add(MinuteKind.Published);
            if (!isOutboxed)
                _instruments.Published(descriptor.Name, Stopwatch.GetElapsedTime(started), error);
        }
    }

    /// <summary>Accepts no more publishes; those accepted are still written.</summary>
    internal void Complete()
    {
        _pending.Writer.TryComplete();
        _carried.Writer.TryComplete();
    }

    private async Task WaitForRoomAsync(ChannelWriter<PendingPublish> lane, PendingPublish pending, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.QueueFullWait, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await lane.WriteAsync(pending, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EventQueueFullException(string.Create(CultureInfo.InvariantCulture, $"{_options.QueueCapacity} publishes wait for the store (or the broker that carries them) and none was written for {_options.QueueFullWait.TotalSeconds} s; the event '{pending.Message.Name}' was not stored. Is the disk full, the store locked, or the broker hanging? (Declarative:Publishing:QueueCapacity, QueueFullWait)"));
        }
        catch (ChannelClosedException exception)
        {
            throw new InvalidOperationException($"The host is stopping; the event '{pending.Message.Name}' was not stored.", exception);
        }
    }

    /// <summary>Past the queue: the message is the application's until it commits, and not counted as published by us.</summary>
    private async Task<Guid> AddToOutboxAsync(NewMessage message, PublishOptions options, CancellationToken cancellationToken)
    {
        if (options is { Transaction: not null, Outbox: not null })
            throw new ArgumentException("PublishOptions has both Transaction and Outbox; an event is committed with one of them.", nameof(options));
        var result = options.Outbox is { } outbox
            ? await outbox.AddAsync(message, StoreAsync, cancellationToken).ConfigureAwait(false)
            : await StoreAsync(options.Transaction!, cancellationToken).ConfigureAwait(false);
        return result.Id;

        async Task<AppendResult> StoreAsync(DbTransaction transaction, CancellationToken cancellation)
        {
            var stored = await OutboxOf(transaction).AddAsync(transaction, message, cancellation).ConfigureAwait(false);
            return stored.Outcome == AppendOutcome.Conflict ? throw new IdempotencyConflictException(message.Name, message.IdempotencyKey!) : stored;
        }
    }

    private ITransactionOutbox OutboxOf(DbTransaction transaction) =>
        Array.Find(_outboxes, outbox => outbox.Takes(transaction))
        ?? throw new NotSupportedException($"Nothing here can publish in a {transaction.GetType()}. Declarative.Sqlite takes a SqliteTransaction, Declarative.PostgreSql an NpgsqlTransaction; of Entity Framework Core give db.Database.CurrentTransaction!.GetDbTransaction(), not what BeginTransaction gives.");

    private NewMessage ToMessage(AsyncEventDescriptor descriptor, byte[] json, PublishOptions? options)
    {
        if (json.Length > _options.MaxMessageBytes)
            throw new EventArgumentsException(descriptor.Name, [string.Create(CultureInfo.InvariantCulture, $"the JSON is {json.Length} bytes long; Declarative:Publishing:MaxMessageBytes allows {_options.MaxMessageBytes}")]);
        var activity = Activity.Current;
        if (activity?.IdFormat != ActivityIdFormat.W3C)
            activity = null;
        var original = options?.Original?.ToJson(_json);
        Check(options);
        var now = _time.GetUtcNow();
        return new NewMessage
        {
            Id = Guid.CreateVersion7(now),
            Name = descriptor.Name,
            StoreId = options?.StoreId ?? 0,
            CarriesPayload = descriptor.CarriesPayload,
            Json = json,
            Original = original,
            IdempotencyKey = options?.IdempotencyKey,
            RequestHash = options?.IdempotencyKey is null ? null : Hash(options.StoreId, descriptor.CarriesPayload, json, original),
            TraceParent = activity?.Id,
            TraceState = activity?.TraceStateString,
            CreatedAt = now,
        };
    }

    private static void Check(PublishOptions? options)
    {
        if (options is null)
            return;
        if (options.StoreId < 0)
            throw new ArgumentException("StoreId must not be negative.", nameof(options));
        if (options.IdempotencyKey is { Length: 0 or > 255 })
            throw new ArgumentException("IdempotencyKey must be 1 to 255 characters long.", nameof(options));
    }

    /// <summary>What makes two publishes under one key the same publish.</summary>
    private static byte[] Hash(int storeId, bool carriesPayload, byte[] json, byte[]? original)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[13];
        BitConverter.TryWriteBytes(head, storeId);
        head[4] = carriesPayload ? (byte)1 : (byte)0;
        BitConverter.TryWriteBytes(head[5..], json.Length);
        BitConverter.TryWriteBytes(head[9..], original?.Length ?? -1);
        hash.AppendData(head);
        hash.AppendData(json);
        hash.AppendData(original ?? []);
        return hash.GetHashAndReset();
    }

    private sealed class ArgumentsPolicy(JsonSerializerOptions json) : PooledObjectPolicy<EventArguments>
    {
        private const int MaxPooledBytes = 64 * 1024;

        public override EventArguments Create() => new(json);

        public override bool Return(EventArguments obj) => obj.Capacity <= MaxPooledBytes;
    }
}
